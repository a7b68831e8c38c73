// libavcodec both ways.
#include "media_av/picture_encoder.hpp"

extern "C" {
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <string>
#include <utility>

#include "media_av/liveness.hpp"

namespace rec::media {
namespace {

constexpr std::int64_t kKeySeconds = 2;
constexpr std::int64_t kBufferSeconds = 1;  // that the encoder may be above its rate
constexpr int kLongestGop = 600;            // pictures, should times not rise

bool is_plain(int format) { return format == AV_PIX_FMT_YUV420P || format == AV_PIX_FMT_YUVJ420P; }

const AVCodec* h264_encoder() {
  const AVCodec* x264 = avcodec_find_encoder_by_name("libx264");
  return x264 != nullptr ? x264 : avcodec_find_encoder(AV_CODEC_ID_H264);
}

AVRational rate_of(const AVStream& video) {
  if (video.avg_frame_rate.num > 0 && video.avg_frame_rate.den > 0) return video.avg_frame_rate;
  if (video.r_frame_rate.num > 0 && video.r_frame_rate.den > 0) return video.r_frame_rate;
  return {30, 1};
}

void copy_side_data(const AVStream& from, AVStream& to) {
  std::size_t bytes = 0;
  const std::uint8_t* matrix = av_stream_get_side_data(&from, AV_PKT_DATA_DISPLAYMATRIX, &bytes);
  std::uint8_t* copy =
      matrix == nullptr ? nullptr : av_stream_new_side_data(&to, AV_PKT_DATA_DISPLAYMATRIX, bytes);
  if (copy != nullptr) std::copy(matrix, matrix + bytes, copy);
}

}  // namespace

Result<std::unique_ptr<PictureEncoder>> PictureEncoder::open(const AVStream& video,
                                                             const EncodeLimits& limits) {
  const AVCodec* codec = avcodec_find_decoder(video.codecpar->codec_id);
  if (codec == nullptr) return fail(Errc::invalid, "libav has no decoder for these pictures");
  if (h264_encoder() == nullptr) return fail(Errc::invalid, "libav has no H.264 encoder (libx264)");
  std::unique_ptr<PictureEncoder> made(new PictureEncoder(video, limits));
  made->decoder_.reset(avcodec_alloc_context3(codec));
  AVCodecContext& decoder = *made->decoder_;
  avcodec_parameters_to_context(&decoder, video.codecpar);
  decoder.pkt_timebase = video.time_base;
  decoder.flags |= AV_CODEC_FLAG_OUTPUT_CORRUPT;  // a damaged picture is better than none
  const int opened = avcodec_open2(&decoder, codec, nullptr);
  if (opened < 0) return fail(av_error(opened, "opening the decoder"));
  return made;
}

PictureEncoder::~PictureEncoder() { sws_freeContext(scaler_); }

const AVStream* PictureEncoder::stream() const { return output_ ? output_->streams[0] : nullptr; }

std::vector<RunPacket> PictureEncoder::take() { return std::exchange(done_, {}); }

Result<bool> PictureEncoder::push(const AVPacket& packet) {
  made_progress();
  const int sent = avcodec_send_packet(decoder_.get(), &packet);
  if (sent == AVERROR(ENOMEM)) return fail(av_error(sent, "decoding"));
  return receive_pictures();
}

Result<bool> PictureEncoder::finish() {
  avcodec_send_packet(decoder_.get(), nullptr);
  REC_CHECK(receive_pictures());
  if (!encoder_) return true;
  const int sent = avcodec_send_frame(encoder_.get(), nullptr);
  if (sent < 0) return fail(av_error(sent, "encoding"));
  return collect();
}

Result<bool> PictureEncoder::receive_pictures() {
  for (;;) {
    AvFrame picture(av_frame_alloc());
    const int got = avcodec_receive_frame(decoder_.get(), picture.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return true;
    if (got == AVERROR(ENOMEM)) return fail(av_error(got, "decoding"));
    if (got < 0) continue;  // damage
    if (!encoder_) {
      REC_CHECK(begin(*picture));
    }
    REC_CHECK(encode(std::move(picture)));
  }
}

// Everything that the pictures are is kept; only formats that not every player takes become the usual one.
Result<bool> PictureEncoder::begin(const ::AVFrame& picture) {
  const AVCodec* codec = h264_encoder();
  encoder_.reset(avcodec_alloc_context3(codec));
  AVCodecContext& encoder = *encoder_;
  encoder.width = picture.width;
  encoder.height = picture.height;
  encoder.pix_fmt =
      is_plain(picture.format) ? static_cast<AVPixelFormat>(picture.format) : AV_PIX_FMT_YUV420P;
  encoder.time_base = video_.time_base;
  encoder.framerate = rate_of(video_);
  encoder.sample_aspect_ratio = picture.sample_aspect_ratio;
  encoder.color_range = picture.color_range;
  encoder.color_primaries = picture.color_primaries;
  encoder.color_trc = picture.color_trc;
  encoder.colorspace = picture.colorspace;
  encoder.chroma_sample_location = picture.chroma_location;
  encoder.gop_size = kLongestGop;
  encoder.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  auto most = static_cast<std::int64_t>(limits_.group_bytes / (kKeySeconds + kBufferSeconds)) * 8;
  if (limits_.bit_rate > 0) most = std::min(most, limits_.bit_rate);
  most = std::clamp<std::int64_t>(most, 1'000, INT32_MAX / 2);
  encoder.rc_max_rate = most;
  encoder.rc_buffer_size = static_cast<int>(most * kBufferSeconds);
  // Several would look at each other's sizes, in whatever order they get there: never the same bytes twice.
  encoder.thread_count = 1;
  AVDictionary* settings = nullptr;
  av_dict_set(&settings, "preset", "veryfast", 0);
  av_dict_set(&settings, "crf", "20", 0);
  av_dict_set(&settings, "forced-idr", "1", 0);
  const int opened = avcodec_open2(&encoder, codec, &settings);
  av_dict_free(&settings);
  if (opened < 0) return fail(av_error(opened, "opening the encoder"));
  output_.reset(avformat_alloc_context());
  AVStream* stream = avformat_new_stream(output_.get(), nullptr);
  avcodec_parameters_from_context(stream->codecpar, &encoder);
  stream->time_base = video_.time_base;
  stream->avg_frame_rate = video_.avg_frame_rate;
  stream->r_frame_rate = video_.r_frame_rate;
  stream->sample_aspect_ratio = video_.sample_aspect_ratio;
  copy_side_data(video_, *stream);
  return true;
}

Result<AvFrame> PictureEncoder::converted(AvFrame picture) {
  if (picture->format == encoder_->pix_fmt && picture->width == encoder_->width &&
      picture->height == encoder_->height)
    return picture;
  AvFrame out(av_frame_alloc());
  out->format = encoder_->pix_fmt;
  out->width = encoder_->width;
  out->height = encoder_->height;
  const int made = av_frame_get_buffer(out.get(), 0);
  if (made < 0) return fail(av_error(made, "converting a picture"));
  scaler_ = sws_getCachedContext(scaler_, picture->width, picture->height,
                                 static_cast<AVPixelFormat>(picture->format), out->width, out->height,
                                 encoder_->pix_fmt, SWS_BICUBIC, nullptr, nullptr, nullptr);
  if (scaler_ == nullptr) return fail(Errc::invalid, "pictures of this format cannot be converted");
  sws_scale(scaler_, picture->data, picture->linesize, 0, picture->height, out->data, out->linesize);
  av_frame_copy_props(out.get(), picture.get());
  return out;
}

// Times always rise, or the encoder would refuse the picture.
void PictureEncoder::set_time(::AVFrame& picture) {
  std::int64_t pts = picture.best_effort_timestamp;
  if (pts == AV_NOPTS_VALUE || (last_pts_ != AV_NOPTS_VALUE && pts <= last_pts_))
    pts = last_pts_ == AV_NOPTS_VALUE ? 0 : last_pts_ + std::max<std::int64_t>(1, picture.pkt_duration);
  picture.pts = pts;
  last_pts_ = pts;
  durations_[pts] = picture.pkt_duration;
  picture.pict_type = AV_PICTURE_TYPE_NONE;
  const bool due = last_key_ == AV_NOPTS_VALUE ||
                   av_compare_ts(pts - last_key_, video_.time_base, kKeySeconds, AVRational{1, 1}) >= 0;
  if (!due) return;
  picture.pict_type = AV_PICTURE_TYPE_I;
  last_key_ = pts;
}

Result<bool> PictureEncoder::encode(AvFrame picture) {
  REC_TRY(const AvFrame ready, converted(std::move(picture)));
  set_time(*ready);
  const int sent = avcodec_send_frame(encoder_.get(), ready.get());
  if (sent < 0) return fail(av_error(sent, "encoding"));
  ++pictures_;
  return collect();
}

Result<bool> PictureEncoder::collect() {
  for (;;) {
    AvPacket packet(av_packet_alloc());
    const int got = avcodec_receive_packet(encoder_.get(), packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return true;
    if (got < 0) return fail(av_error(got, "encoding"));
    if (const auto known = durations_.find(packet->pts); known != durations_.end()) {
      packet->duration = known->second;
      durations_.erase(known);
    }
    done_.push_back({TrackKind::video, std::move(packet)});
  }
}

}  // namespace rec::media
