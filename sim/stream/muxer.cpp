// Muxes encoded packets into memory.
#include "sim/stream/muxer.hpp"

namespace rec::sim {
namespace {

constexpr int kBufferBytes = 64 * 1024;

int append_bytes(void* opaque, std::uint8_t* data, int size) {
  static_cast<std::string*>(opaque)->append(reinterpret_cast<const char*>(data),
                                            static_cast<std::size_t>(size));
  return size;
}

int add_stream(AVFormatContext& context, const AVCodecContext* codec) {
  if (codec == nullptr) return -1;
  AVStream* stream = avformat_new_stream(&context, nullptr);
  avcodec_parameters_from_context(stream->codecpar, codec);
  stream->time_base = {1, 90'000};
  return stream->index;
}

}  // namespace

Result<std::unique_ptr<SegmentMuxer>> SegmentMuxer::open(const char* format, const EncodedStream& stream,
                                                         AVDictionary* options) {
  std::unique_ptr<SegmentMuxer> muxer(new SegmentMuxer);
  const int made = avformat_alloc_output_context2(&muxer->context_, nullptr, format, nullptr);
  if (made < 0) return av_failure(made, std::string("opening the muxer ") + format);
  auto* buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
  muxer->context_->pb =
      avio_alloc_context(buffer, kBufferBytes, 1, &muxer->bytes_, nullptr, append_bytes, nullptr);
  muxer->context_->flags |= AVFMT_FLAG_BITEXACT;
  muxer->context_->avoid_negative_ts = 0;
  muxer->video_index_ = add_stream(*muxer->context_, stream.video.get());
  muxer->audio_index_ = add_stream(*muxer->context_, stream.audio.get());
  const int begun = avformat_write_header(muxer->context_, &options);
  av_dict_free(&options);
  if (begun < 0) return av_failure(begun, "beginning the test stream");
  return muxer;
}

SegmentMuxer::~SegmentMuxer() {
  if (context_ == nullptr) return;
  if (context_->pb != nullptr) {
    av_freep(&context_->pb->buffer);
    avio_context_free(&context_->pb);
  }
  avformat_free_context(context_);
}

Result<bool> SegmentMuxer::write(const EncodedPacket& packet) {
  const Packet out(av_packet_alloc());
  const int room = av_new_packet(out.get(), static_cast<int>(packet.bytes.size()));
  if (room < 0) return av_failure(room, "a packet of the test stream");
  packet.bytes.copy(reinterpret_cast<char*>(out->data), packet.bytes.size());
  out->stream_index = packet.video ? video_index_ : audio_index_;
  const AVRational base = context_->streams[out->stream_index]->time_base;
  const AVRational clock{1, 90'000};
  out->pts = av_rescale_q(packet.pts, clock, base);
  out->dts = av_rescale_q(packet.dts, clock, base);
  out->duration = av_rescale_q(packet.duration, clock, base);
  out->flags = packet.key ? AV_PKT_FLAG_KEY : 0;
  const int done = av_write_frame(context_, out.get());
  if (done < 0) return av_failure(done, "writing the test stream");
  return true;
}

Result<std::string> SegmentMuxer::cut() {
  const int done = av_write_frame(context_, nullptr);
  if (done < 0) return av_failure(done, "ending a segment of the test stream");
  avio_flush(context_->pb);
  return std::exchange(bytes_, {});
}

}  // namespace rec::sim
