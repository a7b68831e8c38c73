// read_frame_numbers: decodes a file and reads the number on each frame.
#include "sim/stream/av_handles.hpp"
#include "sim/stream/frame_pattern.hpp"
#include "sim/stream/frame_stream.hpp"

namespace rec::sim {
namespace {

struct InputClose {
  void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
};
using Input = std::unique_ptr<AVFormatContext, InputClose>;

Result<CodecContext> open_decoder(const AVStream& stream) {
  const AVCodec* codec = avcodec_find_decoder(stream.codecpar->codec_id);
  if (codec == nullptr) return fail(Errc::not_found, "libav has no decoder for the video");
  CodecContext context(avcodec_alloc_context3(codec));
  avcodec_parameters_to_context(context.get(), stream.codecpar);
  context->thread_count = 1;
  context->log_level_offset = kSilence;
  const int opened = avcodec_open2(context.get(), codec, nullptr);
  if (opened < 0) return av_failure(opened, "opening the decoder");
  return context;
}

void read_decoded(AVCodecContext& decoder, std::vector<int>& numbers) {
  const Frame frame(av_frame_alloc());
  while (avcodec_receive_frame(&decoder, frame.get()) >= 0) {
    numbers.push_back(read_frame({frame->data[0], frame->linesize[0], frame->width, frame->height}));
  }
}

}  // namespace

Result<std::vector<int>> read_frame_numbers(const std::string& file) {
  AVFormatContext* raw = nullptr;
  const int opened = avformat_open_input(&raw, ("file:" + file).c_str(), nullptr, nullptr);
  if (opened == AVERROR(ENOENT)) return fail(Errc::not_found, file + ": no such file");
  if (opened < 0) return av_failure(opened, file);
  const Input input(raw);
  const int known = avformat_find_stream_info(raw, nullptr);
  if (known < 0) return av_failure(known, file);
  const int index = av_find_best_stream(raw, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
  if (index < 0) return fail(Errc::corrupt, file + ": no video in it");
  REC_TRY(const CodecContext decoder, open_decoder(*raw->streams[index]));
  std::vector<int> numbers;
  const Packet packet(av_packet_alloc());
  while (av_read_frame(raw, packet.get()) >= 0) {
    if (packet->stream_index == index) {
      // A damaged packet costs its own frame, not the rest.
      if (avcodec_send_packet(decoder.get(), packet.get()) >= 0) read_decoded(*decoder, numbers);
    }
    av_packet_unref(packet.get());
  }
  avcodec_send_packet(decoder.get(), nullptr);
  read_decoded(*decoder, numbers);
  return numbers;
}

}  // namespace rec::sim
