// From pages and old URLs to the playlist that is followed, at the beginning and later.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "capture/follower.hpp"
#include "capture/live_follower.hpp"
#include "capture/segment_bytes.hpp"
#include "capture/uri.hpp"
#include "capture/url_expiry.hpp"
#include "runtime/private_hosts.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

constexpr seconds kFirstResolvePause{1};
constexpr seconds kTriedAgainEvery{2};
constexpr seconds kLongestResolvePause{30};
constexpr seconds kRollRetry{60};
constexpr seconds kShortestLife{10};  ///< a URL that lives shorter is not rolled
constexpr std::chrono::minutes kHandoverPatience{5};
constexpr Millis kHandoverTimeout{5'000};  ///< the old playlist is not loaded meanwhile
constexpr int kUnreadableAnswers = 5;

class NoBody final : public BodyReceiver {
 public:
  void on_room(std::function<void()> /*resume*/) override {}
  void begin(int /*status*/) override {}
  bool take(std::string_view /*bytes*/) override { return true; }
};

std::vector<PlaylistSource> sources_of(const Resolved& resolved) {
  std::vector<PlaylistSource> out;
  const auto add = [&](const std::string& url) {
    PlaylistSource source{url, resolved.headers,   resolved.defines,
                          {},  expiry_of_url(url), resolved.from_private_host};
    if (resolved.expires && (!source.expires || *resolved.expires < *source.expires))
      source.expires = resolved.expires;
    source.replay = !resolved.live && !resolved.page_is_playlist;
    out.push_back(std::move(source));
  };
  add(resolved.media_playlist_url);
  out.front().picture = resolved.picture;
  for (std::size_t i = 0; i < resolved.fallback_urls.size(); ++i) {
    add(resolved.fallback_urls[i]);
    if (i < resolved.fallback_pictures.size()) out.back().picture = resolved.fallback_pictures[i];
    out.back().second_best = true;
  }
  return out;
}

/// A URL that was open before a restart: an address that was allowed then, or where the page is that a person
/// typed. Any other name must still lead to the public.
bool may_be_private_again(const std::string& url, const std::string& page_url) {
  const auto host = host_of(url);
  return is_private_host(host) || host == host_of(page_url);
}

}  // namespace

asio::awaitable<void> LiveFollower::open() {
  using namespace asio::experimental::awaitable_operators;
  Millis pause = kFirstResolvePause;
  while (!take_->end) {
    if (!take_->request.reopen_url.empty()) {
      const auto& url = take_->request.reopen_url;
      PlaylistSource source{
          url, {}, {}, {}, expiry_of_url(url), may_be_private_again(url, take_->request.page_url)};
      source.picture = take_->request.reopen_picture;
      source.reopened = true;
      std::vector<PlaylistSource> sources;
      sources.push_back(std::move(source));
      if (co_await open_first_of(std::move(sources), true)) break;
    }
    auto first = co_await (reopened() || resolve_now());
    if (first.index() == 0) {
      auto opened = std::get<0>(std::move(first));
      co_await adopt(std::move(opened.source), std::move(opened.loaded));
      break;
    }
    auto resolved = std::get<1>(std::move(first));
    if (resolved && !resolved->other_backend.empty()) {
      end_for_other_backend(EndReason::failed, std::move(resolved->other_backend));
    } else if (resolved) {
      page_is_playlist_ = resolved->page_is_playlist;
      if (co_await open_first_of(sources_of(*resolved))) break;
    } else {
      pause = std::max(pause, on_not_resolved(resolved.error()));
    }
    if (take_->end) co_return;
    auto waited = co_await (reopened() || take_->clock.sleep(pause));
    if (waited.index() == 0) {
      auto opened = std::get<0>(std::move(waited));
      co_await adopt(std::move(opened.source), std::move(opened.loaded));
      break;
    }
    pause = std::min<Millis>(2 * pause, kLongestResolvePause);
  }
  opening_.over(channel());
}

