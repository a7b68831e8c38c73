// A libav muxer that writes into a string, segment by segment. Inside sim/stream only.
#pragma once
#include <string>

#include "sim/stream/encoder.hpp"

namespace rec::sim {

class SegmentMuxer {
 public:
  /// `format` as libav names it. The header, if the format has one, is in bytes() afterwards.
  static Result<std::unique_ptr<SegmentMuxer>> open(const char* format, const EncodedStream& stream,
                                                    AVDictionary* options);
  ~SegmentMuxer();
  SegmentMuxer(const SegmentMuxer&) = delete;
  SegmentMuxer& operator=(const SegmentMuxer&) = delete;

  Result<bool> write(const EncodedPacket& packet);
  /// Ends the segment and hands out what was written since the last call.
  Result<std::string> cut();
  [[nodiscard]] AVFormatContext& context() { return *context_; }

 private:
  SegmentMuxer() = default;
  AVFormatContext* context_ = nullptr;
  std::string bytes_;
  int video_index_ = -1;
  int audio_index_ = -1;
};

}  // namespace rec::sim
