#include "capture/untimed_place.hpp"

#include <algorithm>

namespace rec::capture {
namespace {

constexpr int kEnoughInCommon = 2;

bool lasts_as_long(const WindowSegment& shown, const SegmentInfo& seen) {
  return std::chrono::abs(shown.duration - seen.duration) <= seen.duration / 10;
}

/// Behind the newest number that was seen; nullopt: the window does not show that one, or others at its
/// numbers.
std::optional<std::size_t> behind_number(const std::vector<SegmentInfo>& seen, const Window& window) {
  const auto& shown = window.segments;
  auto known = seen.rbegin();
  if (shown.front().sequence > known->sequence || shown.back().sequence < known->sequence)
    return std::nullopt;
  const auto place = static_cast<std::size_t>(known->sequence - shown.front().sequence);
  int in_common = 0;
  for (std::size_t i = place + 1; i > 0 && known != seen.rend() && known->epoch == seen.back().epoch;
       ++known) {
    const WindowSegment& one = shown[i - 1];
    if (known->sequence > one.sequence) continue;
    if (known->sequence < one.sequence || !lasts_as_long(one, *known)) return std::nullopt;
    ++in_common;
    --i;
  }
  if (in_common < kEnoughInCommon) return std::nullopt;
  return place + 1;
}

}  // namespace

UntimedPlace place_untimed(const std::vector<SegmentInfo>& seen, const Window& window, Micros since_newest) {
  const auto& shown = window.segments;
  const auto from = [&](std::size_t index) {
    Micros length{0};
    for (; index < shown.size(); ++index) length += shown[index].duration;
    return length;
  };
  if (const auto place = behind_number(seen, window);
      place && std::chrono::abs(from(*place) - since_newest) <= 2 * window.target_duration)
    return {*place, true};
  std::size_t first = shown.size();
  Micros length{0};
  while (first > 0 && length < since_newest + window.target_duration) length += shown[--first].duration;
  return {first, false};
}

}  // namespace rec::capture
