// Which segments of a window the cursor has seen before. Pure; the half of the planner that recognises.
#pragma once
#include <optional>
#include <unordered_map>
#include <vector>

#include "capture/planner.hpp"

namespace rec::capture {

/// By identity or by time, as planner.hpp defines it.
bool same_segment(const WindowSegment& shown, const SegmentInfo& seen);

/// Both must outlive it.
class WindowMatch {
 public:
  WindowMatch(const Cursor& cursor, const Window& window);

  /// Some segment stands at the number it was seen at, within the newest epoch.
  [[nodiscard]] bool numbers_agree() const { return numbers_agree_; }
  /// Index into the cursor of the segment that window[index] is, whatever its number.
  [[nodiscard]] std::optional<std::size_t> seen_at(std::size_t index) const { return seen_at_[index]; }
  /// Where the numbers agree: what was seen at the number of window[index], whatever its name. A playlist
  /// that was loaded while it was being written ends with half a name.
  [[nodiscard]] std::optional<std::size_t> at_its_number(std::size_t index) const;
  /// The last window index that was seen before.
  [[nodiscard]] std::optional<std::size_t> last_seen() const { return last_seen_; }

 private:
  [[nodiscard]] std::optional<std::size_t> numbered(std::int64_t sequence) const;
  [[nodiscard]] std::optional<std::size_t> by_number(const WindowSegment& shown) const;
  [[nodiscard]] std::optional<std::size_t> by_identity(const WindowSegment& shown) const;
  [[nodiscard]] std::optional<std::size_t> by_time(const WindowSegment& shown) const;

  const Cursor& cursor_;
  const Window& window_;
  std::size_t epoch_start_ = 0;
  std::unordered_map<std::string_view, std::vector<std::size_t>> identities_;
  std::unordered_map<std::string_view, int> shown_count_;
  std::vector<std::pair<Instant, std::size_t>> times_;
  std::vector<std::optional<std::size_t>> seen_at_;
  std::optional<std::size_t> last_seen_;
  bool numbers_agree_ = false;
  /// The window is one segment with the number that comes next: it is new, whatever else it has in common
  /// with one that was seen. Names may be told apart by a query alone, which a single one does not show, or a
  /// file be written over; an encoder's clock may have been set back.
  bool alone_ = false;
};

}  // namespace rec::capture
