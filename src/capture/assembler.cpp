// The queue's front to the sink.
#include "capture/assembler.hpp"

#include "base/log.hpp"
#include "capture/segment_identity.hpp"

namespace rec::capture {
namespace {

constexpr std::chrono::seconds kDiskPause{1};

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
    const auto hash = content_hash(segment->body);
    if (segment->state == QueuedSegment::State::ready && take_->content.is_replay(segment->info, hash)) {
      log::debug("segment.replayed",
                 {{"channel", take_->request.channel}, {"sequence", segment->info.sequence}});
      co_return Result<void>();
    }
    REC_CO_CHECK(co_await hand_on_held());
    if (segment->state == QueuedSegment::State::lost) {
      const auto cause = disk_full_ ? GapCause::disk : GapCause::fetch_failed;
      co_return co_await take_->sink.gap(gap_for(segment->info, cause, take_->clock.now()));
    }
    if (segment->init && segment->init != init_ && (!init_ || *segment->init != *init_)) {
      auto info = segment->info;
      info.init = true;
      info.suspect = false;
      info.identity = identity_of(segment->map->url, segment->map->range);
      info.duration = Micros{0};
      REC_CO_TRY(const bool kept, co_await append(info, *segment->init, segment));
      if (!kept)
        co_return co_await take_->sink.gap(gap_for(segment->info, GapCause::disk, take_->clock.now()));
    }
    if (segment->init) init_ = segment->init;
    REC_CO_TRY(const bool kept, co_await append(segment->info, std::move(segment->body), segment));
    if (kept) {
      take_->content.remember(segment->info, hash);
      co_return Result<void>();
    }
    co_return co_await take_->sink.gap(gap_for(segment->info, GapCause::disk, take_->clock.now()));
  }

 private:
  /// A break that only a replay of the broadcast's end follows was none: so it waits for what comes.
  Task<> hand_on_held() {
    auto held = std::exchange(held_, std::nullopt);
    if (!held) co_return Result<void>();
    co_return co_await take_->sink.gap(*held);
  }

  /// False when the disk stayed full until the segment's time was over.
  Task<bool> append(SegmentInfo info, std::string bytes, std::shared_ptr<QueuedSegment> segment) {
    while (true) {
      auto appended = co_await take_->sink.append(info, bytes);
      if (appended) {
        if (disk_full_) log::info("capture.disk_has_room", {{"channel", take_->request.channel}});
        disk_full_ = false;
        co_return true;
      }
      if (appended.error().code != Errc::no_space) co_return fail(std::move(appended).error());
      if (!disk_full_)
        log::error("capture.disk_full",
                   {{"channel", take_->request.channel}, {"why", appended.error().text}});
      disk_full_ = true;
      const auto& unlisted = segment->unlisted_since;
      if (unlisted && take_->clock.steady() >= *unlisted + take_->linger) co_return false;
      co_await take_->clock.sleep(kDiskPause);
    }
  }

  std::shared_ptr<Take> take_;
  std::shared_ptr<const std::string> init_;
  std::optional<Gap> held_;
  bool disk_full_ = false;
};

}  // namespace

asio::awaitable<CaptureEnd> assemble(std::shared_ptr<Take> take) {
  Assembler assembler(take);
  while (true) {
    const auto* front = take->queue.ready_front();
    if (front == nullptr) {
      if (take->end && take->queue.empty()) co_return *take->end;
      co_await take->changed.wait();
      continue;
    }
    auto entry = *front;
    auto handed = co_await assembler.hand_on(std::move(entry));
    if (!handed) co_return CaptureEnd{EndReason::failed, std::move(handed).error().text};
    take->queue.pop();
    take->changed.notify();
  }
}

}  // namespace rec::capture
