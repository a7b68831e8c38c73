#include "cli/watchers.hpp"

#include "capture/gives_segments.hpp"
#include "cli/page_watchers.hpp"
#include "watch/probing.hpp"
#include "watch/twitch.hpp"

namespace rec::cli {
namespace {

std::unique_ptr<Watcher> twitch_watcher_for(House& house) {
  const Config& config = house.config;
  TwitchWatchOptions options;
  options.client_id = config.twitch.client_id;
  options.client_secret = config.twitch.client_secret;
  options.id_url = config.endpoints.twitch_id;
  options.helix_url = config.endpoints.twitch_helix;
  options.gql_url = config.endpoints.twitch_gql;
  options.proxy = config.twitch.proxy.empty() ? config.proxy.reveal() : config.twitch.proxy.reveal();
  options.interval = config.twitch.check_interval;
  options.memory = house.watch_memory;
  return make_twitch_watcher(*house.http, house.clock, options);
}

/// Whether a Twitch playlist gives segments, whatever Helix says.
std::unique_ptr<Watcher> prober_for(House& house) {
  const auto gives = capture::make_gives_segments(*house.http, *house.twitch_resolver, house.clock);
  return make_probing_watcher(house.clock, [gives](const WatchedChannel& channel) {
    capture::ResolveRequest request;
    request.page_url = channel.page_url;
    request.cookies_file = channel.cookies_file;
    request.proxy = channel.proxy;
    return gives(std::move(request));
  });
}

}  // namespace

std::vector<std::unique_ptr<Watcher>> watchers_for(House& house) {
  std::vector<std::unique_ptr<Watcher>> watchers;
  watchers.push_back(twitch_watcher_for(house));
  watchers.push_back(prober_for(house));
  add_page_watchers(watchers, house);
  return watchers;
}

}  // namespace rec::cli
