// Windows into the queue.
#include "capture/intake.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"
#include "capture/ad_marks.hpp"
#include "capture/segment_bytes.hpp"
#include "capture/untimed_place.hpp"

namespace rec::capture {

Intake::Intake(std::shared_ptr<Take> take) : take_(std::move(take)) { cursor_.seen = take_->request.recent; }

Intake::News Intake::accept(const MediaPlaylist& playlist) {
  const auto now = take_->clock.steady();
  const auto window = window_of(playlist);
  const PlanOptions options{take_->request.take, stale_.believed(now), take_->request.moved, other_url_,
                            since_newest()};
  auto planned = plan(cursor_, window, options);
  other_url_ = other_url_ && planned.fresh.empty();
  if (news_at_ && planned.new_epoch) tell_untold_break(planned, window, *news_at_, now);
  if (!planned.fresh.empty()) news_at_ = now;
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

std::optional<Micros> Intake::since_newest() const {
  if (!news_at_) return std::nullopt;
  return std::chrono::duration_cast<Micros>(take_->clock.steady() - *news_at_);
}

/// Where neither numbers nor times go on, the clock tells how long nothing came that is not in the window
/// now.
void Intake::tell_untold_break(Plan& planned, const Window& window, SteadyTime news_at,
                               SteadyTime now) const {
  if (planned.items.empty() || std::holds_alternative<Gap>(planned.items.front())) return;
  const auto& last = cursor_.seen.back();
  const auto& next = planned.fresh.front().program_date_time;
  if (last.program_date_time && next && *next >= *last.program_date_time) return;
  Gap gap;
  gap.take = take_->request.take;
  gap.epoch = last.epoch;
  gap.from_sequence = gap.to_sequence = last.sequence;
  gap.cause = GapCause::offline;
  gap.duration = std::chrono::duration_cast<Micros>(now - news_at);
  for (const auto& one : planned.fresh) gap.duration -= one.duration;
  if (gap.duration > std::max<Micros>(2 * window.target_duration, std::chrono::seconds{5}))
    planned.items.insert(planned.items.begin(), gap);
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
  const PlanOptions options{.take = take_->request.take, .moved = take_->request.moved};
  return plan(cursor_, window_of(playlist), options).fresh.empty();
}

bool Intake::knows_nothing_of(const MediaPlaylist& playlist) const {
  const PlanOptions options{.take = take_->request.take, .moved = take_->request.moved};
  return !cursor_.seen.empty() && plan(cursor_, window_of(playlist), options).known.empty();
}

bool Intake::goes_on_in(const MediaPlaylist& playlist) const {
  const auto window = window_of(playlist);
  const auto cursor = without_open_ad(cursor_);
  if (window.segments.empty()) return false;
  if (cursor.seen.empty()) return true;
  const PlanOptions options{.take = take_->request.take, .moved = take_->request.moved};
  const auto planned = plan(cursor, window, options);
  const auto& last = cursor.seen.back();
  const bool holds_last = std::any_of(
      planned.known.begin(), planned.known.end(),
      [&](const KnownSegment& one) { return one.epoch == last.epoch && one.sequence == last.sequence; });
  if (holds_last) return true;
  if (!planned.known.empty()) return false;
  const auto& next = window.segments.front().program_date_time;
  if (!last.program_date_time || !next)
    return since_newest() && place_untimed(cursor.seen, window, *since_newest()).by_number;
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
