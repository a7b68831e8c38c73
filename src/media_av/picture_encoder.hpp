// Pictures decoded and encoded anew, of the same size, as H.264 with a keyframe every two seconds. Blocking.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "media_av/av.hpp"
#include "media_av/run_reader.hpp"

struct SwsContext;

namespace rec::media {

/// Of the encoded pictures.
struct EncodeLimits {
  std::uint64_t group_bytes = 0;  ///< from one keyframe to the next, at most; more than 0
  std::int64_t bit_rate = 0;      ///< that the pictures had, and are not to exceed; 0 = not known
};

class PictureEncoder {
 public:
  /// `video` must outlive it. invalid: libav has no decoder for it, or no H.264 encoder.
  static Result<std::unique_ptr<PictureEncoder>> open(const AVStream& video, const EncodeLimits& limits);
  ~PictureEncoder();
  PictureEncoder(const PictureEncoder&) = delete;
  PictureEncoder& operator=(const PictureEncoder&) = delete;

  /// Takes the next packet of the stream, from a keyframe on. What cannot be decoded is left out.
  Result<bool> push(const AVPacket& packet);
  /// Nothing more will come.
  Result<bool> finish();
  /// What is encoded so far, in decoding order, in the clock of `video`. Each picture has the time it had.
  std::vector<RunPacket> take();
  /// Of those; null until the first picture was decoded.
  [[nodiscard]] const AVStream* stream() const;
  /// Pictures encoded so far.
  [[nodiscard]] std::int64_t pictures() const { return pictures_; }

 private:
  struct FreeOutput {
    void operator()(AVFormatContext* p) const { avformat_free_context(p); }
  };
  PictureEncoder(const AVStream& video, const EncodeLimits& limits) : video_(video), limits_(limits) {}
  Result<bool> receive_pictures();
  Result<bool> begin(const ::AVFrame& picture);
  Result<bool> encode(AvFrame picture);
  Result<bool> collect();
  Result<AvFrame> converted(AvFrame picture);
  void set_time(::AVFrame& picture);

  const AVStream& video_;
  EncodeLimits limits_;
  AvCodec decoder_;
  AvCodec encoder_;
  std::unique_ptr<AVFormatContext, FreeOutput> output_;  // only to have a stream
  SwsContext* scaler_ = nullptr;
  std::map<std::int64_t, std::int64_t> durations_;  // by pts
  std::vector<RunPacket> done_;
  std::int64_t last_pts_ = AV_NOPTS_VALUE;
  std::int64_t last_key_ = AV_NOPTS_VALUE;
  std::int64_t pictures_ = 0;
};

}  // namespace rec::media
