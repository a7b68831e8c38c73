// Packet listing for the media tests.
#include "media_fixture.hpp"

#include <algorithm>

#include "media_av/av.hpp"

namespace rec::media::testing {

std::vector<PacketAt> packets_of(const std::string& file) {
  const auto input = open_media_file(file);
  if (!input) throw std::runtime_error(input.error().text);
  std::vector<PacketAt> out;
  const AvPacket packet(av_packet_alloc());
  while (av_read_frame(input->get(), packet.get()) >= 0) {
    const double tick = av_q2d((*input)->streams[packet->stream_index]->time_base);
    out.push_back({packet->stream_index, static_cast<double>(packet->pts) * tick,
                   static_cast<double>(packet->dts) * tick});
    av_packet_unref(packet.get());
  }
  return out;
}

double first_pts(const std::vector<PacketAt>& packets, int stream) {
  double first = 1e9;
  for (const PacketAt& packet : packets) {
    if (packet.stream == stream) first = std::min(first, packet.pts);
  }
  return first;
}

void copy_to_container(const std::string& from, const std::string& to) {
  const auto input = open_media_file(from);
  if (!input) throw std::runtime_error(input.error().text);
  AVFormatContext* output = nullptr;
  avformat_alloc_output_context2(&output, nullptr, nullptr, to.c_str());
  for (unsigned i = 0; i < (*input)->nb_streams; ++i) {
    AVStream* stream = avformat_new_stream(output, nullptr);
    avcodec_parameters_copy(stream->codecpar, (*input)->streams[i]->codecpar);
    stream->codecpar->codec_tag = 0;
    stream->time_base = (*input)->streams[i]->time_base;
    stream->avg_frame_rate = (*input)->streams[i]->avg_frame_rate;
  }
  int done = avio_open(&output->pb, ("file:" + to).c_str(), AVIO_FLAG_WRITE);
  if (done >= 0) done = avformat_write_header(output, nullptr);
  const AvPacket packet(av_packet_alloc());
  while (done >= 0 && av_read_frame(input->get(), packet.get()) >= 0) {
    av_packet_rescale_ts(packet.get(), (*input)->streams[packet->stream_index]->time_base,
                         output->streams[packet->stream_index]->time_base);
    done = av_interleaved_write_frame(output, packet.get());
  }
  if (done >= 0) done = av_write_trailer(output);
  avio_closep(&output->pb);
  avformat_free_context(output);
  if (done < 0) throw std::runtime_error("copying to " + to);
}

}  // namespace rec::media::testing
