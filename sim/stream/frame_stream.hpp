// A test live stream made in process: H.264 (or HEVC) + AAC whose every video frame carries its number, so
// that a recording can be checked frame by frame. Blocking, deterministic (same options, same bytes), any
// thread.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace rec::sim {

enum class VideoCodec { h264, hevc };

struct StreamOptions {
  int width = 320;  ///< even, at least 64
  int height = 180;
  int fps = 25;                ///< must divide 90000
  double segment_seconds = 2;  ///< rounded to whole frames
  int segments = 5;
  int first_frame = 0;    ///< number of the first frame, 0 to 16777215
  int bitrate = 400'000;  ///< of the video, bit/s; the picture holds enough noise to use it up
  int b_frames = 2;
  bool video = true;
  bool audio = true;  ///< AAC stereo 48 kHz, 96 kbit/s; the pitch rises with the stream's time
  std::int64_t first_pts90k = 900'000;  ///< of the first frame; at least 90000. TS wraps at 2^33, as on air
  std::int64_t audio_delay90k = 0;      ///< how much later than the video the sound begins
  VideoCodec codec = VideoCodec::h264;
  int first_pid = 0x100;  ///< of the TS's streams
  int pmt_pid = 0x1000;   ///< of the TS's program map
};

/// One segment: begins with a keyframe, ends before the next one's (closed GOP).
struct TsSegment {
  std::string bytes;
  std::chrono::microseconds duration{0};
  int first_frame = 0;
  int frames = 0;
};

struct Fmp4Stream {
  std::string init;                 ///< EXT-X-MAP section
  std::vector<TsSegment> segments;  ///< one moof + mdat each, tfdt as first_pts90k says
};

/// MPEG-TS segments; timestamps and continuity counters run through all of one call. invalid: options out of
/// range.
Result<std::vector<TsSegment>> make_stream(const StreamOptions& options);
/// The same stream as fragmented MP4.
Result<Fmp4Stream> make_fmp4_stream(const StreamOptions& options);

/// Decodes a video file and reads each frame's number, in presentation order; -1 = unreadable.
/// not_found: no such file; corrupt: no video in it.
Result<std::vector<int>> read_frame_numbers(const std::string& file);

}  // namespace rec::sim
