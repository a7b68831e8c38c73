// Windows into the queue.
#include "capture/intake.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "capture/ad_marks.hpp"
#include "capture/segment_bytes.hpp"

namespace rec::capture {

Intake::Intake(std::shared_ptr<Take> take) : take_(std::move(take)) { cursor_.seen = take_->request.recent; }

Intake::News Intake::accept(const MediaPlaylist& playlist) {
  const auto now = take_->clock.steady();
  const auto window = window_of(playlist);
  const auto planned =
      plan(cursor_, window, {take_->request.take, stale_.believed(now), take_->request.moved});
  stale_.note(planned.stale, window, now);
  question(window, playlist);
  take_->linger = std::clamp(std::chrono::duration_cast<Millis>(3 * playlist.target_duration), Millis{6'000},
                             Millis{20'000});
  if (!planned.stale) take_->queue.relist(planned.known, playlist, now);
  for (const auto& item : planned.items) enqueue(item, playlist);
  cursor_ = advanced(std::move(cursor_), planned, window.segments.size());
  take_->changed.notify();
  return {!planned.fresh.empty(), planned.stale, planned.skew};
}

void Intake::enqueue(const PlanItem& item, const MediaPlaylist& playlist) {
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
  segment.queued_at = take_->clock.steady();
  take_location(segment, playlist, planned.index);
  take_->queue.push(std::move(segment));
}

void Intake::question(const Window& window, const MediaPlaylist& playlist) {
  const auto index = stale_.question(window, take_->content);
  if (!index) return;
  questioned_ = std::make_shared<QueuedSegment>();
  questioned_->info.sequence = window.segments[*index].sequence;
  questioned_->info.identity = window.segments[*index].identity;
  questioned_->info.duration = window.segments[*index].duration;
  take_location(*questioned_, playlist, *index);
}

asio::awaitable<bool> Intake::settle() {
  const auto segment = std::exchange(questioned_, nullptr);
  if (!segment) co_return false;
  const auto draft = co_await fetch_media(take_, segment);
  if (!draft || (*draft)->checksum() == take_->content.hash_of(segment->info.identity)) co_return false;
  log::info("capture.names_reused",
            {{"channel", take_->request.channel}, {"sequence", segment->info.sequence}});
  stale_.is_new();
  co_return true;
}

bool Intake::knows_all_of(const MediaPlaylist& playlist) const {
  return plan(cursor_, window_of(playlist), {take_->request.take, false, take_->request.moved}).fresh.empty();
}

bool Intake::goes_on_in(const MediaPlaylist& playlist) const {
  const auto window = window_of(playlist);
  const auto cursor = without_open_ad(cursor_);
  if (window.segments.empty()) return false;
  if (cursor.seen.empty()) return true;
  const auto planned = plan(cursor, window, {take_->request.take, false, take_->request.moved});
  const auto& last = cursor.seen.back();
  const bool holds_last = std::any_of(
      planned.known.begin(), planned.known.end(),
      [&](const KnownSegment& one) { return one.epoch == last.epoch && one.sequence == last.sequence; });
  if (holds_last) return true;
  const auto& next = window.segments.front().program_date_time;
  if (!planned.known.empty() || !last.program_date_time || !next) return false;
  const auto hole = Micros(*next - *last.program_date_time) - last.duration;
  return std::chrono::abs(hole) <= last.duration / 2;
}

void Intake::close() {
  if (auto ad = std::exchange(cursor_.open_ad, std::nullopt)) take_->queue.push(*std::move(ad));
}

void drop_up_to_last_ad(MediaPlaylist& playlist) {
  const auto marks = marks_of(playlist);
  const auto last = std::find_if(marks.rbegin(), marks.rend(), [](const SegmentMark& one) { return one.ad; });
  playlist.segments.erase(playlist.segments.begin(),
                          playlist.segments.begin() + std::distance(last, marks.rend()));
}

}  // namespace rec::capture
