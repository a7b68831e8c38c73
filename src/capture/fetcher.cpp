// One segment from its first try to ready or lost.
#include "capture/fetcher.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "capture/segment_bytes.hpp"
#include "capture/segment_check.hpp"

namespace rec::capture {
namespace {

constexpr int kSuspectsUntilAccepted = 3;
constexpr Millis kFirstPause{250};
constexpr Millis kLongestPause{2'000};
constexpr Millis kLongestPatience{30'000};  ///< with a Retry-After

class SegmentFetch {
 public:
  SegmentFetch(std::shared_ptr<Take> take, std::shared_ptr<QueuedSegment> segment)
      : take_(std::move(take)), segment_(std::move(segment)) {}

  asio::awaitable<void> run() {
    const auto first_try = take_->clock.steady();
    auto pause = kFirstPause;
    while (true) {
      auto body = co_await attempt();
      if (body) co_return deliver(*std::move(body), false);
      const auto error = std::move(body).error();
      if (error.code == Errc::denied) ++take_->denied_segments;
      if (suspects_ >= kSuspectsUntilAccepted) co_return deliver(std::move(best_), true);
      const auto& unlisted = segment_->unlisted_since;
      if (unlisted && take_->clock.steady() >= std::max(*unlisted, first_try) + take_->linger)
        co_return give_up(error);
      co_await take_->clock.sleep(
          std::max(pause, std::min(error.retry_after.value_or(Millis{0}), kLongestPatience)));
      pause = std::min(2 * pause, kLongestPause);
    }
  }

 private:
  Task<std::string> attempt() {
    const bool fragmented = segment_->map.has_value();
    if (fragmented) {
      REC_CO_TRY(init_, co_await fetch_init(take_, segment_));
    } else {
      init_.reset();
    }
    REC_CO_TRY(auto body, co_await fetch_media(take_, segment_));
    const auto look = look_at_body(body, fragmented);
    if (look == BodyLook::good) co_return body;
    if (look == BodyLook::useless)
      co_return fail(Errc::corrupt, body.empty() ? "segment is empty" : "a page came instead of a segment");
    ++suspects_;
    if (body.size() > best_.size()) best_ = std::move(body);
    co_return fail(Errc::corrupt, "segment does not look like media");
  }

  void deliver(std::string body, bool suspect) {
    segment_->info.suspect = suspect;
    segment_->body = std::move(body);
    segment_->init = init_;
    segment_->state = QueuedSegment::State::ready;
  }

  void give_up(const Error& error) {
    if (!best_.empty()) return deliver(std::move(best_), true);
    log::warn(
        "segment.lost",
        {{"channel", take_->request.channel}, {"sequence", segment_->info.sequence}, {"why", error.text}});
    segment_->failure = error.text;
    segment_->state = QueuedSegment::State::lost;
  }

  std::shared_ptr<Take> take_;
  std::shared_ptr<QueuedSegment> segment_;
  std::shared_ptr<const std::string> init_;
  std::string best_;
  int suspects_ = 0;
};

}  // namespace

asio::awaitable<void> fetch_segments(std::shared_ptr<Take> take) {
  while (true) {
    auto segment = take->queue.next_to_fetch();
    if (!segment) {
      co_await take->changed.wait();
      continue;
    }
    segment->state = QueuedSegment::State::fetching;
    SegmentFetch fetch(take, std::move(segment));
    co_await fetch.run();
    take->changed.notify();
  }
}

}  // namespace rec::capture
