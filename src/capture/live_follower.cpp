// Loading, asking and ending.
#include "capture/live_follower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

constexpr seconds kLeastSilence{10};
constexpr seconds kConfirmOffline{3};
constexpr seconds kAskUnreachable{10};
constexpr seconds kLastSegmentsStay{60};  ///< so long an ended playlist may still be served, or served again
constexpr seconds kLeastGone{15};
constexpr seconds kLeastStale{60};
constexpr std::chrono::minutes kSkewPause{10};

}  // namespace

LiveFollower::LiveFollower(std::shared_ptr<Take> take)
    : take_(std::move(take)),
      intake_(take_),
      schedule_(take_->clock.steady(), take_->spread),
      opened_at_(take_->clock.steady()),
      last_progress_(opened_at_),
      last_news_(opened_at_),
      last_answer_(opened_at_) {}

asio::awaitable<void> LiveFollower::run() {
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

void LiveFollower::on_loaded(LoadedPlaylist loaded) {
  if (loaded.error) return on_load_failed(loaded);
  loading_.over(channel());
  gone_ = denied_ = false;
  const auto& playlist = loaded.playlist;
  take_->private_hosts = loaded.from_private_host;
  const auto news = intake_.accept(playlist);
  last_answer_ = now();
  if (!answering_since_) answering_since_ = now();
  target_ = playlist.target_duration;
  source_.ranges = range_ends_of(playlist);
  source_.before.reset();
  if (playlist.may_skip) source_.before = std::make_shared<const MediaPlaylist>(playlist);
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

void LiveFollower::on_load_failed(const LoadedPlaylist& loaded) {
  // A router without a line to the world answers for every name: what was open before waits for it.
  const bool may_pass = loaded.misled && seen_live_;
  if (loaded.fatal && !may_pass) return end_take(EndReason::denied, loaded.error->text);
  if (endlist_since_) return end_take(EndReason::endlist, "the playlist ended");
  loading_.failed(channel(), loaded.error->text);
  answering_since_.reset();
  gone_ = loaded.gone;
  denied_ = loaded.denied() && !may_pass;
  schedule_.failed(loaded.error->retry_after.value_or(Millis{0}), now());
}

void LiveFollower::note_endlist(bool endlist) {
  if (!endlist) {
    if (endlist_since_) log::info("capture.live_again", {{"channel", channel()}});
    endlist_since_.reset();
    seen_live_ = true;
    return;
  }
  if (!endlist_since_) endlist_since_ = now();
  const auto patience = std::clamp<std::chrono::nanoseconds>(2 * target_, seconds{2}, seconds{10});
  if (!seen_live_ || now() - *endlist_since_ >= patience) end_take(EndReason::endlist, "the playlist ended");
}

void LiveFollower::end_if_stale_for_ever() {
  const auto longest = std::max<std::chrono::nanoseconds>(10 * target_, kLeastStale);
  if (!page_is_playlist_ || endlist_since_ || now() - std::max(last_news_, *answering_since_) < longest)
    return;
  end_take(EndReason::offline, fmt::format("offline: the playlist has brought nothing new for {} s",
                                           std::chrono::duration_cast<seconds>(now() - last_news_).count()));
}

void LiveFollower::on_skew(Micros skew) {
  if (skewed_at_ && now() - *skewed_at_ < kSkewPause) return;
  skewed_at_ = now();
  log::info("capture.skew", {{"channel", channel()}, {"micros", skew.count()}});
  roll_at_ = now();
}

void LiveFollower::ask_the_page() {
  const bool roll = roll_at_ && !handover_ && now() >= *roll_at_;
  const bool look = !roll && !handover_ && looks_.due(now());
  if (endlist_since_ || !(troubled() || roll || look) || take_->resolve_wanted || now() < next_resolve_)
    return;
  if (refused() && !std::exchange(refusal_noted_, true) && note_refusal(opened_at_)) return;
  rolling_ = roll;
  looking_ = look;
  take_->resolve_wanted = true;
  take_->changed.notify();
}

asio::awaitable<void> LiveFollower::wait_for_work() {
  while (!take_->resolution && !take_->end) {
    auto deadline = schedule_.due();
    if (handover_) deadline = std::min(deadline, handover_->schedule.due());
    if (now() >= deadline) co_return;
    co_await take_->changed.wait_until(take_->clock, deadline);
  }
}

void LiveFollower::on_refusal(const Error& error) {
  const auto lapse = std::max<std::chrono::nanoseconds>(3 * target_, kLeastGone);
  // A playlist that somebody typed: there is no page to ask whether it meant it.
  const bool gone_for_now = error.code == Errc::not_found && now() - last_answer_ < lapse;
  const bool denied_for_now =
      error.code == Errc::denied && seen_live_ && now() - last_answer_ < Refusals::kStorm;
  if (page_is_playlist_ && (gone_for_now || denied_for_now)) {
    next_resolve_ = now() + kConfirmOffline;
    return;
  }
  if (error.code == Errc::not_found) {
    if (offline_answers_++ == 0) offline_since_ = now();
    const bool unreachable = !answering_since_ && !gone_ && !denied_;
    const bool may_have_more = unreachable && now() - offline_since_ < kLastSegmentsStay;
    if ((offline_answers_ > 1 || gone_) && !may_have_more) return end_take(EndReason::offline, error.text);
    next_resolve_ = now() + (offline_answers_ > 1 ? kAskUnreachable : kConfirmOffline);
    return;
  }
  end_if_hopeless(error);
  if (error.retry_after) next_resolve_ = std::max(next_resolve_, now() + *error.retry_after);
}

void LiveFollower::end_take(EndReason reason, std::string text) {
  if (take_->end) return;
  intake_.close();
  if (seen_live_) take_->last_linger = kLastSegmentsStay;
  take_->finish(reason, std::move(text));
}

bool LiveFollower::note_refusal(SteadyTime opened) {
  const bool hopeless = refusals_.note(opened, now());
  take_->refusals = refusals_.count();
  if (hopeless) end_refused();
  return hopeless;
}

void LiveFollower::end_refused() {
  auto text = fmt::format(
      "the stream's URLs were refused soon after they were resolved, more than {} times "
      "within {} minutes: log in with a cookies file, or update yt-dlp",
      Refusals::kMost, Refusals::kWithin.count());
  if (page_is_playlist_) return end_take(EndReason::denied, std::move(text));
  end_for_other_backend(EndReason::denied, std::move(text));
}

void LiveFollower::end_for_other_backend(EndReason reason, std::string text) {
  if (take_->end) return;
  log::warn("capture.other_backend_needed", {{"channel", channel()}, {"why", text}});
  end_take(reason, std::move(text));
  take_->end->try_other_backend = true;
}

void LiveFollower::end_if_hopeless(const Error& error) {
  if (error.code == Errc::denied) end_take(EndReason::denied, error.text);
  if (error.code == Errc::invalid) end_take(EndReason::failed, error.text);
}

bool LiveFollower::troubled() const {
  const auto silence = std::max<std::chrono::nanoseconds>(3 * target_, kLeastSilence);
  return gone_ || refused() || now() - last_progress_ > silence;
}

}  // namespace rec::capture
