// What is planned but not yet handed on, in the order of the broadcast. Fetches end in any order; the front
// leaves first. No I/O and no clock: time is passed in.
#pragma once
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "capture/planner.hpp"
#include "ports/recorder.hpp"

namespace rec::capture {

struct SegmentKey {
  KeyInfo info;
  std::int64_t sequence = 0;  ///< the number that stands in for a missing IV
};

struct QueuedSegment {
  enum class State { waiting, fetching, ready, lost };

  SegmentInfo info;
  std::string url{};
  std::optional<ByteRange> range{};
  std::optional<MapSection> map{};
  std::optional<SegmentKey> key{};      ///< nothing = clear
  std::optional<SegmentKey> map_key{};  ///< of the map
  State state = State::waiting;
  std::shared_ptr<SegmentDraft> draft{};      ///< when ready, settled
  std::shared_ptr<const std::string> init{};  ///< when ready, of its map
  bool disk_refused = false;                  ///< the disk once did not take it: when lost, that is why
  SteadyTime queued_at{};
  int breaks = 0;       ///< discontinuities of its take before it
  bool denied = false;  ///< it was refused (denied_segments.hpp)
  /// Since when the playlist does not list it any more: from then on its time runs out.
  std::optional<SteadyTime> unlisted_since{};
};

using QueueEntry = std::variant<Gap, std::shared_ptr<QueuedSegment>>;

class SegmentQueue {
 public:
  /// Bodies fetched ahead of the front at most, those that are being fetched included.
  static constexpr std::size_t kMaxHeld = 24;

  void push(Gap gap) { entries_.emplace_back(std::move(gap)); }
  void push(QueuedSegment segment) {
    if (segment.info.discontinuity) ++breaks_;
    segment.breaks = breaks_;
    entries_.emplace_back(std::make_shared<QueuedSegment>(std::move(segment)));
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// The front, when it is a gap or its fetch has ended.
  [[nodiscard]] const QueueEntry* ready_front() const;
  void pop() { entries_.pop_front(); }

  /// The oldest that waits, among the first kMaxHeld: it is the first to vanish from the origin.
  [[nodiscard]] std::shared_ptr<QueuedSegment> next_to_fetch() const;

  /// A playlist was loaded: those of `known` are listed (under newer URLs, perhaps), all others that are not
  /// `fresh` are not any more. Call before the plan's own items are pushed.
  void relist(const std::vector<KnownSegment>& known, const MediaPlaylist& playlist, SteadyTime now);
  /// No playlist will list anything any more.
  void unlist_all(SteadyTime now);

 private:
  std::deque<QueueEntry> entries_;
  int breaks_ = 0;
};

/// The parts of a queued segment that the playlist says.
void take_location(QueuedSegment& segment, const MediaPlaylist& playlist, std::size_t index);

}  // namespace rec::capture
