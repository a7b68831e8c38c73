// Watches Twitch through the website's GraphQL, for those who have no developer key. Second best: nobody
// promises that it stays as it is.
#pragma once
#include "runtime/http.hpp"
#include "watch/batch_watcher.hpp"
#include "watch/twitch.hpp"

namespace rec {

class TwitchGqlWatcher final : public BatchWatcher {
 public:
  TwitchGqlWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options);

 private:
  Task<std::vector<LoginSighting>> ask(std::vector<std::string> logins) override;

  HttpClient& http_;
  TwitchWatchOptions options_;
};

}  // namespace rec
