// The test stream's packets before a container is chosen. Inside sim/stream only.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sim/stream/av_handles.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::sim {

struct EncodedPacket {
  bool video = false;
  bool key = false;
  int segment = 0;
  std::int64_t pts = 0;  ///< 1/90000 s; the first frame's is first_pts90k
  std::int64_t dts = 0;
  std::int64_t duration = 0;
  std::string bytes{};
};

struct EncodedStream {
  CodecContext video;  ///< null without video
  CodecContext audio;  ///< null without audio
  int frames_per_segment = 0;
  std::vector<EncodedPacket> packets;  ///< by segment, within it by dts
};

/// `global_header`: parameter sets in the header (MP4) instead of before each keyframe (TS).
Result<EncodedStream> encode_stream(const StreamOptions& options, bool global_header);
/// The segment's length and frame range, without its bytes.
TsSegment describe_segment(const StreamOptions& options, const EncodedStream& stream, int index);

}  // namespace rec::sim
