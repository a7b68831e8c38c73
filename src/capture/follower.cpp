// The playlist's life, from opening to end.
#include "capture/follower.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "capture/playlist_load.hpp"
#include "capture/reload_schedule.hpp"
#include "capture/segment_bytes.hpp"
#include "capture/stale_watch.hpp"

namespace rec::capture {
namespace {

constexpr std::chrono::seconds kLeastSilence{10};
constexpr std::chrono::seconds kFirstResolvePause{1};
constexpr std::chrono::seconds kLongestResolvePause{30};
constexpr std::chrono::seconds kConfirmOffline{3};
constexpr int kUnreadableAnswers = 5;

class Follower {
 public:
  explicit Follower(std::shared_ptr<Take> take)
      : take_(std::move(take)), schedule_(take_->clock.steady()), last_progress_(take_->clock.steady()) {
    cursor_.seen = take_->request.recent;
  }

  asio::awaitable<void> run() {
    co_await open();
    while (!take_->end) {
      ask_if_silent();
      co_await wait_for_reload();
      if (take_->resolution) {
        auto resolution = *std::exchange(take_->resolution, std::nullopt);
        co_await on_resolution(std::move(resolution));
      }
      if (take_->end || now() < schedule_.due()) continue;
      auto loaded = co_await load_playlist(take_, url_);
      on_loaded(std::move(loaded));
      if (questioned_) co_await settle_by_content();
    }
  }

 private:
  [[nodiscard]] SteadyTime now() const { return take_->clock.steady(); }

  /// Until the first playlist is open, or the Take has ended.
  asio::awaitable<void> open() {
    std::chrono::seconds pause = kFirstResolvePause;
    int unreadable = 0;
    while (!take_->end) {
      if (!take_->request.reopen_url.empty()) {
        std::vector<std::string> urls{take_->request.reopen_url};
        if (co_await open_one_of(std::move(urls), true)) co_return;
      }
      auto resolved = co_await resolve_now();
      if (resolved) {
        take_->headers = resolved->headers;
        if (co_await open_one_of(urls_of(*resolved))) co_return;
      } else {
        const auto& error = resolved.error();
        if (error.code == Errc::corrupt && ++unreadable >= kUnreadableAnswers)
          end_take(EndReason::failed, error.text);
        end_if_hopeless(error);
        if (error.code == Errc::not_found) end_take(EndReason::offline, error.text);
        log::warn("capture.not_resolved", {{"channel", take_->request.channel}, {"why", error.text}});
        pause =
            std::max(pause, std::chrono::ceil<std::chrono::seconds>(error.retry_after.value_or(Millis{0})));
      }
      if (take_->end) co_return;
      co_await take_->clock.sleep(pause);
      pause = std::min(2 * pause, kLongestResolvePause);
    }
  }

  void end_take(EndReason reason, std::string text) {
    if (take_->end) return;
    if (auto ad = std::exchange(cursor_.open_ad, std::nullopt)) take_->queue.push(*std::move(ad));
    take_->finish(reason, std::move(text));
  }

  Task<Resolved> resolve_now() {
    ResolveRequest request{take_->request.page_url, take_->request.quality, take_->request.cookies_file,
                           take_->request.proxy};
    co_return co_await take_->resolver.resolve(std::move(request));
  }

  static std::vector<std::string> urls_of(const Resolved& resolved) {
    std::vector<std::string> urls{resolved.media_playlist_url};
    urls.insert(urls.end(), resolved.fallback_urls.begin(), resolved.fallback_urls.end());
    return urls;
  }

  /// Makes the first that loads the playlist that is followed. True also when that ended the Take.
  /// `skip_finished`: not one that has ended and been recorded whole; the broadcast may go on elsewhere.
  asio::awaitable<bool> open_one_of(std::vector<std::string> urls, bool skip_finished = false) {
    for (const auto& url : urls) {
      auto loaded = co_await load_playlist(take_, url);
      if (loaded.error && !loaded.fatal) {
        log::warn("capture.playlist_not_opened",
                  {{"channel", take_->request.channel}, {"why", loaded.error->text}});
        if (loaded.gone) continue;
        break;
      }
      if (skip_finished && is_finished(loaded)) continue;
      if (!loaded.error) {
        url_ = url;
        auto told = co_await take_->sink.playlist_opened(url);
        if (!told) end_take(EndReason::failed, told.error().text);
        log::info("capture.playlist_opened",
                  {{"channel", take_->request.channel}, {"take", take_->request.take}});
      }
      schedule_.restart(now());
      last_progress_ = now();
      take_->denied_segments = 0;
      gone_ = false;
      on_loaded(std::move(loaded));
      co_return true;
    }
    co_return false;
  }

  [[nodiscard]] bool is_finished(const LoadedPlaylist& loaded) const {
    if (loaded.error || !loaded.playlist.endlist) return false;
    return plan(cursor_, window_of(loaded.playlist), {take_->request.take, false}).fresh.empty();
  }

