#include "app/told_channels.hpp"

#include <algorithm>

#include "app/channel_overrides.hpp"
#include "app/config_channels.hpp"
#include "base/json_members.hpp"

namespace rec {
namespace {

namespace json = boost::json;

/// As the configuration has it; nullptr: a command added it, or it stands under `cross` alone.
ChannelEntry* entry_of(Config& config, const std::string& id) {
  const auto in = [&id](std::vector<ChannelEntry>& entries, const auto& id_of) -> ChannelEntry* {
    const auto found =
        std::ranges::find_if(entries, [&](const ChannelEntry& entry) { return id_of(entry.name) == id; });
    return found == entries.end() ? nullptr : &*found;
  };
  ChannelEntry* found = in(config.twitch.channels, [](const std::string& name) {
    return twitch_channel(twitch_login(name)).id.str();
  });
  if (found == nullptr)
    found = in(config.youtube.channels,
               [](const std::string& name) { return youtube_channel(youtube_name(name)).id.str(); });
  if (found == nullptr)
    found = in(config.channels, [](const std::string& url) {
      const auto watched = channel_of_url(url);
      return watched ? watched->id.str() : std::string();
    });
  return found;
}

}  // namespace

Config with_told_channels(Config config, const json::object& list) {
  for (const json::value& each : list_in(list, "channels")) {
    if (!each.is_object()) continue;
    const json::object& channel = each.get_object();
    const std::string id = text_in(channel, "id");
    ChannelEntry* entry = entry_of(config, id);
    if (entry == nullptr) entry = &config.channels.emplace_back(ChannelEntry{text_in(channel, "url"), {}});
    for (const auto& [key, text] : object_in(channel, "overrides")) {
      const std::string value = text.is_string() ? std::string(text.get_string()) : "***";
      if (value.find("***") != std::string::npos) continue;        // a secret
      (void)apply_override(entry->overrides, key, value, id, "");  // it was told as it is
    }
    entry->overrides.enabled = !flag_in(channel, "paused");
  }
  return config;
}

}  // namespace rec
