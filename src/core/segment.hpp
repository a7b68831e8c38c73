// A captured media segment and a gap: the two things a recording's timeline is made of.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace rec {

using Micros = std::chrono::microseconds;

/// What the playlist said of a segment. Does not depend on who fetched it.
struct SegmentInfo {
  std::uint32_t take = 1;  ///< 1, 2, … within the session: each time capture began anew
  std::uint32_t epoch =
      1;  ///< 1, 2, … within the session: a new one wherever the playlist's numbering began anew
  std::int64_t sequence = 0;  ///< EXT-X-MEDIA-SEQUENCE number within the epoch
  std::string identity{};     ///< URI without its volatile parts (RFC 8216 has no identity; ours is by URI)
  std::optional<Instant> program_date_time{};
  Micros duration{0};          ///< EXTINF
  bool discontinuity = false;  ///< EXT-X-DISCONTINUITY stood before it
  bool suspect = false;        ///< accepted though its content looked wrong, because nothing better came
  std::string codecs{};        ///< what its bytes tell (core/codecs.hpp), "" = nothing
  bool init = false;           ///< an EXT-X-MAP initialization section; applies to the segments behind it
  std::uint8_t track = 0;      ///< 0 = the main playlist; 1 = a separate audio rendition on the same timeline
  bool operator==(const SegmentInfo&) const = default;
};

/// Bytes that lie together in the media file.
struct ByteSpan {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  bool operator==(const ByteSpan&) const = default;
};

/// Segments of a log, both included.
struct OrdinalRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const OrdinalRange&) const = default;
};

/// A segment as it lies in the segment log.
struct SegmentRecord {
  SegmentInfo info;
  std::uint64_t ordinal = 0;      ///< 0, 1, … in the session's log, initialization sections included
  std::vector<ByteSpan> spans{};  ///< of the media file, in the order of the segment's bytes
  std::uint64_t bytes = 0;        ///< of all spans
  std::uint64_t checksum = 0;     ///< XXH3 of the bytes
  Instant appended_at{};
  bool released = false;  ///< its bytes are not needed any more and may be gone; they may read as zeros
  bool operator==(const SegmentRecord&) const = default;
};

enum class GapCause {
  window_slid,   ///< the playlist moved on while we were away or slow
  fetch_failed,  ///< it was on offer, and every try failed until it was gone
  upstream,      ///< EXT-X-GAP: the origin itself had nothing
  ad,            ///< advertisement in its place
  offline,       ///< the broadcast dropped and came back
  disk,          ///< no room to write
  sound,         ///< the pictures are there, their separate sound is not
};
std::string_view word(GapCause cause);

/// A span of the broadcast that is missing. Every missing second is one of these.
struct Gap {
  std::uint32_t take = 1;
  std::uint32_t epoch = 1;
  std::int64_t from_sequence = 0;  ///< first missing; for offline: the last segment before the hole
  std::int64_t to_sequence = 0;    ///< last missing
  Micros duration{0};
  GapCause cause = GapCause::window_slid;
  Instant noticed_at{};
  std::uint64_t before_ordinal = 0;  ///< the gap lies before the segment of this ordinal
  bool operator==(const Gap&) const = default;
};

}  // namespace rec
