// Names and pages of channels.
#include "app/config_channels.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cctype>
#include <set>

#include "app/config_units.hpp"

namespace rec {
namespace {

struct PageParts {
  std::string host{};  ///< in lower case, without www. and m.
  std::vector<std::string> path{};
};

// Enough of a URL to recognise a platform's pages; not a URL library, for the text is only compared, never
// fetched.
std::optional<PageParts> page_parts(const std::string& text) {
  const std::string url = page_url(text);
  if (url.empty()) return std::nullopt;
  std::string_view rest = std::string_view(url).substr(url.find("://") + 3);
  rest = rest.substr(0, rest.find_first_of("?#"));
  PageParts parts;
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  parts.host = units::lower(rest.substr(0, slash));
  for (const std::string_view prefix : {"www.", "m.", "go."}) {
    if (parts.host.starts_with(prefix)) parts.host.erase(0, prefix.size());
  }
  rest.remove_prefix(slash);
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const std::size_t end = std::min(rest.find('/'), rest.size());
    if (end > 0) parts.path.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  return parts;
}

bool all_of_chars(std::string_view text, std::string_view more) {
  return std::ranges::all_of(text, [more](unsigned char c) {
    return std::isalnum(c) != 0 || more.find(static_cast<char>(c)) != more.npos;
  });
}

bool is_login(std::string_view text) { return !text.empty() && text.size() <= 25 && all_of_chars(text, "_"); }

// UC and 22 characters of base64url.
bool is_youtube_id(std::string_view text) {
  return text.size() == 24 && text.starts_with("UC") && all_of_chars(text, "_-");
}

// Handles may hold letters of any script: bytes above 0x7F pass.
bool is_handle(std::string_view text) {
  const auto good = [](unsigned char c) {
    return std::isalnum(c) != 0 || c >= 0x80 || c == '_' || c == '-' || c == '.';
  };
  return !text.empty() && text.size() <= 100 && std::ranges::all_of(text, good);
}

bool is_twitch_site_page(const std::string& word) {
  static const std::set<std::string> kPages = {"directory", "videos", "settings", "p",
                                               "downloads", "search", "user"};
  return kPages.contains(word);
}

}  // namespace

std::string page_url(const std::string& text) {
  const std::string url(units::trim(text));
  if (url.find_first_of(" \t\r\n\"<>") != std::string::npos) return "";
  const std::string low = units::lower(url);
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (low.starts_with(scheme)) return url.size() > scheme.size() && url[scheme.size()] != '/' ? url : "";
  }
  if (low.find("://") != std::string::npos) return "";
  const std::size_t slash = url.find('/');
  const std::size_t dot = url.find('.');
  const bool host_first = slash != std::string::npos && dot != std::string::npos && dot > 0 && dot < slash;
  return host_first ? "https://" + url : "";
}

std::string twitch_login(const std::string& text) {
  const std::string name(units::trim(text));
  if (is_login(name)) return units::lower(name);
  const auto parts = page_parts(name);
  if (!parts || parts->host != "twitch.tv" || parts->path.empty()) return "";
  const std::string login = units::lower(parts->path.front());
  return is_login(login) && !is_twitch_site_page(login) ? login : "";
}

std::string youtube_name(const std::string& text) {
  std::string name(units::trim(text));
  if (is_youtube_id(name)) return name;
  if (name.starts_with('@')) return is_handle(std::string_view(name).substr(1)) ? name : "";
  const auto parts = page_parts(name);
  if (!parts) return is_handle(name) ? "@" + name : "";
  if (parts->host != "youtube.com" || parts->path.empty()) return "";
  const std::string& first = parts->path.front();
  if (first.starts_with('@')) return is_handle(std::string_view(first).substr(1)) ? first : "";
  if (first == "channel" && parts->path.size() > 1 && is_youtube_id(parts->path[1])) return parts->path[1];
  return "";
}

bool is_twitch_recording(const std::string& url) {
  const auto parts = page_parts(url);
  if (!parts || parts->path.empty()) return false;
  if (parts->host == "clips.twitch.tv") return true;
  if (parts->host != "twitch.tv" || parts->path.size() < 2) return false;
  static const std::set<std::string> kRecordings = {"v", "video", "clip"};
  return parts->path[0] == "videos" || (parts->path.size() > 2 && kRecordings.contains(parts->path[1]));
}

