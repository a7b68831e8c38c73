// The planner's decisions, on top of what WindowMatch recognises.
#include "capture/planner.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "capture/ad_marks.hpp"
#include "capture/clock_jump.hpp"
#include "capture/segment_identity.hpp"
#include "capture/untimed_place.hpp"
#include "capture/window_match.hpp"

namespace rec::capture {
namespace {

constexpr std::size_t kRemembered = 200;
constexpr Micros kJitter = Millis{400};
/// Of another page or URL behind the one that was followed.
constexpr std::chrono::minutes kMostLag{2};
/// A count of discontinuities beyond it is none, and must not overflow.
constexpr std::int64_t kMostBreaks = std::int64_t{1} << 52U;
/// Numbers that jump further, and no time to tell: counted anew from another beginning.
constexpr std::chrono::hours kLongestGuess{30 * 24};

std::optional<Micros> hole_between(const SegmentInfo& before, const std::optional<Instant>& next) {
  if (!before.program_date_time || !next) return std::nullopt;
  return Micros(*next - *before.program_date_time) - before.duration;
}

/// Mean of the newest durations: what an unseen segment lasts.
Micros typical_duration(const Cursor& cursor, const Window& window) {
  Micros total{0};
  std::int64_t count = 0;
  for (auto it = cursor.seen.rbegin(); it != cursor.seen.rend() && count < 10; ++it, ++count)
    total += it->duration;
  if (count == 0 || total <= Micros{0}) return window.target_duration;
  return total / count;
}

/// How long so many unseen segments last.
Micros guessed_length(std::int64_t missing, Micros typical) {
  const auto longest = std::chrono::duration_cast<Micros>(kLongestGuess);
  return missing > longest / std::max(typical, Micros{1}) ? longest : missing * typical;
}

/// Do the numbers of a window beyond the cursor go on where the cursor ends? Time and directory may
/// contradict.
bool goes_on(const SegmentInfo& last, const WindowSegment& front, const Cursor& cursor,
             const Window& window) {
  if (front.sequence <= last.sequence) return false;
  const auto hole = hole_between(last, front.program_date_time);
  const bool at_ad = front.ad || cursor.open_ad;  // ads come from elsewhere, so only time can tell
  if (!(at_ad && hole) && identity_stem(front.identity) != identity_stem(last.identity)) return false;
  const auto missing = front.sequence - last.sequence - 1;
  if (!hole) return guessed_length(missing, typical_duration(cursor, window)) < kLongestGuess;
  const auto least = std::min<double>(static_cast<double>(missing), 1e9) *
                     static_cast<double>(typical_duration(cursor, window).count()) / 2;
  return static_cast<double>((*hole + 2 * window.target_duration).count()) >= least;
}

/// Nothing in the window is younger than the cursor, by number and by time, and the two agree on how much
/// older it is: they do not where an encoder began anew with a clock that is wrong.
bool is_older(const SegmentInfo& last, const WindowSegment& back, const Cursor& cursor,
              const Window& window) {
  if (back.sequence > last.sequence || identity_stem(back.identity) != identity_stem(last.identity))
    return false;
  const auto hole = hole_between(last, back.program_date_time);
  if (!hole || *hole + last.duration >= Micros{0}) return false;
  const auto by_time = -static_cast<double>((*hole + last.duration).count());
  const auto by_number = static_cast<double>(last.sequence - back.sequence) *
                         static_cast<double>(typical_duration(cursor, window).count());
  const auto slack = static_cast<double>((2 * window.target_duration).count()) + by_number / 2;
  return std::abs(by_time - by_number) <= slack;
}

/// The broadcast goes on on another page or URL, which shows what was recorded on the first one in other
/// segments: the first that, by the clock, shows more than a moment that is not there yet. What it shows
/// twice is better than what nobody shows, so a clock that is far behind says nothing.
std::size_t first_behind(const Cursor& cursor, const Window& window, std::optional<Micros> since_newest) {
  const SegmentInfo& last = cursor.seen.back();
  if (since_newest && !(last.program_date_time && window.segments.back().program_date_time))
    return place_untimed(cursor.seen, window, *since_newest).first_new;
  if (!last.program_date_time) return 0;
  const Instant end = *last.program_date_time + std::chrono::duration_cast<Millis>(last.duration);
  const auto& newest = window.segments.back().program_date_time;
  if (newest && *newest + kMostLag < end) return 0;
  const auto fresh = std::ranges::find_if(window.segments, [&](const WindowSegment& one) {
    const auto shows = std::chrono::duration_cast<Millis>(one.duration - std::min(kJitter, one.duration / 4));
    return !one.program_date_time || *one.program_date_time + shows > end;
  });
  return static_cast<std::size_t>(fresh - window.segments.begin());
}

struct Decision {
  std::size_t first_new = 0;
  bool new_epoch = false;
  bool stale = false;
};

Decision decide(const Cursor& cursor, const Window& window, const WindowMatch& match, bool believe_stale) {
  const auto& shown = window.segments;
  const auto& last = cursor.seen.back();
  if (match.numbers_agree()) {
    if (shown.back().sequence < last.sequence)
      return believe_stale ? Decision{0, true, false} : Decision{shown.size(), false, true};
    const auto fresh = std::find_if(shown.begin(), shown.end(),
                                    [&](const WindowSegment& one) { return one.sequence > last.sequence; });
    return {static_cast<std::size_t>(fresh - shown.begin()), false, false};
  }
  if (const auto seen = match.last_seen()) return {*seen + 1, true, false};
  if (goes_on(last, shown.front(), cursor, window)) return {0, false, false};
  if (!believe_stale && is_older(last, shown.back(), cursor, window)) return {shown.size(), false, true};
  return {0, true, false};
}

Gap gap_of(std::uint32_t take, std::uint32_t epoch, std::int64_t from, std::int64_t to, Micros duration,
           GapCause cause) {
  Gap gap;
  gap.take = take;
  gap.epoch = epoch;
  gap.from_sequence = from;
  gap.to_sequence = to;
  gap.duration = std::max(duration, Micros{0});
  gap.cause = cause;
  return gap;
}

class PlanWriter {
 public:
  PlanWriter(const Cursor& cursor, const Window& window, const PlanOptions& options)
      : cursor_(cursor),
        window_(window),
        options_(options),
        epoch_(cursor.seen.empty() ? 1 : cursor.seen.back().epoch) {
    if (!cursor.seen.empty()) previous_ = cursor.seen.back();
    plan_.open_ad = cursor.open_ad;
    plan_.breaks = cursor.breaks;
  }

