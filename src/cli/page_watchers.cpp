#include "cli/page_watchers.hpp"

#include "app/config_channels.hpp"
#include "capture/youtube_path.hpp"
#include "watch/page_watcher.hpp"
#include "watch/youtube_watcher.hpp"

namespace rec::cli {
namespace {

// A look may cost a process and seconds of it.
constexpr Millis kShortestPageInterval = std::chrono::minutes(1);

struct PageNature {
  bool denied_is_told = false;  ///< rights that we lack are for its owner to know; else it could not be told
  bool one_broadcast = false;   ///< what is neither live nor announced never will be
};

/// What can be resolved is live, what is offline is not.
Task<Sighting> sighting_by(capture::Resolver& resolver, WatchedChannel channel, PageNature page) {
  capture::ResolveRequest request;
  request.page_url = channel.page_url;
  request.cookies_file = channel.cookies_file;
  request.proxy = channel.proxy;
  request.only_a_look = true;
  const auto found = co_await resolver.resolve(std::move(request));
  Sighting seen;
  seen.channel = channel.id;
  if (found) {
    seen.live = found->live;
    seen.over = page.one_broadcast && !found->live && !found->announced;
    if (found->announced) seen.announced = Announcement{found->scheduled};
    if (found->live || found->announced) {
      seen.broadcast.title = found->title;
      seen.broadcast.stream_id = found->stream_id;
    }
    co_return seen;
  }
  const Error& error = found.error();
  const bool denied = error.code == Errc::denied && page.denied_is_told;
  if (error.code != Errc::not_found && !denied) co_return fail(error);
  if (denied) seen.note = error.text;
  seen.over = page.one_broadcast && !denied;
  co_return seen;
}

}  // namespace

void add_page_watchers(std::vector<std::unique_ptr<Watcher>>& watchers, House& house) {
  const Config& config = house.config;
  YoutubeWatchOptions youtube;
  youtube.base_url = config.endpoints.youtube;
  youtube.interval = config.youtube.check_interval;
  youtube.requests_per_minute = static_cast<std::size_t>(config.youtube.requests_per_minute);
  youtube.memory = house.watch_memory;
  youtube.budget = house.youtube_requests;
  youtube.face = [data = house.resolver_data] {
    const auto now = data->now();
    return YoutubeFace{now->youtube.user_agent, now->youtube.consent_cookie};
  };
  youtube.ask_other = [&house](WatchedChannel channel) {
    return sighting_by(*house.yt_dlp_resolver, std::move(channel), {});
  };
  watchers.push_back(std::make_unique<YoutubeWatcher>(*house.http, house.clock, std::move(youtube)));
  PageWatchOptions pages;
  pages.interval = std::max(kShortestPageInterval, config.youtube.check_interval);
  pages.memory = house.watch_memory;
  pages.ask = [&house](WatchedChannel channel) {
    const std::string& url = channel.page_url;
    const bool video = capture::is_youtube_video(url, house.config.endpoints.youtube);
    const PageNature page{true, video || is_twitch_recording(url)};
    return sighting_by(*house.resolver, std::move(channel), page);
  };
  watchers.push_back(std::make_unique<PageWatcher>(house.clock, std::move(pages)));
}

}  // namespace rec::cli
