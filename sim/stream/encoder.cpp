// Encodes the test stream with libx264 and libav's own AAC, one thread each, so that the bytes are always the
// same.
#include "sim/stream/encoder.hpp"

extern "C" {
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numbers>
#include <tuple>

#include "sim/stream/frame_pattern.hpp"

namespace rec::sim {
namespace {

constexpr int kSampleRate = 48'000;
constexpr std::int64_t kClock = 90'000;

using Sink = std::function<void(const AVPacket&)>;

Result<bool> drain(AVCodecContext& codec, const Sink& sink) {
  const Packet packet(av_packet_alloc());
  for (;;) {
    const int got = avcodec_receive_packet(&codec, packet.get());
    if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return true;
    if (got < 0) return av_failure(got, "encoding the test stream");
    sink(*packet);
    av_packet_unref(packet.get());
  }
}

Result<CodecContext> open_video(const StreamOptions& options, int frames_per_segment, bool global_header) {
  const bool hevc = options.codec == VideoCodec::hevc;
  const char* name = hevc ? "libx265" : "libx264";
  const AVCodec* codec = avcodec_find_encoder_by_name(name);
  if (codec == nullptr) return fail(Errc::not_found, std::string("libav has no encoder ") + name);
  CodecContext context(avcodec_alloc_context3(codec));
  context->width = options.width;
  context->height = options.height;
  context->pix_fmt = AV_PIX_FMT_YUV420P;
  context->time_base = {1, options.fps};
  context->framerate = {options.fps, 1};
  context->gop_size = frames_per_segment;
  context->max_b_frames = options.b_frames;
  context->bit_rate = options.bitrate;
  context->rc_max_rate = options.bitrate;
  context->rc_buffer_size = options.bitrate;
  context->thread_count = 1;
  context->log_level_offset = kSilence;
  context->flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_CLOSED_GOP;
  if (global_header) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  av_opt_set(context->priv_data, "preset", "ultrafast", 0);
  av_opt_set(context->priv_data, "forced-idr", "1", 0);
  if (hevc) {
    av_opt_set(context->priv_data, "x265-params",
               "log-level=none:scenecut=0:b-adapt=0:open-gop=0:pools=none:frame-threads=1:wpp=0:repeat-"
               "headers=1:info=0",
               0);
  } else {
    av_opt_set(context->priv_data, "x264-params", "scenecut=0:b-adapt=0:rc-lookahead=0", 0);
  }
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0) return av_failure(opened, std::string("opening ") + name);
  return context;
}

Result<CodecContext> open_audio(bool global_header) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) return fail(Errc::not_found, "libav has no AAC encoder");
  CodecContext context(avcodec_alloc_context3(codec));
  context->sample_rate = kSampleRate;
  context->sample_fmt = AV_SAMPLE_FMT_FLTP;
  av_channel_layout_default(&context->ch_layout, 2);
  context->time_base = {1, kSampleRate};
  context->bit_rate = 96'000;
  context->thread_count = 1;
  context->log_level_offset = kSilence;
  context->flags |= AV_CODEC_FLAG_BITEXACT;
  if (global_header) context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0) return av_failure(opened, "opening the AAC encoder");
  return context;
}

Result<bool> encode_video(const StreamOptions& options, AVCodecContext& codec, int frames_per_segment,
                          const Sink& sink) {
  const Frame frame(av_frame_alloc());
  frame->width = options.width;
  frame->height = options.height;
  frame->format = AV_PIX_FMT_YUV420P;
  int done = av_frame_get_buffer(frame.get(), 0);
  if (done < 0) return av_failure(done, "a picture for the test stream");
  for (int i = 0; i < frames_per_segment * options.segments; ++i) {
    done = av_frame_make_writable(frame.get());
    if (done < 0) return av_failure(done, "a picture for the test stream");
    draw_frame({frame->data[0], frame->linesize[0], options.width, options.height}, options.first_frame + i);
    for (int plane = 1; plane <= 2; ++plane) {
      std::memset(frame->data[plane], 128,
                  static_cast<std::size_t>(frame->linesize[plane]) * options.height / 2);
    }
    frame->pts = i;
    frame->pict_type = i % frames_per_segment == 0 ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE;
    done = avcodec_send_frame(&codec, frame.get());
    if (done < 0) return av_failure(done, "encoding a test picture");
    REC_CHECK(drain(codec, sink));
  }
  avcodec_send_frame(&codec, nullptr);
  return drain(codec, sink);
}

