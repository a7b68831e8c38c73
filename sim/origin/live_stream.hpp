// A live HLS broadcast of an Origin, driven by the monotonic clock: segments come into being one after
// another, a window of them is listed, old ones go away, and at the end the playlist does what its encoder
// would do.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "sim/origin/origin.hpp"

namespace rec::sim {

struct LiveSegment {
  std::string bytes{};
  std::chrono::microseconds duration{2'000'000};
  bool discontinuity = false;  ///< EXT-X-DISCONTINUITY stands before it
  /// Used in place of `bytes` when set: broadcasts that carry the same media share it.
  std::shared_ptr<const std::string> shared_bytes{};
};

/// What the playlist does once its last segment has been listed for `linger`.
enum class AfterEnd {
  endlist,    ///< says EXT-X-ENDLIST
  not_found,  ///< answers 404
  stale,      ///< stays as it is for ever
};

struct LiveOptions {
  std::string prefix{};    ///< "/live/LOGIN/1", one of its own for each broadcast
  std::size_t window = 6;  ///< segments listed
  std::size_t keep_windows =
      2;  ///< so many windows more a segment can be fetched once it is listed no longer
  std::int64_t first_sequence = 0;  ///< EXT-X-MEDIA-SEQUENCE of segment 0
  Millis starts_in{0};              ///< from the construction to the beginning of segment 0; until then 404
  std::optional<Instant> first_program_date_time{};  ///< of segment 0; the UTC of its beginning if not given
  double speed = 1.0;  ///< media seconds a second; a client that reloads once a target duration needs a wider
                       ///< window above 1
  AfterEnd after_end = AfterEnd::endlist;
  std::optional<Millis>
      linger{};  ///< real time; if not given none for endlist, two target durations over speed for not_found
  bool twitch_tags = false;  ///< EXT-X-TWITCH-ELAPSED-SECS and -TOTAL-SECS
  std::string init{};        ///< an initialization section (EXT-X-MAP); segments are then named .mp4
  bool hold = false;     ///< who asks for a segment that is not complete yet gets it when it is, and no 404
  Fault each_segment{};  ///< strikes every answer that carries a segment; runs on the server's thread
  std::function<SteadyTime()> clock{};  ///< for tests; the monotonic clock if not given. Thread-safe.
};

/// A handle: the broadcast itself lives as long as the origin. Thread-safe.
class LiveStream {
 public:
  LiveStream(Origin& origin, LiveOptions options, std::vector<LiveSegment> segments);

  [[nodiscard]] std::string playlist_path() const;  ///< prefix + "/index.m3u8"
  [[nodiscard]] std::string playlist_url() const;
  [[nodiscard]] std::string segment_path(
      std::size_t segment) const;  ///< prefix + "/" + sequence number + ".ts"
  [[nodiscard]] std::size_t size() const;

  /// When segment 0, 1, … is complete and stands in the playlist.
  [[nodiscard]] SteadyTime first_listed_at(std::size_t segment) const;
  /// When it can be fetched no longer; nothing if the broadcast ends before that.
  [[nodiscard]] std::optional<SteadyTime> gone_at(std::size_t segment) const;
  /// When the playlist does what `after_end` says.
  [[nodiscard]] SteadyTime ends_at() const;
  [[nodiscard]] bool started() const;  ///< the first segment is listed
  [[nodiscard]] bool ended() const;
  /// Nothing after the segments that are complete now will come: a drop of the encoder.
  void end_now();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace rec::sim
