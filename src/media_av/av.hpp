// Owners for libav's objects and its failures as ours. Inside src/media only.
#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
}

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::media {

struct AvFree {
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
};
using AvCodec = std::unique_ptr<AVCodecContext, AvFree>;
using AvFrame = std::unique_ptr<AVFrame, AvFree>;
using AvPacket = std::unique_ptr<AVPacket, AvFree>;
/// Opened for reading.
using AvInput = std::unique_ptr<AVFormatContext, AvFree>;

/// From here on libav writes nothing to stderr; the last error lines of this thread are kept for av_error.
/// Process-wide.
void collect_av_errors();
/// Forgets this thread's lines: what follows is another file.
void forget_av_errors();

/// A negative libav return value: the disk's and the rights' errno as errno_error says, all else corrupt. The
/// text carries libav's own last words.
Error av_error(int code, std::string_view doing);

/// Opens a finished file by its path; whatever the name, it is taken as a local file.
Result<AvInput> open_media_file(const std::string& path);

}  // namespace rec::media
