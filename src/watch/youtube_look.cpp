// Player, page or neither: each way an answer may turn out, and what its owner is told.
#include "watch/youtube_look.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/url/encode.hpp>
#include <boost/url/rfc/pchars.hpp>

#include "page/youtube_page.hpp"

namespace rec {
namespace {

using page::YoutubePlayer;
using page::YoutubeState;
using Kind = YoutubeLook::Kind;

constexpr std::size_t kLongestShownTitle = 200;

bool is_channel_id(std::string_view text) { return text.size() == 24 && text.starts_with("UC"); }

/// Not in the middle of a character.
std::string shortened_text(const std::string& text) {
  auto end = std::min(text.size(), kLongestShownTitle);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string lower_ascii(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return text;
}

/// Whose broadcast it is, if the page leaves no doubt: a page may show somebody else's.
void tell_identity(const WatchedChannel& channel, const YoutubePlayer& player, Sighting& seen) {
  if (!is_channel_id(player.channel_id)) return;
  const std::string& known = is_channel_id(channel.name) ? channel.name : channel.platform_id;
  const bool same_handle = !player.handle.empty() && lower_ascii(player.handle) == lower_ascii(channel.name);
  if (known.empty() ? !same_handle : known != player.channel_id) return;
  seen.platform_id = player.channel_id;
  if (channel.name.starts_with('@') && !player.handle.empty() && !same_handle) seen.name = player.handle;
}

std::string cookies_cure(const WatchedChannel& channel, bool signed_in, std::string_view whose) {
  return signed_in ? fmt::format("the account of {} is none; set cookies_file to the cookies of {}",
                                 channel.cookies_file, whose)
                   : fmt::format("set cookies_file to the cookies of {}", whose);
}

std::string note_of(YoutubeState state, const WatchedChannel& channel, const YoutubePlayer& player,
                    bool signed_in) {
  const auto say = [&](std::string_view what, const std::string& cure) {
    const auto shown = shortened_text(player.title.empty() ? player.reason : player.title);
    return fmt::format("{}: {}; {}", what, shown, cure);
  };
  switch (state) {
    case YoutubeState::members_only:
      return say("members only", cookies_cure(channel, signed_in, "a member"));
    case YoutubeState::age_gated:
      return say("age-restricted", cookies_cure(channel, signed_in, "somebody whose age YouTube knows"));
    case YoutubeState::private_video:
      return say("private", cookies_cure(channel, signed_in, "somebody it is shared with"));
    case YoutubeState::paid:
      return say("to be paid for", cookies_cure(channel, signed_in, "somebody who did"));
    case YoutubeState::region:
      return say("not shown in this country", "set youtube.proxy, or the channel's proxy, to one elsewhere");
    case YoutubeState::removed:
      return say("removed", "there is nothing to be done");
    case YoutubeState::unclear:
      return say("it does not play", "YouTube says: " + shortened_text(player.reason));
    case YoutubeState::live:
    case YoutubeState::upcoming:
    case YoutubeState::over:
    case YoutubeState::no_stream:
    case YoutubeState::sign_in:
    case YoutubeState::limited:
      break;
  }
  return {};
}

bool helped_by_cookies(YoutubeState state) {
  return state == YoutubeState::members_only || state == YoutubeState::age_gated ||
         state == YoutubeState::private_video || state == YoutubeState::paid ||
         state == YoutubeState::sign_in;
}

YoutubeLook failed_look(Kind kind, Error error) {
  YoutubeLook look;
  look.kind = kind;
  look.error = std::move(error);
  return look;
}

YoutubeLook look_at_player(const WatchedChannel& channel, const YoutubePlayer& player, bool signed_in) {
  const auto state = page::state_of(player);
  if (helped_by_cookies(state) && !signed_in && !channel.cookies_file.empty())
    return failed_look(Kind::signs_in, {Errc::denied, "YouTube: " + player.reason, {}});
  if (state == YoutubeState::sign_in) {
    const char* cure = signed_in
                           ? "renew the cookies file, or ask less often (youtube.requests_per_minute)"
                           : "set recording.cookies_file, or ask less often (youtube.requests_per_minute)";
    return failed_look(Kind::refused,
                       {Errc::denied, fmt::format("YouTube: {}; {}", player.reason, cure), {}});
  }
  if (state == YoutubeState::limited) {
    Error error = page::why_not_playable(player).value_or(Error{Errc::rate_limited, "YouTube", {}});
    error.text += "; ask less often (youtube.requests_per_minute)";
    return failed_look(Kind::refused, std::move(error));
  }
  YoutubeLook look;
  Sighting& seen = look.sighting;
  seen.channel = channel.id;
  seen.live = state == YoutubeState::live;
  seen.note = note_of(state, channel, player, signed_in);
  tell_identity(channel, player, seen);
  if (!seen.live && state != YoutubeState::upcoming) return look;
  seen.broadcast.stream_id = player.video_id;
  seen.broadcast.title = player.title;
  if (seen.live) return look;
  seen.announced = Announcement{player.begins};
  if (!player.live_content) seen.note = "premiere";
  look.poll_delay = player.poll_delay;
  return look;
}

YoutubeLook look_at_page(const WatchedChannel& channel, const HttpResponse& answer, bool signed_in) {
  const auto player = page::player_of_page(answer.body);
  if (player) return look_at_player(channel, *player, signed_in);
  if (player.error().code != Errc::not_found) return failed_look(Kind::garbled, player.error());
  YoutubeLook look;
  look.sighting.channel = channel.id;
  return look;
}

}  // namespace

std::string youtube_live_path(const WatchedChannel& channel) {
  const auto& id = is_channel_id(channel.platform_id) ? channel.platform_id : channel.name;
  if (is_channel_id(id)) return "/channel/" + id + "/live";
  if (!channel.name.starts_with('@') || channel.name.size() < 2) return {};
  return "/" + boost::urls::encode(channel.name, boost::urls::pchars) + "/live";
}

YoutubeLook look_at_youtube(const WatchedChannel& channel, const Result<HttpResponse>& answer,
                            bool signed_in) {
  if (!answer) {
    const bool garbled = answer.error().code == Errc::corrupt;
    return failed_look(garbled ? Kind::garbled : Kind::unreachable, answer.error());
  }
  const bool moved = answer->status / 100 == 3;
  const auto detour = page::detour_of(moved ? answer->header("location") : answer->url, answer->body);
  auto error = detour == page::Detour::none ? http_error(*answer, "YouTube") : page::error_of(detour);
  if (answer->status == 429 || detour == page::Detour::captcha) {
    if (answer->status == 429) error.retry_after = http_error(*answer, "YouTube").retry_after;
    return failed_look(Kind::refused, std::move(error));
  }
  if (detour == page::Detour::consent) {
    const bool may_help = !signed_in && !channel.cookies_file.empty();
    return failed_look(may_help ? Kind::signs_in : Kind::garbled, std::move(error));
  }
  if (moved)
    return failed_look(Kind::garbled,
                       {Errc::corrupt, "YouTube: it leads to " + answer->header("location"), {}});
  if (answer->status == 404 || answer->status == 410) {
    auto look = failed_look(Kind::gone, std::move(error));
    look.sighting.channel = channel.id;
    look.sighting.note =
        "YouTube has no page of this channel: was it renamed? Add it again as UC…, or by its new handle";
    return look;
  }
  if (answer->status / 100 != 2) return failed_look(Kind::unreachable, std::move(error));
  return look_at_page(channel, *answer, signed_in);
}

}  // namespace rec
