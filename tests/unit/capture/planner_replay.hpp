// Playlist windows by script, and a planner that is shown one after the other.
#pragma once
#include <fmt/format.h>

#include <deque>

#include "capture/planner.hpp"

namespace rec::capture {

inline constexpr Micros kLong = std::chrono::seconds{2};
inline const Instant kStart = from_unix_ms(1'795'000'000'000);

struct WindowScript {
  std::int64_t first = 0;  ///< number of the first segment
  int count = 6;
  std::string directory = "/live/";
  std::int64_t name_of_first = -1;  ///< -1: the number
  std::optional<Instant> time{};    ///< of the first segment
};

inline Window window_from(const WindowScript& script) {
  Window window;
  window.target_duration = kLong;
  for (int i = 0; i < script.count; ++i) {
    const auto name = (script.name_of_first < 0 ? script.first : script.name_of_first) + i;
    WindowSegment segment;
    segment.sequence = script.first + i;
    segment.identity = fmt::format("{}seg{}.ts", script.directory, name);
    segment.duration = kLong;
    if (script.time) segment.program_date_time = *script.time + std::chrono::seconds{2 * i};
    window.segments.push_back(std::move(segment));
  }
  return window;
}

/// Plans window after window, as the engine does, and remembers what was planned.
class Replay {
 public:
  Plan show(const Window& window, bool believe_stale = false) {
    auto planned = plan(cursor_, window, {take, believe_stale, moved, other_url, since_newest});
    cursor_ = advanced(std::move(cursor_), planned, window.segments.size());
    for (const auto& item : planned.items) {
      if (const auto* gap = std::get_if<Gap>(&item))
        gaps.push_back(*gap);
      else
        segments.push_back(std::get<PlannedSegment>(item).info);
    }
    return planned;
  }
  /// A restart: what is known is what was recorded.
  void restart() {
    cursor_.seen.assign(segments.size() > 200 ? segments.end() - 200 : segments.begin(), segments.end());
    ++take;
  }
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> out;
    for (const auto& segment : segments)
      out.push_back(fmt::format("{}#{} {}", segment.epoch, segment.sequence, segment.identity));
    return out;
  }

  std::uint32_t take = 1;
  bool moved = false;
  bool other_url = false;
  std::optional<Micros> since_newest{};
  std::vector<SegmentInfo> segments;
  std::vector<Gap> gaps;

 private:
  Cursor cursor_;
};

}  // namespace rec::capture
