// One request to Helix: with a good token, within the points, its failures told apart.
#pragma once
#include <optional>
#include <string>

#include "watch/app_token.hpp"
#include "watch/rate_points.hpp"

namespace rec {

class HelixApi {
 public:
  /// `options` outlives it.
  HelixApi(HttpClient& http, Clock& clock, const TwitchWatchOptions& options)
      : http_(http), clock_(clock), options_(options), token_(http, clock, options) {}

  /// The body of what GET `call` ("/streams?…") gives; `doing` names it in errors. denied: the key is refused
  /// even with a fresh token; rate_limited, with retry_after: no points are left; else unavailable (also a
  /// 429 that says there are points left, which Twitch has been seen to give), timed_out, corrupt.
  Task<std::string> get(std::string call, std::string doing);
  /// Why nothing may be asked now.
  [[nodiscard]] std::optional<Error> held() const;
  [[nodiscard]] const RatePoints& points() const { return points_; }

 private:
  Task<HttpResponse> fetch_once(std::string call, std::string token);

  HttpClient& http_;
  Clock& clock_;
  const TwitchWatchOptions& options_;
  AppToken token_;
  RatePoints points_{};
};

}  // namespace rec
