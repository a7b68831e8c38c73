// A way to tell a person or another program of something: a chat, a webhook, a push service, a hook.
#pragma once
#include <functional>
#include <string>

#include "core/incident.hpp"
#include "runtime/task.hpp"

namespace rec {

struct Notice {
  std::string id{};     ///< told again, it has the same: receivers may tell repetitions by it
  std::string event{};  ///< "incident", "incident.over", "session.started", … , "digest"
  Instant at{};
  Gravity gravity = Gravity::notice;
  std::string title{};  ///< one line
  std::string text{};   ///< further lines, may be empty
  std::string json{};   ///< all of it as one JSON object on one line, for programs
  bool operator==(const Notice&) const = default;
};

class Messenger {
 public:
  virtual ~Messenger() = default;
  /// The same in every run and with no secret in it: "webhook 1a2b3c4d".
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual bool wants(const std::string& event) const = 0;
  /// How often a notice is tried before it is given up; 0 = as long as it takes.
  [[nodiscard]] virtual int most_tries() const { return 0; }
  /// At least once: should we be killed before its success is written down, it is told again. `maybe_told`:
  /// an earlier try may have got through. `about_to_tell` is awaited before anything leaves.
  virtual Task<> tell(Notice notice, bool maybe_told, std::function<Task<>()> about_to_tell) = 0;
};

}  // namespace rec
