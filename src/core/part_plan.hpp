// Where a recording is cut into parts: a pure fold over the segment records, so a restart cuts in the same
// places.
#pragma once
#include <cstdint>

#include "core/segment.hpp"

namespace rec {

struct PartLimits {
  std::uint64_t bytes = 1990ULL << 20U;  ///< of the segments; the MP4 made of them is smaller than its TS
  Micros duration = std::chrono::hours(2);
  bool operator==(const PartLimits&) const = default;
};

class PartPlan {
 public:
  explicit PartPlan(PartLimits limits) : limits_(limits) {}
  /// Must the part that is open be sealed before this segment? Yes when it would grow past a limit, or
  /// when its codec parameters cannot go on in the same file; at a new epoch or initialization section, which
  /// belongs to the segments behind it, also when they cannot be told. So a reconnect with equal parameters
  /// makes no crumbs. Never while the part has no media: a single segment over the limits is a part of its
  /// own. A part that begins without an initialization section is read behind the newest one before it in its
  /// epoch, if there is one.
  [[nodiscard]] bool seals_before(const SegmentRecord& next) const;
  /// The segment belongs to the open part.
  void add(const SegmentRecord& segment);
  /// A new part opens.
  void reset();
  /// Is there no media in the open part? Initialization sections alone make no part.
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  PartLimits limits_;
  std::uint64_t count_ = 0;  ///< of media segments
  std::uint64_t bytes_ = 0;
  Micros duration_{0};
  std::uint32_t epoch_ = 0;
  std::string codecs_;
};

}  // namespace rec
