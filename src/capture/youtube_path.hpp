// Which of YouTube's pages a URL means. Pure.
#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace rec::capture {

bool is_youtube_page(std::string_view page_url);

/// The path, below endpoints.youtube, of the page whose player is asked: /@handle/live, /channel/UC…/live,
/// /watch?v=ID. Takes watch, live, shorts and embed pages, youtu.be, handles and channels with whatever tab.
/// Nothing: another site (neither YouTube nor `base`), or a page without a player.
std::optional<std::string> youtube_path(std::string_view page_url, std::string_view base);

/// The page of one broadcast (`video_id`) of the channel whose page `page_url` is: a channel's own page may
/// show another one at any time. `page_url` itself where that is no page of a channel of YouTube's (or of
/// `base`), or where there is no such id.
std::string page_of_broadcast(const std::string& page_url, std::string_view video_id, std::string_view base);

/// Is it the page of one video, live or not, and no channel's?
bool is_youtube_video(std::string_view page_url, std::string_view base);

}  // namespace rec::capture