bool is_youtube_broadcast(const std::string& url) {
  const auto parts = page_parts(url);
  if (!parts || parts->path.empty()) return false;
  if (parts->host == "youtu.be") return true;
  if (parts->host != "youtube.com") return false;
  static const std::set<std::string> kPages = {"live", "shorts", "embed"};
  return parts->path[0] == "watch" || (parts->path.size() > 1 && kPages.contains(parts->path[0]));
}

WatchedChannel twitch_channel(const std::string& login) {
  return {ChannelId("twitch:" + login), "twitch", login, "https://www.twitch.tv/" + login};
}

WatchedChannel youtube_channel(const std::string& name) {
  const std::string page = name.starts_with('@') ? name : "channel/" + name;
  return {ChannelId("youtube:" + name), "youtube", name,
          fmt::format("https://www.youtube.com/{}/live", page)};
}

std::optional<WatchedChannel> channel_of_url(const std::string& text) {
  const std::string url = page_url(text);
  const auto parts = page_parts(text);
  if (!parts) return std::nullopt;
  // A VOD or clip has more path than a login: that one page is meant, not the channel.
  if (const std::string login = twitch_login(url); !login.empty() && parts->path.size() == 1)
    return twitch_channel(login);
  if (const std::string name = youtube_name(url); !name.empty()) return youtube_channel(name);
  const std::string name =
      parts->path.empty() ? parts->host : fmt::format("{} {}", parts->host, parts->path.back());
  return WatchedChannel{ChannelId(fmt::format("url:{:016x}", XXH3_64bits(url.data(), url.size()))), "url",
                        name, url};
}

std::vector<ConfiguredChannel> configured_channels(const Config& config) {
  std::vector<ConfiguredChannel> all;
  std::set<ChannelId> known;
  const auto add = [&](WatchedChannel watched, const ChannelOverrides& overrides,
                       std::optional<ChannelId> continues, bool by_itself = false) {
    if (!known.insert(watched.id).second) return;
    by_itself = by_itself && continues;
    all.push_back({std::move(watched), overrides, std::move(continues), by_itself});
  };
  const PlatformMode mode = config.platform;
  const bool automatic = mode == PlatformMode::automatic;
  const bool twitch = automatic || mode == PlatformMode::twitch || mode == PlatformMode::both;
  const bool youtube = automatic || mode != PlatformMode::twitch;
  std::map<std::string, ChannelId> continued;  // login -> the YouTube channel it continues
  if (automatic || mode == PlatformMode::cross) {
    for (const CrossPair& pair : config.cross) {
      continued.emplace(twitch_login(pair.twitch), youtube_channel(youtube_name(pair.youtube)).id);
    }
  }
  // With one channel on each side the pair goes without saying.
  if (mode == PlatformMode::cross && config.cross.empty() && config.twitch.channels.size() == 1 &&
      config.youtube.channels.size() == 1) {
    continued.emplace(twitch_login(config.twitch.channels[0].name),
                      youtube_channel(youtube_name(config.youtube.channels[0].name)).id);
  }
  const auto partner = [&continued](const std::string& login) {
    const auto found = continued.find(login);
    return found == continued.end() ? std::optional<ChannelId>() : std::optional(found->second);
  };
  for (const ChannelEntry& entry : config.twitch.channels) {
    const std::string login = twitch_login(entry.name);
    // In the mode `cross` a Twitch channel is watched only as a partner; without any pairs, all of them are.
    if (twitch || partner(login) || (mode == PlatformMode::cross && config.cross.empty())) {
      add(twitch_channel(login), entry.overrides, partner(login), twitch);
    }
  }
  for (const ChannelEntry& entry : config.youtube.channels) {
    if (youtube) add(youtube_channel(youtube_name(entry.name)), entry.overrides, {});
  }
  for (const ChannelEntry& entry : config.channels) {
    if (auto watched = channel_of_url(entry.name)) {
      auto continues = watched->platform == "twitch" ? partner(watched->name) : std::nullopt;
      add(*std::move(watched), entry.overrides, std::move(continues), true);
    }
  }
  if (continued.empty()) return all;
  for (const CrossPair& pair : config.cross) {
    add(youtube_channel(youtube_name(pair.youtube)), {}, {});
    add(twitch_channel(twitch_login(pair.twitch)), {}, partner(twitch_login(pair.twitch)));
  }
  return all;
}

}  // namespace rec