  /// What stands before the first one that is added, as this window counts it.
  void go_on_from(std::optional<std::int64_t> breaks) { plan_.breaks.count = breaks; }

  void begin_epoch() {
    ++epoch_;
    plan_.new_epoch = true;
  }

  void add(std::size_t index) {
    const auto& shown = window_.segments[index];
    SegmentInfo info;
    info.take = options_.take;
    info.epoch = epoch_;
    info.sequence = shown.sequence;
    info.identity = shown.identity;
    info.program_date_time = shown.program_date_time;
    info.duration = shown.duration;
    info.discontinuity = slid_out_unseen(shown) || shown.discontinuity;
    if (previous_) note_hole(*previous_, info);
    if (shown.ad) {
      add_ad(info);
    } else if (shown.gap) {
      close_ad();
      add_upstream_gap(info);
      plan_.breaks.before_missing = plan_.breaks.before_missing || info.discontinuity;
    } else {
      close_ad();
      info.discontinuity = std::exchange(plan_.breaks.before_missing, false) || info.discontinuity;
      plan_.items.emplace_back(PlannedSegment{info, index});
    }
    plan_.fresh.push_back(info);
    previous_ = std::move(info);
  }

  Plan take_plan() && { return std::move(plan_); }

 private:
  /// There were discontinuities that no window has shown: they left with what nobody saw, or their tag was
  /// dropped when what follows it became the first.
  bool slid_out_unseen(const WindowSegment& shown) {
    const auto before = std::exchange(plan_.breaks.count, shown.discontinuities);
    return before && shown.discontinuities && *shown.discontinuities > *before;
  }
  /// A break is one gap, however many windows it is seen through.
  void add_ad(const SegmentInfo& info) {
    auto& open = plan_.open_ad;
    if (open && (open->epoch != info.epoch || open->to_sequence + 1 != info.sequence)) close_ad();
    if (!open) open = gap_of(info.take, info.epoch, info.sequence, info.sequence, Micros{0}, GapCause::ad);
    open->to_sequence = info.sequence;
    open->duration += info.duration;
  }
  void close_ad() {
    if (plan_.open_ad) plan_.items.emplace_back(*std::exchange(plan_.open_ad, std::nullopt));
  }

  void add_hole(Gap gap) {
    close_ad();
    plan_.items.emplace_back(std::move(gap));
  }

  void note_hole(const SegmentInfo& before, const SegmentInfo& next) {
    const auto hole = hole_between(before, next.program_date_time);
    const auto jump = std::max<Micros>(window_.target_duration, std::chrono::seconds{2});
    if (next.epoch != before.epoch) {
      const bool unknown = !hole && before.take != next.take;
      if (unknown || (hole && *hole > jump))
        add_hole(gap_of(next.take, before.epoch, before.sequence, before.sequence, hole.value_or(Micros{0}),
                        GapCause::offline));
    } else if (next.sequence > before.sequence + 1) {
      const auto missing = next.sequence - before.sequence - 1;
      const auto guess = guessed_length(missing, typical_duration(cursor_, window_));
      add_hole(gap_of(next.take, next.epoch, before.sequence + 1, next.sequence - 1, hole.value_or(guess),
                      GapCause::window_slid));
    } else if (hole && *hole > std::max<Micros>(2 * jump, std::chrono::seconds{5})) {
      add_hole(gap_of(next.take, next.epoch, before.sequence, before.sequence, *hole, GapCause::offline));
    } else if (hole && std::chrono::abs(*hole) > std::max(kJitter, std::chrono::abs(plan_.skew))) {
      plan_.skew = *hole;
    }
  }

