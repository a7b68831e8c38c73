#include "app/book_config.hpp"

namespace rec {

Config config_of_channels(const ChannelBook& channels) {
  Config config = channels.config();
  config.twitch.channels.clear();
  config.youtube.channels.clear();
  config.channels.clear();
  config.cross.clear();
  for (const BookEntry& each : channels.entries()) {
    ChannelEntry entry{each.watched.page_url, each.overrides};
    entry.overrides.enabled = !each.paused && !each.disabled;
    config.channels.push_back(std::move(entry));
  }
  return config;
}

}  // namespace rec
