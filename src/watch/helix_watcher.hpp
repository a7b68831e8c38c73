// Watches Twitch through Helix: a hundred channels a request.
#pragma once
#include "watch/app_token.hpp"
#include "watch/batch_watcher.hpp"
#include "watch/twitch.hpp"

namespace rec {

class TwitchWatcher final : public BatchWatcher {
 public:
  TwitchWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options);

 private:
  Task<std::vector<LoginSighting>> ask(std::vector<std::string> logins) override;
  Task<HttpResponse> get_streams(std::string query);
  /// Heeds the Ratelimit headers of an answer, and turns a bad one into its error.
  Result<void> check(const HttpResponse& response);

  HttpClient& http_;
  TwitchWatchOptions options_;
  AppToken token_;
};

}  // namespace rec
