// YouTube's pages: which of them is meant, and what the player on it is told. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"

namespace rec::capture {

bool is_youtube_page(std::string_view page_url);

/// The path, below endpoints.youtube, of the page whose player is asked: /@handle/live, /channel/UC…/live,
/// /watch?v=ID. Takes watch, live, shorts and embed pages, youtu.be, handles and channels with whatever tab.
/// Nothing: another site (neither YouTube nor `base`), or a page without a player.
std::optional<std::string> youtube_path(std::string_view page_url, std::string_view base);

/// ytInitialPlayerResponse, as far as a recorder asks.
struct YoutubePlayer {
  std::string video_id{};
  std::string title{};
  bool live = false;
  bool upcoming = false;
  bool over = false;  ///< the broadcast has ended
  std::string status{};
  std::string reason{};
  std::optional<Instant> begins{};  ///< of an announced broadcast
  std::string hls_manifest_url{};
};

/// not_found "offline": the page has no player, as a channel's page when nothing is live. corrupt: there is
/// one, and it cannot be read.
Result<YoutubePlayer> player_of_page(std::string_view html);

/// Nothing when the player plays a live stream. not_found "offline": upcoming, over, removed, not a live
/// stream. denied: members only, private, age, region, or YouTube takes us for a bot. unavailable: anything
/// else that it says. The text has YouTube's own reason.
std::optional<Error> why_not_playable(const YoutubePlayer& player);

}  // namespace rec::capture