  void on_loaded(LoadedPlaylist loaded) {
    if (loaded.error) {
      if (loaded.fatal) return end_take(EndReason::denied, loaded.error->text);
      log::warn("capture.playlist_failed",
                {{"channel", take_->request.channel}, {"why", loaded.error->text}});
      gone_ = loaded.gone;
      schedule_.failed(loaded.error->retry_after.value_or(Millis{0}), now());
      return;
    }
    gone_ = false;
    const auto& playlist = loaded.playlist;
    const auto window = window_of(playlist);
    const auto planned = plan(cursor_, window, {take_->request.take, stale_.believed(now())});
    stale_.note(planned.stale, window, now());
    if (const auto index = stale_.question(window, take_->content)) {
      questioned_ = std::make_shared<QueuedSegment>();
      questioned_->info.sequence = window.segments[*index].sequence;
      questioned_->info.identity = window.segments[*index].identity;
      questioned_->info.duration = window.segments[*index].duration;
      take_location(*questioned_, playlist, *index);
    }
    target_ = playlist.target_duration;
    take_->linger =
        std::clamp(std::chrono::duration_cast<Millis>(3 * target_), Millis{6'000}, Millis{20'000});
    if (!planned.stale) take_->queue.relist(planned.known, playlist, now());
    for (const auto& item : planned.items) enqueue(item, playlist);
    cursor_ = advanced(std::move(cursor_), planned, window.segments.size());
    const bool changed = !planned.fresh.empty();
    if (changed) {
      last_progress_ = now();
      offline_answers_ = 0;
    }
    schedule_.loaded(changed, target_,
                     playlist.segments.empty() ? Micros{0} : playlist.segments.back().duration, now());
    if (playlist.endlist && !planned.stale) end_take(EndReason::endlist, "the playlist ended");
    take_->changed.notify();
  }

  void enqueue(const PlanItem& item, const MediaPlaylist& playlist) {
    if (const auto* gap = std::get_if<Gap>(&item)) {
      log::debug("capture.gap", {{"channel", take_->request.channel},
                                 {"cause", word(gap->cause)},
                                 {"from", gap->from_sequence},
                                 {"to", gap->to_sequence},
                                 {"micros", gap->duration.count()}});
      return take_->queue.push(*gap);
    }
    const auto& planned = std::get<PlannedSegment>(item);
    QueuedSegment segment;
    segment.info = planned.info;
    take_location(segment, playlist, planned.index);
    take_->queue.push(std::move(segment));
  }

  /// Settles by its bytes whether a stale window is an encoder's new beginning.
  asio::awaitable<void> settle_by_content() {
    const auto segment = std::exchange(questioned_, nullptr);
    auto body = co_await fetch_media(take_, segment);
    if (!body || content_hash(*body) == take_->content.hash_of(segment->info.identity)) co_return;
    log::info("capture.names_reused",
              {{"channel", take_->request.channel}, {"sequence", segment->info.sequence}});
    stale_.is_new();
    schedule_.restart(now());
  }

  [[nodiscard]] std::chrono::nanoseconds silence() const {
    return std::max<std::chrono::nanoseconds>(3 * target_, kLeastSilence);
  }

  void ask_if_silent() {
    const bool silent = now() - last_progress_ > silence();
    if (!(silent || gone_ || take_->denied_segments > 1) || take_->resolve_wanted || now() < next_resolve_)
      return;
    take_->resolve_wanted = true;
    take_->changed.notify();
  }

  asio::awaitable<void> wait_for_reload() {
    using namespace asio::experimental::awaitable_operators;
    while (!take_->resolution && !take_->end && now() < schedule_.due()) {
      auto deadline = schedule_.due();
      co_await (take_->changed.wait() || take_->clock.sleep_until(deadline));
    }
  }

  asio::awaitable<void> on_resolution(Result<Resolved> resolution) {
    resolve_pause_ = std::min<std::chrono::seconds>(std::max(2 * resolve_pause_, kFirstResolvePause),
                                                    kLongestResolvePause);
    next_resolve_ = now() + resolve_pause_;
    const bool progressing = !gone_ && take_->denied_segments < 2 && now() - last_progress_ <= silence();
    if (progressing) resolve_pause_ = std::chrono::seconds{0};
    if (!resolution) {
      if (!progressing) on_refusal(resolution.error());
      co_return;
    }
    offline_answers_ = 0;
    if (progressing) co_return;
    if (resolution->media_playlist_url == url_) {
      take_->denied_segments = 0;
      co_return;
    }
    const auto old_headers = std::exchange(take_->headers, resolution->headers);
    if (!co_await open_one_of(urls_of(*resolution))) take_->headers = old_headers;
  }

  void on_refusal(const Error& error) {
    if (error.code == Errc::not_found) {
      if (++offline_answers_ > 1 || gone_) return end_take(EndReason::offline, error.text);
      next_resolve_ = now() + kConfirmOffline;
      return;
    }
    end_if_hopeless(error);
    if (error.retry_after) next_resolve_ = std::max(next_resolve_, now() + *error.retry_after);
  }

  void end_if_hopeless(const Error& error) {
    if (error.code == Errc::denied) end_take(EndReason::denied, error.text);
    if (error.code == Errc::invalid) end_take(EndReason::failed, error.text);
  }

  std::shared_ptr<Take> take_;
  Cursor cursor_;
  std::string url_;
  ReloadSchedule schedule_;
  Micros target_{std::chrono::seconds{6}};
  SteadyTime last_progress_;
  SteadyTime next_resolve_{};
  std::chrono::seconds resolve_pause_{0};
  int offline_answers_ = 0;
  bool gone_ = false;
  StaleWatch stale_;
  std::shared_ptr<QueuedSegment> questioned_;
};

}  // namespace

asio::awaitable<void> follow_playlist(std::shared_ptr<Take> take) {
  Follower follower(take);
  co_await follower.run();
  while (true) co_await take->changed.wait();
}

asio::awaitable<void> resolve_on_demand(std::shared_ptr<Take> take) {
  while (true) {
    if (!take->resolve_wanted || take->end) {
      co_await take->changed.wait();
      continue;
    }
    ResolveRequest request{take->request.page_url, take->request.quality, take->request.cookies_file,
                           take->request.proxy};
    auto resolved = co_await take->resolver.resolve(std::move(request));
    take->resolution.emplace(std::move(resolved));
    take->resolve_wanted = false;
    take->changed.notify();
  }
}

}  // namespace rec::capture
