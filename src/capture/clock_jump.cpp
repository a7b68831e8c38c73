#include "capture/clock_jump.hpp"

#include <algorithm>

namespace rec::capture {
namespace {

constexpr Millis kSameJump{500};
constexpr std::size_t kFewest = 2;

}  // namespace

std::optional<Millis> clock_jump(const Cursor& cursor, const Window& window,
                                 std::optional<Micros> since_newest) {
  if (!since_newest || cursor.seen.empty()) return std::nullopt;
  std::optional<Millis> jump;
  std::size_t listed = 0;
  Micros length{0};
  auto seen = cursor.seen.rbegin();
  const SegmentInfo& last = *seen;
  for (auto shown = window.segments.rbegin(); shown != window.segments.rend(); ++shown) {
    if (shown->sequence > last.sequence) continue;
    if (seen == cursor.seen.rend() || seen->epoch != last.epoch) break;  // from before it was recorded
    if (shown->sequence != seen->sequence || shown->identity != seen->identity) return std::nullopt;
    if (!shown->program_date_time || !seen->program_date_time) return std::nullopt;
    const Millis later = *shown->program_date_time - *seen->program_date_time;
    if (jump && std::chrono::abs(later - *jump) > kSameJump) return std::nullopt;
    jump = later;
    length += shown->duration;
    ++listed;
    ++seen;
  }
  const bool moved = jump && std::chrono::abs(*jump) > kSameJump;
  const bool enough = moved && listed >= kFewest && length > *since_newest + window.target_duration;
  return enough ? jump : std::nullopt;
}

}  // namespace rec::capture
