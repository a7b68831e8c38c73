// The planner: what of a playlist window is new. Pure: no clock, no network.
//
// A playlist says numbers; numbers begin anew, jump, and differ between edges. So the numbers are believed
// only where content agrees with them. Two segments are the same when their identity is the same and their
// PROGRAM-DATE-TIMEs do not contradict, or when their PROGRAM-DATE-TIMEs and durations agree (a rolled URL,
// another quality).
//
// - Window and cursor overlap at the same numbers: what lies behind the cursor is new; an older window is
// stale.
//
// - They overlap at the same names and numbers, but all at another time: the playlist's clock was set.
//
// - They overlap at other numbers: what lies behind the overlap is new, in a new epoch.
//
// - No overlap, the numbers go on and nothing contradicts: all is new, and what lies between is a gap.
//
// - No overlap, all of it older than the cursor: stale.
//
// - No overlap otherwise: a new epoch, and all of it is new.
//
// Ads are seen, and never planned: a break is one gap.
//
// An encoder that starts anew and reuses names *and* directory *and* gives no PROGRAM-DATE-TIME cannot be
// told from a stale edge here; `Plan::stale` tells the caller, who settles it (stale_watch.hpp) and asks
// again with `believe_stale`.
#pragma once
#include <cstdint>
#include <variant>
#include <vector>

#include "capture/playlist.hpp"
#include "core/segment.hpp"

namespace rec::capture {

/// A playlist segment as the planner sees it.
struct WindowSegment {
  std::int64_t sequence = 0;
  std::string identity{};
  std::optional<Instant> program_date_time{};
  Micros duration{0};
  bool discontinuity = false;
  bool gap = false;
  bool ad = false;
  /// By EXT-X-DISCONTINUITY-SEQUENCE and the discontinuities up to it, where the playlist counts them.
  std::optional<std::int64_t> discontinuities{};
};

struct Window {
  std::vector<WindowSegment> segments{};  ///< numbers ascend by one
  Micros target_duration{std::chrono::seconds{6}};
};
Window window_of(const MediaPlaylist& playlist);

/// What is known of the discontinuities up to the newest segment that was seen.
struct Breaks {
  std::optional<std::int64_t> count{};  ///< as its window counted them
  bool before_missing = false;          ///< one stood before segments that the origin lacks: the next one's
};

/// What was planned, recorded or given up before: the session's newest segments, oldest first. After a
/// restart it is made of what is recorded, and no different but for its breaks.
struct Cursor {
  std::vector<SegmentInfo> seen{};
  /// Ads that were seen last, as one gap that still grows: it is planned once something else comes. Whoever
  /// ends a take in an ad break hands it on.
  std::optional<Gap> open_ad{};
  Breaks breaks{};
};

struct PlannedSegment {
  SegmentInfo info;
  std::size_t index = 0;  ///< in the window
};
/// In the order of the broadcast. A Gap comes without `noticed_at` and `before_ordinal`.
using PlanItem = std::variant<PlannedSegment, Gap>;

/// A window segment that had been planned before: its URL may be a newer one.
struct KnownSegment {
  std::uint32_t epoch = 1;
  std::int64_t sequence = 0;
  std::size_t index = 0;
};

struct Plan {
  std::vector<PlanItem> items{};
  std::vector<KnownSegment> known{};
  std::vector<SegmentInfo> fresh{};  ///< all segments that are new, also those that are ads or missing
  std::optional<Gap> open_ad{};      ///< of the cursor behind the plan
  Breaks breaks{};                   ///< the same
  bool new_epoch = false;
  /// Where segments follow each other by number, the largest difference (either way) of what their times and
  /// durations say, when it is more than jitter and no hole: an edge whose clock or media jumped.
  Micros skew{0};
  bool stale = false;  ///< the window ends before the cursor does: an edge that lags
  Millis clock_jump{
      0};  ///< the playlist's times mean that much earlier ones than the cursor's (clock_jump.hpp)
};

struct PlanOptions {
  std::uint32_t take = 1;
  bool believe_stale = false;  ///< what looks stale is a new epoch
  /// The take is of another page than the one before: of what both show, by the clock, one is enough.
  bool moved = false;
  /// Another URL of the same page is followed since the newest segment: the same goes for what it shows under
  /// other names, numbers and somewhat other times.
  bool other_url = false;
  /// How long ago the newest segment was seen to be listed; unset: that was before a restart.
  std::optional<Micros> since_newest{};
};

Plan plan(const Cursor& cursor, const Window& window, const PlanOptions& options);

/// As if the ads that were seen last had not been: for another session, which may show what they hide.
Cursor without_open_ad(Cursor cursor);

/// The cursor behind the plan. Keeps as much as recognising the next window needs.
Cursor advanced(Cursor cursor, const Plan& plan, std::size_t window_length);

}  // namespace rec::capture
