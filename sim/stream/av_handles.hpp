// Owners for libav's objects, and its error codes as ours. Inside sim/stream only.
#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <memory>
#include <string>

#include "base/result.hpp"

namespace rec::sim {

struct AvClose {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
};
using CodecContext = std::unique_ptr<AVCodecContext, AvClose>;
using Frame = std::unique_ptr<AVFrame, AvClose>;
using Packet = std::unique_ptr<AVPacket, AvClose>;

/// As log_level_offset: an object that says nothing, while the process's log level stays as it is.
inline constexpr int kSilence = 100;  // more than 255 less AV_LOG_TRACE would wrap round

/// What libav says of a negative return value.
inline Failure av_failure(int code, const std::string& doing) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof text);
  return fail(Errc::corrupt, doing + ": " + text);
}

}  // namespace rec::sim
