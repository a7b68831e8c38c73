// Twitch's app access token: asked for once however many wait for it, renewed at nine tenths of its life,
// kept over a restart.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "runtime/clock.hpp"
#include "runtime/http.hpp"
#include "watch/twitch.hpp"

namespace rec {

class AppToken {
 public:
  AppToken(HttpClient& http, Clock& clock, const TwitchWatchOptions& options);
  ~AppToken();
  AppToken(const AppToken&) = delete;
  AppToken& operator=(const AppToken&) = delete;

  /// The token there is, or a new one. denied: the keys are wrong (the text names them and where to get
  /// them); otherwise what HttpClient::fetch and http_error give, or corrupt.
  Task<std::string> get();
  /// The platform does not know it any more: the next get() asks for a new one.
  void reject(const std::string& token);

 private:
  struct Flight;
  Task<std::string> ask();
  /// The token in a complete answer, kept for as long as it is good.
  Result<std::string> take(const HttpResponse& response);

  HttpClient& http_;
  Clock& clock_;
  const TwitchWatchOptions& options_;
  std::string token_{};
  SteadyTime renew_at_{};
  std::shared_ptr<Flight> flight_{};  ///< while one asks
};

}  // namespace rec
