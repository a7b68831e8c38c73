// A URL that is called every minute: whoever listens there (healthchecks.io, Uptime Kuma) notices when the
// calls stop, and so that the program, its machine or its network is gone.
#pragma once
#include <string>

#include "runtime/clock.hpp"
#include "runtime/http.hpp"

namespace rec::notify {

class Heartbeat {
 public:
  Heartbeat(HttpClient& http, Clock& clock, std::string url, std::string proxy);
  /// Until it is cancelled. A call that fails is made again with the next beat, and said once.
  Task<> run();
  /// "heartbeat 1a2b3c4d"
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Why the last call failed, "" = it did not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  Task<> beat();
  HttpClient& http_;
  Clock& clock_;
  std::string url_;
  std::string proxy_;
  std::string name_;
  std::string trouble_{};
};

}  // namespace rec::notify
