// What can be asked of the program, whoever asks: the socket today; REST and the control chat are to be doors
// to this same room. One function for each thing, and `call` for doors that carry words.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include <boost/json/object.hpp>

#include "app/settings.hpp"
#include "app/status_view.hpp"
#include "ports/store.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec {

/// How many sessions that are done a status shows beside those that are not.
inline constexpr int kRecentSessions = 10;

/// The sessions that are done, with what they miss. Blocking: for the store's worker.
struct History {
  std::vector<session::Session> sessions{};
  std::map<SessionId, std::vector<Gap>> gaps{};
};
Result<History> read_history(Store& store, int limit);

/// Decision thread only.
class Service {
 public:
  struct Needs {
    const Model& model;
    const Settings& settings;
    Clock& clock;
    Store& store;
    Worker& store_worker;
    std::function<std::optional<SessionProgress>(const SessionId&)> progress{};
    std::function<std::vector<DiskGuard::View>()> disks{};
  };
  explicit Service(Needs needs) : needs_(std::move(needs)) {}

  /// See status_view.hpp.
  Task<boost::json::object> status();

  /// A request by its name; `arguments` as docs/formats/control-socket.md says. not_found: nobody knows that
  /// request; invalid: arguments that it does not take.
  Task<boost::json::object> call(std::string request, boost::json::object arguments);

 private:
  Needs needs_;
};

/// The status when no daemon runs: what the store holds. `store` may be null: nothing has been recorded yet.
/// Blocking; hold the instance lock.
Result<boost::json::object> status_at_rest(Store* store, const Settings& settings, Instant now);

}  // namespace rec
