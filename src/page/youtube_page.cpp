// From HTML to the player's JSON, by matching braces.
#include "page/youtube_page.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <boost/json.hpp>

#include "base/json_members.hpp"
#include "page/told_reason.hpp"

namespace rec::page {
namespace {

constexpr std::size_t kDeepestJson = 128;

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

/// What is assigned to ytInitialPlayerResponse: nothing when nothing is, empty when it does not end.
std::optional<std::string_view> player_response_in(std::string_view html) {
  constexpr std::string_view name = "ytInitialPlayerResponse";
  for (auto at = html.find(name); at != std::string_view::npos; at = html.find(name, at + 1)) {
    auto rest = html.substr(at + name.size());
    rest = rest.substr(std::min(rest.size(), rest.find_first_not_of("\"'] \t\n")));
    if (!rest.starts_with('=')) continue;
    rest.remove_prefix(1);
    rest = rest.substr(std::min(rest.size(), rest.find_first_not_of(" \t\n")));
    if (rest.starts_with('{')) return json_object_at(rest);
  }
  return std::nullopt;
}

/// {"simpleText": …} or {"runs": [{"text": …}]}
std::string shown_text(const boost::json::object& object, std::string_view key) {
  const auto* shown = find_object(object, key);
  if (shown == nullptr) return text_in(object, key);
  auto out = text_in(*shown, "simpleText");
  if (const auto* runs = shown->if_contains("runs"); runs != nullptr && runs->is_array())
    for (const auto& run : runs->get_array())
      if (const auto* one = run.if_object()) out += text_in(*one, "text");
  return out;
}

const boost::json::object* object_below(const boost::json::object* at,
                                        std::initializer_list<std::string_view> path) {
  for (const auto key : path) {
    if (at == nullptr) return nullptr;
    at = find_object(*at, key);
  }
  return at;
}

/// Of "1795000000" and of 1795000000; nothing of what is negative or no date of this century.
std::optional<std::int64_t> count_at(const boost::json::object& object, std::string_view key) {
  constexpr std::int64_t most = 9'999'999'999;
  auto text = text_in(object, key);
  if (const auto* value = object.if_contains(key); value != nullptr && value->is_int64())
    text = std::to_string(value->get_int64());
  std::int64_t count = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end == text.data() || count < 0 || count > most) return std::nullopt;
  return count;
}

void read_playability(const boost::json::object& whole, YoutubePlayer& out) {
  const auto* playability = find_object(whole, "playabilityStatus");
  if (playability == nullptr) return;
  out.status = text_in(*playability, "status");
  out.reason = text_in(*playability, "reason");
  if (const auto* screen = object_below(playability, {"errorScreen", "playerErrorMessageRenderer"})) {
    if (out.reason.empty()) out.reason = shown_text(*screen, "reason");
    const auto more = shown_text(*screen, "subreason");
    if (!more.empty()) out.reason += (out.reason.empty() ? "" : ": ") + more;
  }
  const auto* live = object_below(playability, {"liveStreamability", "liveStreamabilityRenderer"});
  if (live == nullptr) return;
  if (const auto delay = count_at(*live, "pollDelayMs")) out.poll_delay = Millis(*delay);
  const auto* slate = object_below(live, {"offlineSlate", "liveStreamOfflineSlateRenderer"});
  const auto begins = slate == nullptr ? std::nullopt : count_at(*slate, "scheduledStartTime");
  if (begins) out.begins = from_unix_ms(*begins * 1'000);
}

/// "http://www.youtube.com/@name" gives "@name".
std::string handle_in(std::string_view profile_url) {
  const auto at = profile_url.find("/@");
  if (at == std::string_view::npos) return {};
  const auto handle = profile_url.substr(at + 1);
  return std::string(handle.substr(0, handle.find_first_of("/?#")));
}

void read_video(const boost::json::object& whole, YoutubePlayer& out) {
  if (const auto* details = find_object(whole, "videoDetails")) {
    out.video_id = text_in(*details, "videoId");
    out.title = text_in(*details, "title");
    out.channel_id = text_in(*details, "channelId");
    out.author = text_in(*details, "author");
    out.live = flag_in(*details, "isLive");
    out.upcoming = flag_in(*details, "isUpcoming");
    out.over = flag_in(*details, "isPostLiveDvr");
    out.live_content = details->if_contains("isLiveContent") == nullptr || flag_in(*details, "isLiveContent");
  }
  const auto* micro = object_below(&whole, {"microformat", "playerMicroformatRenderer"});
  if (micro != nullptr) out.handle = handle_in(text_in(*micro, "ownerProfileUrl"));
  const auto* broadcast = micro == nullptr ? nullptr : find_object(*micro, "liveBroadcastDetails");
  if (broadcast == nullptr) return;
  // It is behind the details by a moment, either way.
  out.over = out.over || (!out.live && !text_in(*broadcast, "endTimestamp").empty());
  out.live = out.live || (!out.over && flag_in(*broadcast, "isLiveNow"));
}

using State = YoutubeState;

/// First match wins.
constexpr std::array<ToldReason<YoutubeState>, 22> kReasons{{
    {"try again later", State::limited},
    {"not a bot", State::sign_in},
    {"members-only", State::members_only},
    {"members only", State::members_only},
    {"channel's members", State::members_only},
    {"join this channel", State::members_only},
    {"your age", State::age_gated},
    {"age-restricted", State::age_gated},
    {"age restricted", State::age_gated},
    {"inappropriate", State::age_gated},
    {"private", State::private_video},
    {"your country", State::region},
    {"your location", State::region},
    {"payment", State::paid},
    {"purchase", State::paid},
    {"recording is not available", State::over},
    {"has ended", State::over},
    {"sign in", State::sign_in},
    {"removed", State::removed},
    {"terminated", State::removed},
    {"no longer available", State::removed},
    {"unavailable", State::removed},
}};

YoutubeState state_of_refusal(const YoutubePlayer& player) {
  if (const auto state = first_reason(kReasons, player.reason)) return *state;
  if (player.status.starts_with("AGE_") || player.status == "CONTENT_CHECK_REQUIRED") return State::age_gated;
  if (player.status == "LOGIN_REQUIRED") return State::sign_in;
  return player.status == "ERROR" ? State::removed : State::unclear;
}

/// Host and path of a URL, or of one that leaves its host out.
std::pair<std::string_view, std::string_view> host_and_path(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return {{}, url};
  url.remove_prefix(scheme + 3);
  const auto slash = std::min(url.size(), url.find('/'));
  return {url.substr(0, slash), url.substr(slash)};
}

}  // namespace

Result<YoutubePlayer> player_of_page(std::string_view html) {
  const auto text = player_response_in(html);
  if (!text) {
    if (html.find("ytInitialData") == std::string_view::npos)
      return fail(Errc::corrupt, "YouTube: what came is no page of its own");
    return fail(Errc::not_found, "offline: YouTube: the channel has nothing live");
  }
  boost::system::error_code error;
  boost::json::parse_options options;
  options.max_depth = kDeepestJson;
  const auto value = boost::json::parse({text->data(), text->size()}, error, {}, options);
  const auto* whole = error ? nullptr : value.if_object();
  if (whole == nullptr) return fail(Errc::corrupt, "YouTube: the player's JSON cannot be read");
  YoutubePlayer out;
  read_playability(*whole, out);
  if (out.status.empty()) return fail(Errc::corrupt, "YouTube: the player's JSON does not say what plays");
  read_video(*whole, out);
  if (const auto* streaming = find_object(*whole, "streamingData"))
    out.hls_manifest_url = text_in(*streaming, "hlsManifestUrl");
  return out;
}

Detour detour_of(std::string_view url, std::string_view html) {
  const auto [host, path] = host_and_path(url);
  if (host == "consent.youtube.com" || host == "consent.google.com") return Detour::consent;
  if (path.starts_with("/sorry")) return Detour::captcha;
  const auto has = [&](std::string_view words) { return html.find(words) != std::string_view::npos; };
  if (html.empty() || has("ytInitialData") || has("ytInitialPlayerResponse")) return Detour::none;
  if (has("unusual traffic")) return Detour::captcha;
  return has("consent.youtube.com/") ? Detour::consent : Detour::none;
}

std::string path_within(std::string_view base, int status, std::string_view location) {
  if (status / 100 != 3) return {};
  if (location.starts_with(base) && location.substr(base.size()).starts_with('/'))
    location.remove_prefix(base.size());
  const bool path = location.starts_with('/') && !location.starts_with("//");
  return path && !location.starts_with("/sorry") ? std::string(location) : std::string();
}

Error error_of(Detour detour) {
  if (detour == Detour::captcha)
    return {
        Errc::rate_limited, "YouTube: it wants a captcha solved; ask less often, or set a cookies file", {}};
  return {Errc::unavailable, "YouTube: it asks for consent to cookies; set a cookies file", {}};
}

YoutubeState state_of(const YoutubePlayer& player) {
  const bool waits = player.status == "LIVE_STREAM_OFFLINE";
  if (player.status != "OK" && !waits) return state_of_refusal(player);
  if (player.over || (waits && first_reason(kReasons, player.reason) == State::over)) return State::over;
  if (waits || (player.upcoming && !player.live)) return State::upcoming;
  return player.live ? State::live : State::no_stream;
}

std::optional<Error> why_not_playable(const YoutubePlayer& player) {
  const auto say = [&](Errc code, std::string text) {
    if (!player.reason.empty()) text += ": " + player.reason;
    return Error{code, (code == Errc::not_found ? "offline: YouTube: " : "YouTube: ") + text, {}};
  };
  switch (state_of(player)) {
    case State::live:
      return std::nullopt;
    case State::upcoming:
      return say(
          Errc::not_found,
          "not live yet" + (player.begins ? ", announced for " + iso8601(*player.begins) : std::string()));
    case State::over:
      return say(Errc::not_found, "the broadcast is over");
    case State::no_stream:
      return say(Errc::not_found, "no live stream");
    case State::removed:
      return say(Errc::not_found, "the player says " + player.status);
    case State::limited:
      return say(Errc::rate_limited, "this address or account has asked too much");
    case State::unclear:
      return say(Errc::unavailable, "the player says " + player.status);
    case State::members_only:
    case State::age_gated:
    case State::private_video:
    case State::region:
    case State::paid:
    case State::sign_in:
      break;
  }
  return say(Errc::denied, "the player says " + player.status);
}

}  // namespace rec::page
