// From HTML to the player's JSON, by matching braces.
#include "capture/youtube_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

#include "capture/attributes.hpp"
#include "capture/json_members.hpp"
#include "capture/told_reason.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

std::vector<std::string_view> path_pieces(std::string_view path) {
  std::vector<std::string_view> out;
  while (!path.empty()) {
    const auto slash = std::min(path.size(), path.find('/'));
    if (slash > 0) out.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(path.size(), slash + 1));
  }
  return out;
}

std::string watch_path(std::string_view video_id) {
  const auto allowed = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  if (video_id.empty() || !std::all_of(video_id.begin(), video_id.end(), allowed)) return {};
  // The two parameters skip the warning before sensitive content.
  return fmt::format("/watch?v={}&bpctr=9999999999&has_verified=1", video_id);
}

/// The JSON object that begins at `text`; empty when it does not end.
std::string_view json_object_at(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '{') ++depth;
    if (c == '}' && --depth == 0) return text.substr(0, i + 1);
  }
  return {};
}

/// What is assigned to ytInitialPlayerResponse; empty when nothing is.
std::string_view player_response_in(std::string_view html) {
  constexpr std::string_view name = "ytInitialPlayerResponse";
  for (auto at = html.find(name); at != std::string_view::npos; at = html.find(name, at + 1)) {
    auto rest = html.substr(at + name.size());
    rest = rest.substr(std::min(rest.size(), rest.find_first_not_of("\"'] \t\n")));
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    rest = rest.substr(std::min(rest.size(), rest.find_first_not_of(" \t\n")));
    if (rest.starts_with('{')) return json_object_at(rest);
  }
  return {};
}

/// {"simpleText": …} or {"runs": [{"text": …}]}
std::string shown_text(const boost::json::object& object, std::string_view key) {
  const auto* shown = object_at(object, key);
  if (shown == nullptr) return text_at(object, key);
  auto out = text_at(*shown, "simpleText");
  if (const auto* runs = member_at(*shown, "runs"); runs != nullptr && runs->is_array())
    for (const auto& run : runs->get_array())
      if (const auto* one = run.if_object()) out += text_at(*one, "text");
  return out;
}

const boost::json::object* object_below(const boost::json::object* at,
                                        std::initializer_list<std::string_view> path) {
  for (const auto key : path) {
    if (at == nullptr) return nullptr;
    at = object_at(*at, key);
  }
  return at;
}

void read_playability(const boost::json::object& whole, YoutubePlayer& out) {
  const auto* playability = object_at(whole, "playabilityStatus");
  if (playability == nullptr) return;
  out.status = text_at(*playability, "status");
  out.reason = text_at(*playability, "reason");
  if (const auto* screen = object_below(playability, {"errorScreen", "playerErrorMessageRenderer"})) {
    if (out.reason.empty()) out.reason = shown_text(*screen, "reason");
    const auto more = shown_text(*screen, "subreason");
    if (!more.empty()) out.reason += (out.reason.empty() ? "" : ": ") + more;
  }
  const auto* slate = object_below(playability, {"liveStreamability", "liveStreamabilityRenderer",
                                                 "offlineSlate", "liveStreamOfflineSlateRenderer"});
  const auto begins =
      slate == nullptr ? std::nullopt : leading_integer(text_at(*slate, "scheduledStartTime"));
  if (begins) out.begins = from_unix_ms(*begins * 1'000);
}

/// First match wins.
constexpr std::array<ToldReason, 14> kReasons{{
    {"not a bot", Errc::denied},
    {"members", Errc::denied},
    {"join this channel", Errc::denied},
    {"age", Errc::denied},
    {"inappropriate", Errc::denied},
    {"private", Errc::denied},
    {"country", Errc::denied},
    {"sign in", Errc::denied},
    {"payment", Errc::denied},
    {"removed", Errc::not_found},
    {"terminated", Errc::not_found},
    {"recording is not available", Errc::not_found},
    {"unavailable", Errc::not_found},
    {"no longer available", Errc::not_found},
}};

Errc code_of_reason(const YoutubePlayer& player) {
  if (const auto code = first_reason(kReasons, player.reason)) return *code;
  const bool rights = player.status == "LOGIN_REQUIRED" || player.status.starts_with("AGE_") ||
                      player.status == "CONTENT_CHECK_REQUIRED";
  if (rights) return Errc::denied;
  return player.status == "ERROR" ? Errc::not_found : Errc::unavailable;
}

}  // namespace