Result<bool> encode_audio(const StreamOptions& options, AVCodecContext& codec, std::int64_t samples,
                          const Sink& sink) {
  const std::int64_t origin = std::int64_t{options.first_frame} * kSampleRate / options.fps;
  double phase = 0;
  const Frame frame(av_frame_alloc());
  for (std::int64_t at = 0; at < samples; at += codec.frame_size) {
    av_frame_unref(frame.get());
    frame->nb_samples = static_cast<int>(std::min<std::int64_t>(codec.frame_size, samples - at));
    frame->format = AV_SAMPLE_FMT_FLTP;
    frame->sample_rate = kSampleRate;
    av_channel_layout_copy(&frame->ch_layout, &codec.ch_layout);
    frame->pts = at;
    int done = av_frame_get_buffer(frame.get(), 0);
    if (done < 0) return av_failure(done, "sound for the test stream");
    for (int i = 0; i < frame->nb_samples; ++i) {
      const double second = std::fmod(static_cast<double>(origin + at + i) / kSampleRate, 60.0);
      phase += 2 * std::numbers::pi * (220.0 + 20.0 * second) / kSampleRate;
      const auto value = static_cast<float>(0.25 * std::sin(phase));
      for (int channel = 0; channel < 2; ++channel) reinterpret_cast<float*>(frame->data[channel])[i] = value;
    }
    done = avcodec_send_frame(&codec, frame.get());
    if (done < 0) return av_failure(done, "encoding test sound");
    REC_CHECK(drain(codec, sink));
  }
  avcodec_send_frame(&codec, nullptr);
  return drain(codec, sink);
}

EncodedPacket take(const AVPacket& packet, AVRational base) {
  EncodedPacket out;
  out.key = (packet.flags & AV_PKT_FLAG_KEY) != 0;
  const AVRational clock{1, static_cast<int>(kClock)};
  out.pts = av_rescale_q(packet.pts, base, clock);
  out.dts = av_rescale_q(packet.dts, base, clock);
  out.duration = av_rescale_q(packet.duration, base, clock);
  out.bytes.assign(reinterpret_cast<const char*>(packet.data), static_cast<std::size_t>(packet.size));
  return out;
}

Result<bool> check_options(const StreamOptions& o) {
  const bool picture = o.width >= 64 && o.height >= 64 && o.width % 2 == 0 && o.height % 2 == 0;
  const bool time =
      o.fps > 0 && o.segments > 0 && kClock % o.fps == 0 && std::llround(o.segment_seconds * o.fps) > 0;
  if (!picture) return fail(Errc::invalid, "test stream: width and height must be even and at least 64");
  if (!time) return fail(Errc::invalid, "test stream: fps must divide 90000 and a segment must hold a frame");
  if (o.first_pts90k < kClock) return fail(Errc::invalid, "test stream: first_pts90k must be at least 90000");
  if (!o.video && !o.audio) return fail(Errc::invalid, "test stream: neither video nor audio asked for");
  return true;
}

}  // namespace

Result<EncodedStream> encode_stream(const StreamOptions& options, bool global_header) {
  REC_CHECK(check_options(options));
  EncodedStream out;
  out.frames_per_segment = static_cast<int>(std::llround(options.segment_seconds * options.fps));
  const std::int64_t segment_ticks = std::int64_t{out.frames_per_segment} * kClock / options.fps;
  if (options.video) {
    REC_TRY(out.video, open_video(options, out.frames_per_segment, global_header));
    const Sink sink = [&](const AVPacket& packet) {
      EncodedPacket item = take(packet, out.video->time_base);
      item.video = true;
      item.duration = kClock / options.fps;
      item.segment = static_cast<int>(packet.pts / out.frames_per_segment);
      out.packets.push_back(std::move(item));
    };
    REC_CHECK(encode_video(options, *out.video, out.frames_per_segment, sink));
  }
  if (options.audio) {
    REC_TRY(out.audio, open_audio(global_header));
    const Sink sink = [&](const AVPacket& packet) {
      EncodedPacket item = take(packet, out.audio->time_base);
      const std::int64_t at = std::max<std::int64_t>(0, item.pts);
      item.segment = std::min(static_cast<int>(at / segment_ticks), options.segments - 1);
      item.key = true;
      item.pts += options.audio_delay90k;
      item.dts += options.audio_delay90k;
      out.packets.push_back(std::move(item));
    };
    const std::int64_t samples = segment_ticks * options.segments * kSampleRate / kClock;
    REC_CHECK(encode_audio(options, *out.audio, samples, sink));
  }
  for (EncodedPacket& packet : out.packets) {
    packet.pts += options.first_pts90k;
    packet.dts += options.first_pts90k;
  }
  std::ranges::sort(out.packets, {}, [](const EncodedPacket& packet) {
    return std::tuple(packet.segment, packet.dts, !packet.video);
  });
  return out;
}

TsSegment describe_segment(const StreamOptions& options, const EncodedStream& stream, int index) {
  TsSegment segment;
  segment.first_frame = options.first_frame + index * stream.frames_per_segment;
  segment.frames = options.video ? stream.frames_per_segment : 0;
  segment.duration =
      std::chrono::microseconds(std::int64_t{stream.frames_per_segment} * 1'000'000 / options.fps);
  return segment;
}

}  // namespace rec::sim
