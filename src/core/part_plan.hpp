// Where a recording is cut into parts: a pure fold over the segment records, so a restart cuts in the same
// places.
#pragma once
#include <cstdint>
#include <deque>

#include "core/segment.hpp"

namespace rec {

struct PartLimits {
  /// Of the segments: less than that goes into the MP4, but its index comes on top. So a little less than a
  /// file may have.
  std::uint64_t bytes = 1990ULL << 20U;
  Micros duration = std::chrono::hours(2);
  bool operator==(const PartLimits&) const = default;
};

/// What a second of media adds to the index of its MP4, foreseen: 60 pictures a second at a steady pace,
/// reordered, and the sound beside them take about 800 bytes. Nothing in a segment's record tells the rate,
/// so this is a bound for nearly all streams and not for all; what turns out larger is cut when it is made
/// (MediaMaker).
inline constexpr std::uint64_t kIndexBytesASecond = 1'000;
/// Telegram Desktop looks for the index in the first 8 MiB of a file, and shows no preview of one beyond.
inline constexpr std::uint64_t kMostIndexBytes = 7U << 20U;

/// Where the parameters of the pictures change more than so often within so much media, two encoders take
/// turns, and a part each would be crumbs.
inline constexpr std::size_t kMostChanges = 6;
inline constexpr Micros kRestless = std::chrono::minutes(2);

class PartPlan {
 public:
  explicit PartPlan(PartLimits limits) : limits_(limits) {}
  /// Must the part that is open be sealed before this segment? Yes when it would grow past a limit, or
  /// when its codec parameters cannot go on in the same file; at a new epoch or initialization section, which
  /// belongs to the segments behind it, also when they cannot be told. So a reconnect with equal parameters
  /// makes no crumbs. Never while the part has no media: a single segment over the limits is a part of its
  /// own, to be cut when it is made. Segments of a separate audio rendition (track 1) count with their bytes
  /// alone: they lie in the log ahead of their pictures, and no part begins with one. A part that begins
  /// without an initialization section is read behind the newest one before it in its epoch, if there is one.
  /// Pictures whose parameters keep changing (kMostChanges) go on in the same part as long as they do, if
  /// they can be mixed (core/codecs.hpp).
  [[nodiscard]] bool seals_before(const SegmentRecord& next) const;
  /// The segment belongs to the open part.
  void add(const SegmentRecord& segment);
  /// It lies in a part that was sealed in an earlier life of the program.
  void remember(const SegmentRecord& segment) { note_change(segment); }
  /// A new part opens.
  void reset();
  /// Is there no media in the open part? Initialization sections alone make no part.
  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  void note_change(const SegmentRecord& segment);
  [[nodiscard]] bool full(const SegmentRecord& next) const;
  /// Would the pictures be changing too often, with `next`?
  [[nodiscard]] bool restless(const SegmentRecord& next) const;

  PartLimits limits_;
  Micros recorded_{0};          ///< since the log's beginning, as far as it was seen
  std::deque<Micros> changes_;  ///< where in that the newest changes lie
  std::string newest_codecs_;
  std::uint64_t count_ = 0;  ///< of media segments
  std::uint64_t bytes_ = 0;
  Micros duration_{0};
  std::uint32_t epoch_ = 0;
  std::string codecs_;
};

}  // namespace rec