bool is_youtube_page(std::string_view page_url) {
  const auto host = host_of(page_url);
  return host == "youtu.be" || host == "youtube.com" || host.ends_with(".youtube.com");
}

std::optional<std::string> youtube_path(std::string_view page_url, std::string_view base) {
  const auto pieces = split_uri(page_url);
  const bool ours = !base.empty() && pieces.authority == split_uri(base).authority;
  if (!ours && !is_youtube_page(page_url)) return std::nullopt;
  const auto path = path_pieces(pieces.path);
  std::string out;
  if (path.empty()) return std::nullopt;
  const bool two = path.size() > 1;
  if (host_of(page_url) == "youtu.be")
    out = watch_path(path[0]);
  else if (path[0] == "watch")
    out = watch_path(query_value(pieces.query, "v"));
  else if (two && (path[0] == "live" || path[0] == "shorts" || path[0] == "embed"))
    out = watch_path(path[1]);
  else if (path[0].starts_with('@'))
    out = fmt::format("/{}/live", path[0]);
  else if (two && (path[0] == "channel" || path[0] == "c" || path[0] == "user"))
    out = fmt::format("/{}/{}/live", path[0], path[1]);
  if (out.empty()) return std::nullopt;
  return out;
}

Result<YoutubePlayer> player_of_page(std::string_view html) {
  const auto text = player_response_in(html);
  if (text.empty()) {
    if (html.find("ytInitialData") == std::string_view::npos)
      return fail(Errc::corrupt, "YouTube: what came is no page of its own");
    return fail(Errc::not_found, "offline: YouTube: the channel has nothing live");
  }
  boost::system::error_code error;
  const auto value = boost::json::parse({text.data(), text.size()}, error);
  const auto* whole = error ? nullptr : value.if_object();
  if (whole == nullptr) return fail(Errc::corrupt, "YouTube: the player's JSON cannot be read");
  YoutubePlayer out;
  read_playability(*whole, out);
  if (const auto* details = object_at(*whole, "videoDetails")) {
    out.video_id = text_at(*details, "videoId");
    out.title = text_at(*details, "title");
    out.live = flag_at(*details, "isLive");
    out.upcoming = flag_at(*details, "isUpcoming");
    out.over = flag_at(*details, "isPostLiveDvr");
  }
  const auto* broadcast =
      object_below(whole, {"microformat", "playerMicroformatRenderer", "liveBroadcastDetails"});
  if (broadcast != nullptr) {
    out.live = out.live || flag_at(*broadcast, "isLiveNow");
    out.over = out.over || !text_at(*broadcast, "endTimestamp").empty();
  }
  if (const auto* streaming = object_at(*whole, "streamingData"))
    out.hls_manifest_url = text_at(*streaming, "hlsManifestUrl");
  return out;
}

std::optional<Error> why_not_playable(const YoutubePlayer& player) {
  const auto say = [&](Errc code, std::string text) {
    if (!player.reason.empty()) text += ": " + player.reason;
    return Error{code, (code == Errc::not_found ? "offline: YouTube: " : "YouTube: ") + text, {}};
  };
  if (player.upcoming || player.status == "LIVE_STREAM_OFFLINE") {
    const auto when = player.begins ? ", announced for " + iso8601(*player.begins) : std::string();
    return say(Errc::not_found, "not live yet" + when);
  }
  if (player.status != "OK") return say(code_of_reason(player), "the player says " + player.status);
  if (player.over) return say(Errc::not_found, "the broadcast is over");
  if (!player.live) return say(Errc::not_found, "no live stream");
  return std::nullopt;
}

}  // namespace rec::capture
