// The playlist's life, from opening to end.
#include "capture/follower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "capture/incident.hpp"
#include "capture/intake.hpp"
#include "capture/playlist_load.hpp"
#include "capture/refusals.hpp"
#include "capture/reload_schedule.hpp"
#include "capture/url_expiry.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

constexpr seconds kLeastSilence{10};
constexpr seconds kFirstResolvePause{1};
constexpr seconds kLongestResolvePause{30};
constexpr seconds kConfirmOffline{3};
constexpr seconds kRollRetry{60};
constexpr seconds kShortestLife{10};  ///< a URL that lives shorter is not rolled
constexpr seconds kLeastStale{60};
constexpr std::chrono::minutes kSkewPause{10};
constexpr std::chrono::minutes kHandoverPatience{5};
constexpr Millis kHandoverTimeout{5'000};  ///< the old playlist is not loaded meanwhile
constexpr int kUnreadableAnswers = 5;

std::vector<PlaylistSource> sources_of(const Resolved& resolved) {
  std::vector<PlaylistSource> out;
  const auto add = [&](const std::string& url) {
    PlaylistSource source{url, resolved.headers, resolved.defines, {}, expiry_of_url(url)};
    if (resolved.expires && (!source.expires || *resolved.expires < *source.expires))
      source.expires = resolved.expires;
    out.push_back(std::move(source));
  };
  add(resolved.media_playlist_url);
  for (const auto& url : resolved.fallback_urls) add(url);
  return out;
}

bool is_denied(const LoadedPlaylist& loaded) { return loaded.error && loaded.error->code == Errc::denied; }

class Follower {
 public:
  explicit Follower(std::shared_ptr<Take> take)
      : take_(std::move(take)),
        intake_(take_),
        schedule_(take_->clock.steady()),
        opened_at_(take_->clock.steady()),
        last_progress_(opened_at_),
        last_news_(opened_at_) {}

  asio::awaitable<void> run() {
    co_await open();
    while (!take_->end) {
      ask_the_page();
      co_await wait_for_work();
      if (take_->resolution) {
        auto resolution = *std::exchange(take_->resolution, std::nullopt);
        co_await on_resolution(std::move(resolution));
      }
      if (!take_->end && handover_ && now() >= handover_->schedule.due()) co_await try_handover();
      if (take_->end || now() < schedule_.due()) continue;
      auto loaded = co_await load_playlist(take_, source_);
      on_loaded(std::move(loaded));
      const bool settled = co_await intake_.settle();
      if (settled) schedule_.restart(now());
    }
  }

 private:
  /// A new session that is opened beside the one that is followed.
  struct Handover {
    std::vector<PlaylistSource> sources;  ///< the first is tried
    ReloadSchedule schedule;
    SteadyTime since;
  };

  [[nodiscard]] SteadyTime now() const { return take_->clock.steady(); }
  [[nodiscard]] const ChannelId& channel() const { return take_->request.channel; }

  void end_take(EndReason reason, std::string text) {
    if (take_->end) return;
    intake_.close();
    take_->finish(reason, std::move(text));
  }

  // Opening.

  /// Until the first playlist is open, or the Take has ended.
  asio::awaitable<void> open() {
    seconds pause = kFirstResolvePause;
    int unreadable = 0;
    while (!take_->end) {
      if (!take_->request.reopen_url.empty()) {
        const auto& url = take_->request.reopen_url;
        std::vector<PlaylistSource> sources;
        sources.push_back({url, {}, {}, {}, expiry_of_url(url)});
        if (co_await open_first_of(std::move(sources), true)) break;
      }
      auto resolved = co_await resolve_now();
      if (resolved) {
        page_is_playlist_ = resolved->page_is_playlist;
        if (co_await open_first_of(sources_of(*resolved))) break;
      } else {
        const auto& error = resolved.error();
        if (error.code == Errc::corrupt && ++unreadable >= kUnreadableAnswers)
          end_take(EndReason::failed, error.text);
        end_if_hopeless(error);
        if (error.code == Errc::not_found) end_take(EndReason::offline, error.text);
        opening_.failed(channel(), error.text);
        pause = std::max(pause, std::chrono::ceil<seconds>(error.retry_after.value_or(Millis{0})));
      }
      if (take_->end) co_return;
      co_await take_->clock.sleep(pause);
      pause = std::min(2 * pause, kLongestResolvePause);
    }
    opening_.over(channel());
  }

  Task<Resolved> resolve_now() {
    ResolveRequest request{take_->request.page_url, take_->request.quality, take_->request.cookies_file,
                           take_->request.proxy};
    co_return co_await take_->resolver.resolve(std::move(request));
  }

  /// Makes the first that loads the playlist that is followed. True also when that ended the Take.
  /// `reopening`: not one that has ended and been recorded whole; the broadcast may go on elsewhere.
  asio::awaitable<bool> open_first_of(std::vector<PlaylistSource> sources, bool reopening = false) {
    bool denied = false;
    for (auto& source : sources) {
      auto loaded = co_await load_playlist(take_, source);
      if (loaded.error && !loaded.fatal) {
        denied = is_denied(loaded);
        opening_.failed(channel(), loaded.error->text);
        if (loaded.gone) continue;
        break;
      }
      const bool finished = !loaded.error && loaded.playlist.endlist;
      if (reopening && finished && intake_.knows_all_of(loaded.playlist)) continue;
      co_await adopt(std::move(source), std::move(loaded));
      co_return true;
    }
    if (denied && !reopening && refusals_.note(now(), now())) end_refused();
    co_return take_->end.has_value();
  }

  asio::awaitable<void> adopt(PlaylistSource source, LoadedPlaylist loaded) {
    if (!loaded.error) {
      source_ = std::move(source);
      take_->headers = source_.headers;
      auto told = co_await take_->sink.playlist_opened(source_.url);
      if (!told) end_take(EndReason::failed, told.error().text);
      log::info("capture.playlist_opened", {{"channel", channel()}, {"take", take_->request.take}});
      opening_.over(channel());
    }
    schedule_.restart(now());
    opened_at_ = last_progress_ = now();
    take_->denied_segments = 0;
    gone_ = denied_ = refusal_noted_ = false;
    handover_.reset();
    plan_roll(source_.expires);
    on_loaded(std::move(loaded));
  }

  // What loads bring.

  void on_loaded(LoadedPlaylist loaded) {
    if (loaded.error) return on_load_failed(loaded);
    loading_.over(channel());
    gone_ = denied_ = false;
    const auto& playlist = loaded.playlist;
    const auto news = intake_.accept(playlist);
    if (!answering_since_) answering_since_ = now();
    target_ = playlist.target_duration;
    source_.ranges = range_ends_of(playlist);
    if (news.changed) {
      last_progress_ = last_news_ = now();
      offline_answers_ = 0;
    }
    schedule_.loaded(news.changed, target_,
                     playlist.segments.empty() ? Micros{0} : playlist.segments.back().duration, now());
    if (news.skew != Micros{0}) on_skew(news.skew);
    if (!news.stale) note_endlist(playlist.endlist);
    end_if_stale_for_ever();
  }

  void on_load_failed(const LoadedPlaylist& loaded) {
    if (loaded.fatal) return end_take(EndReason::denied, loaded.error->text);
    if (endlist_since_) return end_take(EndReason::endlist, "the playlist ended");
    loading_.failed(channel(), loaded.error->text);
    answering_since_.reset();
    gone_ = loaded.gone;
    denied_ = is_denied(loaded);
    schedule_.failed(loaded.error->retry_after.value_or(Millis{0}), now());
  }

  /// Encoders that drop write EXT-X-ENDLIST, too, and come back under the same URL. What was never seen live
  /// is believed at once.
  void note_endlist(bool endlist) {
    if (!endlist) {
      if (endlist_since_) log::info("capture.live_again", {{"channel", channel()}});
      endlist_since_.reset();
      seen_live_ = true;
      return;
    }
    if (!endlist_since_) endlist_since_ = now();
    const auto patience = std::clamp<std::chrono::nanoseconds>(2 * target_, seconds{2}, seconds{10});
    if (!seen_live_ || now() - *endlist_since_ >= patience)
      end_take(EndReason::endlist, "the playlist ended");
  }

  /// A playlist that answers, and never brings anything new, of a page that says nothing more than it does.
  void end_if_stale_for_ever() {
    const auto longest = std::max<std::chrono::nanoseconds>(10 * target_, kLeastStale);
    if (!page_is_playlist_ || endlist_since_ || now() - std::max(last_news_, *answering_since_) < longest)
      return;
    end_take(EndReason::offline,
             fmt::format("offline: the playlist has brought nothing new for {} s",
                         std::chrono::duration_cast<seconds>(now() - last_news_).count()));
  }

  void on_skew(Micros skew) {
    if (skewed_at_ && now() - *skewed_at_ < kSkewPause) return;
    skewed_at_ = now();
    log::info("capture.skew", {{"channel", channel()}, {"micros", skew.count()}});
    roll_at_ = now();
  }

  // Asking the page.

  [[nodiscard]] std::chrono::nanoseconds silence() const {
    return std::max<std::chrono::nanoseconds>(3 * target_, kLeastSilence);
  }
  [[nodiscard]] bool refused() const { return denied_ || take_->denied_segments > 1; }
  [[nodiscard]] bool troubled() const { return gone_ || refused() || now() - last_progress_ > silence(); }

  void ask_the_page() {
    const bool roll = roll_at_ && !handover_ && now() >= *roll_at_;
    if (endlist_since_ || !(troubled() || roll) || take_->resolve_wanted || now() < next_resolve_) return;
    if (refused() && !std::exchange(refusal_noted_, true) && refusals_.note(opened_at_, now()))
      return end_refused();
    rolling_ = roll;
    take_->resolve_wanted = true;
    take_->changed.notify();
  }

  void end_refused() {
    log::warn("capture.refused", {{"channel", channel()}, {"times", Refusals::kMost + 1}});
    end_take(EndReason::denied,
             fmt::format("the stream's URLs were refused soon after they were resolved, more than {} times "
                         "within {} minutes: log in with a cookies file, or update yt-dlp",
                         Refusals::kMost, Refusals::kWithin.count()));
  }

  asio::awaitable<void> wait_for_work() {
    using namespace asio::experimental::awaitable_operators;
    while (!take_->resolution && !take_->end) {
      auto deadline = schedule_.due();
      if (handover_) deadline = std::min(deadline, handover_->schedule.due());
      if (now() >= deadline) co_return;
      co_await (take_->changed.wait() || take_->clock.sleep_until(deadline));
    }
  }

  asio::awaitable<void> on_resolution(Result<Resolved> resolution) {
    resolve_pause_ =
        std::min<seconds>(std::max(2 * resolve_pause_, kFirstResolvePause), kLongestResolvePause);
    next_resolve_ = now() + resolve_pause_;
    const bool rolling = std::exchange(rolling_, false);
    if (!troubled()) resolve_pause_ = seconds{0};
    if (!resolution) {
      if (troubled()) on_refusal(resolution.error());
      if (rolling) roll_at_ = now() + kRollRetry;
      co_return;
    }
    offline_answers_ = 0;
    page_is_playlist_ = resolution->page_is_playlist;
    if (!troubled() && !rolling) co_return;
    auto sources = sources_of(*resolution);
    if (sources.front().url == source_.url && !gone_) {
      take_->denied_segments = 0;
      plan_roll(sources.front().expires);
      co_return;
    }
    if (troubled()) {
      co_await open_first_of(std::move(sources));
    } else {
      roll_at_.reset();
      handover_.emplace(Handover{std::move(sources), ReloadSchedule(now()), now()});
    }
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

  // Rolling over to a new URL while the old one still works.

  void plan_roll(std::optional<Instant> expires) {
    roll_at_.reset();
    if (!expires) return;
    const auto left = *expires - take_->clock.now();
    if (left >= kShortestLife) roll_at_ = now() + left * 4 / 5;
  }

  /// The new session takes over with its first segment that is no ad and is seen to go on where we are; or at
  /// once, when the old one gives out.
  asio::awaitable<void> try_handover() {
    auto source = handover_->sources.front();
    auto loaded = co_await load_playlist(take_, source, kHandoverTimeout);
    if (loaded.error || loaded.playlist.endlist) {
      auto& sources = handover_->sources;
      sources.erase(sources.begin());
      if (!sources.empty()) co_return;
      handover_.reset();
      roll_at_ = now() + kRollRetry;
      co_return;
    }
    auto live = loaded.playlist;
    drop_up_to_last_ad(live);
    handover_->schedule.loaded(false, live.target_duration, Micros{0}, now());
    if (intake_.goes_on_in(live)) {
      log::info("capture.rolled", {{"channel", channel()}});
      loaded.playlist = std::move(live);
      intake_.take_back_ads();
    } else if (!troubled()) {
      if (now() - handover_->since > kHandoverPatience) handover_.reset();
      co_return;
    }
    co_await adopt(std::move(source), std::move(loaded));
  }

  std::shared_ptr<Take> take_;
  Intake intake_;
  PlaylistSource source_;
  ReloadSchedule schedule_;
  Micros target_{seconds{6}};
  std::optional<Handover> handover_;

  SteadyTime opened_at_;      ///< the playlist that is followed
  SteadyTime last_progress_;  ///< something new, or another URL
  SteadyTime last_news_;      ///< something new
  std::optional<SteadyTime> answering_since_;
  std::optional<SteadyTime> endlist_since_;
  bool seen_live_ = false;
  bool gone_ = false;
  bool denied_ = false;
  std::optional<SteadyTime> skewed_at_;

  bool page_is_playlist_ = false;
  SteadyTime next_resolve_{};
  seconds resolve_pause_{0};
  std::optional<SteadyTime> roll_at_;
  bool rolling_ = false;  ///< the page is asked for that reason
  int offline_answers_ = 0;
  Refusals refusals_;
  bool refusal_noted_ = false;  ///< of the playlist that is followed
  Incident opening_{"capture.playlist_not_opened", "capture.playlist_open_again"};
  Incident loading_{"capture.playlist_failed", "capture.playlist_answers_again"};
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
