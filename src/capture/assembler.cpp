// The queue's front to the sink.
#include "capture/assembler.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "capture/segment_identity.hpp"
#include "ports/append_bytes.hpp"

namespace rec::capture {
namespace {

/// Before what the disk did not take is fetched again; longer each time it is not for want of room.
constexpr std::chrono::seconds kDiskPauseBeforeAgain{1};
constexpr int kLongestDiskPause = 5;  ///< of those
/// Failures in a row that waiting does not mend, until the capture gives up.
constexpr int kMostLogFailures = 3;

/// A disk that refuses is waited for, however long it takes: a capture that ended would begin the grace
/// period of a broadcast that goes on.
bool lies_in_the_disk(Errc code) {
  return code == Errc::no_space || code == Errc::unavailable || code == Errc::denied;
}

Gap gap_for(const SegmentInfo& info, GapCause cause, Instant now) {
  Gap gap;
  gap.take = info.take;
  gap.epoch = info.epoch;
  gap.from_sequence = info.sequence;
  gap.to_sequence = info.sequence;
  gap.duration = info.duration;
  gap.cause = cause;
  gap.noticed_at = now;
  return gap;
}

class Assembler {
 public:
  explicit Assembler(std::shared_ptr<Take> take) : take_(std::move(take)) {}

  Task<> hand_on(QueueEntry entry) {
    if (auto* gap = std::get_if<Gap>(&entry)) {
      REC_CO_CHECK(co_await hand_on_held());
      gap->noticed_at = take_->clock.now();
      if (gap->cause != GapCause::offline) co_return co_await take_->sink.gap(*gap);
      held_ = *gap;
      co_return Result<void>();
    }
    auto segment = std::get<std::shared_ptr<QueuedSegment>>(std::move(entry));
    if (segment->state == QueuedSegment::State::lost) {
      REC_CO_CHECK(co_await hand_on_held());
      break_lost_ = break_lost_ || segment->info.discontinuity;
      const auto cause = segment->disk_refused ? GapCause::disk : GapCause::fetch_failed;
      co_return co_await take_->sink.gap(gap_for(segment->info, cause, take_->clock.now()));
    }
    const auto hash = segment->draft->checksum();
    if (take_->content.is_replay(segment->info, hash)) {
      log::debug("segment.replayed",
                 {{"channel", take_->request.channel}, {"sequence", segment->info.sequence}});
      co_return Result<void>();
    }
    REC_CO_CHECK(co_await hand_on_held());
    // Readers know a section within its epoch only. Behind media without one the same is said anew.
    const bool known = init_ && init_epoch_ == segment->info.epoch;
    if (segment->init && !(known && (segment->init == init_ || *segment->init == *init_)))
      REC_CO_CHECK(co_await append_init(segment));
    init_ = segment->init;
    init_epoch_ = segment->info.epoch;
    auto info = segment->info;
    info.discontinuity = info.discontinuity || break_lost_;
    REC_CO_CHECK(co_await take_->sink.append(std::move(info), segment->draft));
    break_lost_ = false;
    take_->content.remember(segment->info, hash);
    co_return Result<void>();
  }

 private:
  Task<> append_init(std::shared_ptr<QueuedSegment> segment) {
    auto info = segment->info;
    info.init = true;
    info.suspect = false;
    info.identity = identity_of(segment->map->url, segment->map->range);
    info.duration = Micros{0};
    auto bytes = *segment->init;
    co_return co_await append_bytes(take_->sink, std::move(info), std::move(bytes));
  }

  /// A break that only a replay of the broadcast's end follows was none: so it waits for what comes.
  Task<> hand_on_held() {
    auto held = std::exchange(held_, std::nullopt);
    if (!held) co_return Result<void>();
    co_return co_await take_->sink.gap(*held);
  }

  std::shared_ptr<Take> take_;
  std::shared_ptr<const std::string> init_;  ///< said last
  std::uint32_t init_epoch_ = 0;             ///< in which
  std::optional<Gap> held_;
  /// A segment behind a break was lost: the next one that comes lies behind it, too.
  bool break_lost_ = false;
};

/// What the sink could not keep is fetched again, unless its time is over.
asio::awaitable<void> fetch_again(std::shared_ptr<Take> take, std::shared_ptr<QueuedSegment> segment,
                                  Error error, int failures) {
  if (error.code == Errc::no_space) take->disk_full.failed(take->request.channel, error.text);
  segment->draft.reset();
  const bool broken = lies_in_the_disk(error.code) && error.code != Errc::no_space;
  const int pauses = broken ? std::min(failures, kLongestDiskPause) : 1;
  co_await take->clock.sleep(pauses * kDiskPauseBeforeAgain);
  const auto& unlisted = segment->unlisted_since;
  const bool over = unlisted && take->clock.steady() >= *unlisted + take->linger;
  segment->disk_refused = true;
  segment->state = over ? QueuedSegment::State::lost : QueuedSegment::State::waiting;
  take->changed.notify();
}

}  // namespace

asio::awaitable<CaptureEnd> assemble(std::shared_ptr<Take> take) {
  Assembler assembler(take);
  int failures = 0;
  while (true) {
    const auto* front = take->queue.ready_front();
    if (front == nullptr) {
      if (take->end && take->queue.empty()) co_return *take->end;
      co_await take->changed.wait();
      continue;
    }
    auto entry = *front;
    auto handed = co_await assembler.hand_on(entry);
    if (handed) {
      failures = 0;
      take->queue.pop();
      take->changed.notify();
      continue;
    }
    const auto* segment = std::get_if<std::shared_ptr<QueuedSegment>>(&entry);
    auto error = std::move(handed).error();
    ++failures;
    if (segment == nullptr || (!lies_in_the_disk(error.code) && failures > kMostLogFailures))
      co_return CaptureEnd{EndReason::failed, std::move(error).text};
    co_await fetch_again(take, *segment, std::move(error), failures);
  }
}

}  // namespace rec::capture
