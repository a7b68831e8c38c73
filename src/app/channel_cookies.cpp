#include "app/channel_cookies.hpp"

namespace rec {

Config config_of_cookies(const ChannelBook& channels) {
  Config config = channels.config();
  config.twitch.channels.clear();
  config.youtube.channels.clear();
  config.channels.clear();
  config.cross.clear();
  for (const BookEntry& each : channels.entries()) {
    if (each.overrides.cookies_file.empty()) continue;
    ChannelEntry entry;
    entry.name = each.watched.page_url;
    entry.overrides.cookies_file = each.overrides.cookies_file;
    config.channels.push_back(std::move(entry));
  }
  return config;
}

}  // namespace rec
