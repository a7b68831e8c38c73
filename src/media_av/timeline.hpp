// Where each packet lies in the finished file: runs one behind the other, sound and picture of a run moved by
// the same amount, decoding times always rising. Pure arithmetic; one object a file.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace rec::media {

/// Ticks a second of a track's clock, as a fraction: num/den seconds a tick.
struct TimeBase {
  int num = 1;
  int den = 90'000;
};

inline constexpr std::int64_t kNoTime = INT64_MIN;

/// Ticks of 1/90000 s. Broadcasts wrap at 33 bits, so two times compare by their distance the shorter way
/// round.
using Ticks90k = std::int64_t;
inline constexpr std::int64_t kWrap90k = std::int64_t{1} << 33;
std::int64_t distance90k(Ticks90k from, Ticks90k to);

/// Times of one packet, in its track's clock; kNoTime = not known.
struct PacketTimes {
  std::int64_t pts = kNoTime;
  std::int64_t dts = kNoTime;
  std::int64_t duration = 0;  ///< 0 = not known
};

/// What is known of a run before its first packet is placed, by track.
struct RunStart {
  std::int64_t min_pts = kNoTime;  ///< kNoTime = the run has nothing of this track
  std::int64_t first_dts = kNoTime;
};

struct TrackClock {
  TimeBase base{};
  std::int64_t usual_duration = 0;  ///< of a packet, in ticks; > 0
  bool sound =
      false;  ///< pts and dts are the same, and packets follow without holes: small jitter is smoothed
};

class Timeline {
 public:
  explicit Timeline(std::vector<TrackClock> tracks);
  /// A run begins; `starts` has an entry a track. The first one begins at 0, the others where the one before
  /// ended.
  void begin_run(const std::vector<RunStart>& starts);
  /// The packet's place. Inside a run, a jump (back, or more than 10 s ahead of everything) is closed like a
  /// new run.
  PacketTimes place(std::size_t track, PacketTimes times);
  /// Where the last of all packets ends, nanoseconds.
  [[nodiscard]] std::int64_t end_ns() const;

 private:
  struct Track {
    TrackClock clock;
    std::int64_t offset = 0;  // ticks added to the run's own times
    std::size_t epoch = 0;    // which offset that is
    bool fresh = true;        // nothing placed in this run yet
    std::optional<std::int64_t> last_dts;
    std::int64_t last_duration = 0;
    std::int64_t end = 0;  // highest pts + duration
  };
  void adopt(Track& track, std::size_t epoch) const;
  [[nodiscard]] bool is_in_newest_epoch(const Track& track, std::int64_t raw_dts,
                                        std::int64_t expected) const;
  void follow_jump(Track& track, std::int64_t raw_dts);
  [[nodiscard]] bool jumps(const Track& track, std::int64_t placed_dts) const;

  std::vector<Track> tracks_;
  std::vector<std::int64_t> epochs_;  // offsets in nanoseconds
};

}  // namespace rec::media
