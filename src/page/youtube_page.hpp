// YouTube's pages: what the player on one is told, and what came in place of one. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace rec::page {

/// ytInitialPlayerResponse, as far as anybody here asks.
struct YoutubePlayer {
  std::string video_id{};
  std::string title{};
  std::string channel_id{};  ///< UC…, of whoever broadcasts
  std::string handle{};      ///< "@name" of the same, "" where the page does not say
  std::string author{};      ///< as it calls itself
  bool live = false;
  bool upcoming = false;
  bool over = false;         ///< the broadcast has ended
  bool live_content = true;  ///< false: a video that is or will be shown as if it were live (premiere)
  std::string status{};
  std::string reason{};
  std::optional<Instant> begins{};     ///< of an announced broadcast
  std::optional<Millis> poll_delay{};  ///< how long its own player waits before it asks again
  std::string hls_manifest_url{};
};

/// not_found "offline": the page has no player, as a channel's page when nothing is live. corrupt: there is
/// one, and it cannot be read; or it is no page of YouTube's.
Result<YoutubePlayer> player_of_page(std::string_view html);

/// What came in place of a page. `url` is where it came from or leads to.
enum class Detour {
  none,
  consent,  ///< to those who have not said yes to cookies
  captcha,  ///< to those that it takes for robots: the page about unusual traffic
};
Detour detour_of(std::string_view url, std::string_view html);
/// unavailable for consent, rate_limited for captcha, with the cure.
Error error_of(Detour detour);

/// The path that an answer leads to within the site at `base`; "" = it leads nowhere, elsewhere, or to a
/// captcha.
std::string path_within(std::string_view base, int status, std::string_view location);

enum class YoutubeState {
  live,
  upcoming,
  over,
  no_stream,  ///< an ordinary video
  members_only,
  age_gated,
  private_video,
  removed,
  region,  ///< not where we are
  paid,
  sign_in,  ///< it wants to know who asks ("you're not a bot")
  limited,  ///< whoever asks has asked too much ("try again later"); of the video it says nothing
  unclear,  ///< anything else that keeps it from playing
};
YoutubeState state_of(const YoutubePlayer& player);

/// Nothing when the player plays a live stream. not_found "offline": upcoming, over, removed, not a live
/// stream. denied: members only, private, age, region, or YouTube takes us for a bot. unavailable: anything
/// else that it says. The text has YouTube's own reason.
std::optional<Error> why_not_playable(const YoutubePlayer& player);

}  // namespace rec::page
