// Chooses the watcher by what keys there are.
#include "watch/twitch.hpp"

#include "base/log.hpp"
#include "watch/gql_watcher.hpp"
#include "watch/helix_watcher.hpp"

namespace rec {

std::unique_ptr<TwitchWatcher> make_twitch_watcher(HttpClient& http, Clock& clock,
                                                   TwitchWatchOptions options) {
  if (!options.client_id.empty()) return std::make_unique<HelixWatcher>(http, clock, std::move(options));
  log::warn(
      "watch.twitch.second_best",
      {{"reason",
        "twitch.client_id is not set: live checks go through the website's own interface, which may change"},
       {"cure", "set twitch.client_id and twitch.client_secret from https://dev.twitch.tv/console/apps"}});
  return std::make_unique<GqlWatcher>(http, clock, std::move(options));
}

}  // namespace rec