asio::awaitable<LiveFollower::Opened> LiveFollower::reopened() {
  for (;;) {
    co_await take_->clock.sleep(own_part(kTriedAgainEvery, take_->spread));
    for (std::size_t i = 0; i < unopened_.size(); ++i) {
      PlaylistSource source = unopened_[i];
      auto loaded = co_await load_playlist(take_, source);
      if (loaded.error || (loaded.playlist.endlist && intake_.knows_all_of(loaded.playlist))) continue;
      if (is_whole_replay(source, loaded)) continue;  // the page, when asked again, ends it
      co_return Opened{std::move(source), std::move(loaded)};
    }
  }
}

bool LiveFollower::is_whole_replay(const PlaylistSource& source, const LoadedPlaylist& loaded) const {
  return source.replay && !loaded.error && loaded.playlist.endlist &&
         intake_.knows_nothing_of(loaded.playlist);
}

Millis LiveFollower::on_not_resolved(const Error& error) {
  if (error.code == Errc::corrupt && ++unreadable_answers_ >= kUnreadableAnswers)
    end_take(EndReason::failed, error.text);
  end_if_hopeless(error);
  if (error.code == Errc::not_found) end_take(EndReason::offline, error.text);
  if (!take_->end) opening_.failed(channel(), error.text);
  return error.retry_after.value_or(Millis{0});
}

Task<Resolved> LiveFollower::resolve_now() {
  auto request = resolve_request_of(*take_);
  co_return co_await take_->resolver.resolve(std::move(request));
}

asio::awaitable<bool> LiveFollower::open_first_of(std::vector<PlaylistSource> sources, bool reopening) {
  bool denied = false;
  unopened_ = sources;
  for (auto& source : sources) {
    auto loaded = co_await load_playlist(take_, source);
    if (loaded.error && (!loaded.fatal || reopening)) {
      denied = loaded.denied();
      opening_.failed(channel(), loaded.error->text);
      if (loaded.gone) continue;
      break;
    }
    const bool finished = !loaded.error && loaded.playlist.endlist;
    if (reopening && finished && intake_.knows_all_of(loaded.playlist)) continue;
    if (is_whole_replay(source, loaded)) {
      end_take(EndReason::offline, "offline: the page shows what was broadcast, from its beginning");
      co_return true;
    }
    co_await adopt(std::move(source), std::move(loaded));
    co_return true;
  }
  if (denied && !reopening) note_refusal(now());
  co_return take_->end.has_value();
}

asio::awaitable<void> LiveFollower::adopt(PlaylistSource source, LoadedPlaylist loaded) {
  if (!loaded.error) {
    if (!source_.url.empty() && source_.url != source.url) intake_.url_changed();
    source_ = std::move(source);
    take_->headers = source_.headers;
    auto told = co_await take_->sink.playlist_opened(source_.url, source_.picture);
    if (!told) co_return end_take(EndReason::failed, told.error().text);
    log::info("capture.playlist_opened", {{"channel", channel()}, {"take", take_->request.take}});
    opening_.over(channel());
  }
  schedule_.restart(now());
  opened_at_ = last_progress_ = now();
  take_->denied.opened();
  gone_ = denied_ = refusal_noted_ = false;
  handover_.reset();
  plan_roll(source_.expires);
  const bool comparable = source_.picture != Picture{} || source_.second_best || source_.reopened;
  looks_.restart(comparable && source_.url != take_->request.page_url, now());
  on_loaded(std::move(loaded));
}

