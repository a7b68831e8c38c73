// From the lists of config.yaml to the channels to watch: names as the platforms spell them, ids, pages.
// Pure.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"
#include "ports/watcher.hpp"

namespace rec {

/// The login in lower case, of "Shroud" or of a twitch.tv page; "" for what is neither.
std::string twitch_login(const std::string& text);
/// "@handle" (the @ may be left out) or "UC…", also of a youtube.com page; "" for what is neither.
std::string youtube_name(const std::string& text);
/// The http(s) URL, trimmed; https:// is put before what begins with a host name; "" for what is none.
std::string page_url(const std::string& text);

/// The channel that a URL, as `channel add` and the list `channels` take it, means: Twitch and YouTube pages
/// are recognised, any other is `url:<16 hex digits>`. Nothing: not an http(s) URL.
std::optional<WatchedChannel> channel_of_url(const std::string& url);
/// A recording or a clip of Twitch: nothing there ever goes live.
bool is_twitch_recording(const std::string& url);
/// The page of one broadcast of YouTube, live, announced or over.
bool is_youtube_broadcast(const std::string& url);
WatchedChannel twitch_channel(const std::string& login);
WatchedChannel youtube_channel(const std::string& name);

struct ConfiguredChannel {
  WatchedChannel watched;
  ChannelOverrides overrides{};
  /// A pair of `cross`: this Twitch channel continues that YouTube channel's broadcast.
  std::optional<ChannelId> continues{};
  /// Of such a one: it stands in a list, too, and is recorded by itself while that channel is not live.
  bool by_itself = false;
};

/// All that config.platform asks to be watched, each channel once (the first entry wins), paused ones too.
std::vector<ConfiguredChannel> configured_channels(const Config& config);

}  // namespace rec