  void add_upstream_gap(const SegmentInfo& info) {
    auto* last = plan_.items.empty() ? nullptr : std::get_if<Gap>(&plan_.items.back());
    if (last != nullptr && last->cause == GapCause::upstream && last->epoch == info.epoch &&
        last->to_sequence + 1 == info.sequence) {
      last->to_sequence = info.sequence;
      last->duration += info.duration;
    } else {
      plan_.items.emplace_back(
          gap_of(info.take, info.epoch, info.sequence, info.sequence, info.duration, GapCause::upstream));
    }
  }

  const Cursor& cursor_;
  const Window& window_;
  const PlanOptions& options_;
  std::uint32_t epoch_;
  std::optional<SegmentInfo> previous_;
  Plan plan_;
};

}  // namespace

Window window_of(const MediaPlaylist& playlist) {
  Window window;
  window.target_duration = playlist.target_duration;
  window.segments.reserve(playlist.segments.size());
  auto identities = identities_of(playlist);
  const auto marks = marks_of(playlist);
  // Of Twitch's discontinuities only some are believed, so their count is not.
  auto breaks = playlist.twitch ? std::nullopt : playlist.discontinuity_sequence;
  if (breaks && (*breaks < 0 || *breaks > kMostBreaks)) breaks.reset();
  for (std::size_t i = 0; i < identities.size(); ++i) {
    const auto& segment = playlist.segments[i];
    if (breaks && segment.discontinuity) ++*breaks;
    window.segments.push_back({segment.sequence, std::move(identities[i]), segment.program_date_time,
                               segment.duration, marks[i].discontinuity, segment.gap, marks[i].ad, breaks});
  }
  return window;
}

namespace {

void set_clock(Cursor& cursor, Millis jump) {
  for (SegmentInfo& one : cursor.seen)
    if (one.program_date_time) *one.program_date_time += jump;
}

Plan plan_by_one_clock(const Cursor& cursor, const Window& window, const PlanOptions& options) {
  PlanWriter writer(cursor, window, options);
  Decision decision;
  std::vector<KnownSegment> known;
  if (!cursor.seen.empty()) {
    const WindowMatch match(cursor, window);
    decision = decide(cursor, window, match, options.believe_stale);
    const bool moved = options.moved && cursor.seen.back().take != options.take;
    if ((moved || (options.other_url && decision.new_epoch)) && !match.last_seen())
      decision = {first_behind(cursor, window, options.since_newest), true, false};
    for (std::size_t i = 0; i < std::min(decision.first_new, window.segments.size()); ++i)
      if (const auto seen = match.seen_at(i) ? match.seen_at(i) : match.at_its_number(i))
        known.push_back({cursor.seen[*seen].epoch, cursor.seen[*seen].sequence, i});
  }
  if (decision.new_epoch && decision.first_new < window.segments.size()) writer.begin_epoch();
  // Another session, or one that begins anew, counts from elsewhere.
  if (decision.first_new > 0 && decision.first_new < window.segments.size())
    writer.go_on_from(window.segments[decision.first_new - 1].discontinuities);
  else if (decision.new_epoch || options.other_url)
    writer.go_on_from(std::nullopt);
  for (auto i = decision.first_new; i < window.segments.size(); ++i) writer.add(i);
  auto result = std::move(writer).take_plan();
  result.known = std::move(known);
  result.stale = decision.stale;
  return result;
}

}  // namespace

Plan plan(const Cursor& cursor, const Window& window, const PlanOptions& options) {
  if (window.segments.empty()) return {};
  const auto jump = clock_jump(cursor, window, options.since_newest);
  if (!jump || WindowMatch(cursor, window).numbers_agree()) return plan_by_one_clock(cursor, window, options);
  Cursor now = cursor;
  set_clock(now, *jump);
  Plan result = plan_by_one_clock(now, window, options);
  result.clock_jump = *jump;
  return result;
}

Cursor without_open_ad(Cursor cursor) {
  const auto ad = std::exchange(cursor.open_ad, std::nullopt);
  while (ad && !cursor.seen.empty() && cursor.seen.back().epoch == ad->epoch &&
         cursor.seen.back().sequence >= ad->from_sequence)
    cursor.seen.pop_back();
  return cursor;
}

Cursor advanced(Cursor cursor, const Plan& plan, std::size_t window_length) {
  set_clock(cursor, plan.clock_jump);
  cursor.seen.insert(cursor.seen.end(), plan.fresh.begin(), plan.fresh.end());
  if (!plan.fresh.empty()) {
    cursor.open_ad = plan.open_ad;
    cursor.breaks = plan.breaks;
  }
  const auto keep = std::max(kRemembered, 2 * window_length);
  if (cursor.seen.size() > keep)
    cursor.seen.erase(cursor.seen.begin(), cursor.seen.end() - static_cast<std::ptrdiff_t>(keep));
  return cursor;
}

}  // namespace rec::capture