asio::awaitable<void> LiveFollower::on_resolution(Result<Resolved> resolution) {
  resolve_pause_ = std::min<seconds>(std::max(2 * resolve_pause_, kFirstResolvePause), kLongestResolvePause);
  next_resolve_ = now() + resolve_pause_;
  const bool rolling = std::exchange(rolling_, false);
  const bool looking = std::exchange(looking_, false);
  if (looking) looks_.looked(source_.second_best, now());
  if (!troubled()) resolve_pause_ = seconds{0};
  if (!resolution) {
    if (troubled()) on_refusal(resolution.error());
    if (rolling) roll_at_ = now() + kRollRetry;
    co_return;
  }
  offline_answers_ = 0;
  if (!resolution->other_backend.empty()) {
    if (troubled()) end_for_other_backend(EndReason::failed, std::move(resolution->other_backend));
    if (rolling) roll_at_ = now() + kRollRetry;
    co_return;
  }
  page_is_playlist_ = resolution->page_is_playlist;
  if (!troubled() && !rolling && !looking) co_return;
  auto sources = sources_of(*resolution);
  if (sources.front().url == source_.url && !gone_) {
    take_->denied.opened();
    source_.second_best = false;
    plan_roll(sources.front().expires);
    co_return;
  }
  if (troubled()) {
    co_await open_first_of(std::move(sources));
    co_return;
  }
  if (looking) sources = better_of(std::move(sources));
  if (sources.empty()) co_return;
  if (rolling) roll_at_.reset();
  handover_.emplace(Handover{std::move(sources), ReloadSchedule(now(), take_->spread), now(), looking});
}

std::vector<PlaylistSource> LiveFollower::better_of(std::vector<PlaylistSource> offered) {
  const auto place = place_among(source_, offered);
  if (place) source_.second_best = *place > 0;
  // Where it cannot be told, the best is at least not less.
  offered.resize(place.value_or(source_.second_best ? 1 : 0));
  return offered;
}

asio::awaitable<void> LiveFollower::try_handover() {
  const bool better = handover_->better;
  auto source = handover_->sources.front();
  auto loaded = co_await load_playlist(take_, source, kHandoverTimeout);
  bool usable = !loaded.error && !loaded.playlist.endlist;
  auto live = loaded.playlist;
  drop_up_to_last_ad(live);
  const bool goes_on = usable && intake_.goes_on_in(live);
  if (goes_on && better) {
    const auto given = co_await gives(source, live);
    usable = given && *given;
  }
  const bool for_now = loaded.error && !loaded.gone && !loaded.fatal;
  if (for_now && now() - handover_->since <= kHandoverPatience) {  // the old one is well meanwhile
    handover_->schedule.failed(loaded.error->retry_after.value_or(Millis{0}), now());
    co_return;
  }
  if (!usable) {
    auto& sources = handover_->sources;
    sources.erase(sources.begin());
    if (!sources.empty()) co_return;
    handover_.reset();
    if (!better) roll_at_ = now() + kRollRetry;
    co_return;
  }
  handover_->schedule.loaded(false, live.target_duration, Micros{0}, now());
  if (goes_on) {
    log::info("capture.rolled", {{"channel", channel()}, {"to", name_of(source.picture)}});
    loaded.playlist = std::move(live);
    intake_.take_back_ads();
  } else if (!troubled()) {
    if (now() - handover_->since > kHandoverPatience) handover_.reset();
    co_return;
  }
  co_await adopt(std::move(source), std::move(loaded));
}

Task<bool> LiveFollower::gives(PlaylistSource source, MediaPlaylist playlist) {
  const MediaSegment& newest = playlist.segments.back();
  auto get = take_->get(newest.url);
  get.headers = source.headers;
  get.allow_private_hosts = source.private_hosts;
  get.timeout = kHandoverTimeout;
  get.range = fmt::format("{0}-{0}", newest.range ? newest.range->offset : 0);
  get.max_bytes = kMaxSegmentBytes;  // a server may answer a range with all of the file
  get.receiver = std::make_shared<NoBody>();
  REC_CO_TRY(const auto answer, co_await take_->http.fetch(std::move(get)));
  co_return answer.status / 100 == 2;
}

void LiveFollower::plan_roll(std::optional<Instant> expires) {
  roll_at_.reset();
  if (expires) {
    const auto left = *expires - take_->clock.now();
    if (left >= kShortestLife) roll_at_ = now() + left * 4 / 5;
  }
}

}  // namespace rec::capture
