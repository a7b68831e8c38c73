// What both Twitch watchers share: logins in batches, one failed batch not harming the others, and silence
// while the platform wants it.
#pragma once
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/sweeping_watcher.hpp"
#include "runtime/clock.hpp"

namespace rec {

/// What a platform said of one login.
struct LoginSighting {
  std::string login{};  ///< lower case
  bool live = false;
  channel::Broadcast broadcast{};
};

class BatchWatcher : public SweepingWatcher {
 public:
  Task<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) final;

 protected:
  /// `batch`: logins a request may name.
  BatchWatcher(Clock& clock, Millis interval, std::size_t batch)
      : SweepingWatcher(clock, interval), batch_(batch) {}

  /// Asks for at most `batch` logins, all different and in lower case. A login that is missing in the answer
  /// could not be told.
  virtual Task<std::vector<LoginSighting>> ask(std::vector<std::string> logins) = 0;
  /// Nothing is asked before then.
  void hold_until(SteadyTime when) { held_until_ = when; }

 private:
  struct Sweep;
  Task<> ask_all(Sweep& sweep);
  [[nodiscard]] std::optional<Error> held() const;

  std::size_t batch_;
  std::optional<SteadyTime> held_until_{};
  std::set<std::string> complained_{};  ///< of logins that are none, once each
};

/// True for what can be a Twitch login: letters, digits and underscores, at most 25.
bool valid_login(std::string_view login);

}  // namespace rec
