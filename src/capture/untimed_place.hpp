// Where another playlist of the same broadcast goes on when one of the two gives no times. Pure.
//
// Names say nothing there, and numbers little: players may not take it that segments of one number show the
// same (RFC 8216, 6.2.4). But variants end in the same moment, give or take a target duration, so the clock
// says how much of a window can be new: as much as has gone by since the newest known segment was listed.
// Numbers that agree with that, and with the durations, are believed.
#pragma once
#include <cstddef>
#include <vector>

#include "capture/planner.hpp"

namespace rec::capture {

struct UntimedPlace {
  std::size_t first_new = 0;  ///< index in the window
  /// By its number. Otherwise by the clock alone, with a segment to spare: what is there twice is better than
  /// what is missing.
  bool by_number = false;
};

/// `seen` and `window` are not empty; `since_newest`: since the newest of `seen` was listed.
UntimedPlace place_untimed(const std::vector<SegmentInfo>& seen, const Window& window, Micros since_newest);

}  // namespace rec::capture
