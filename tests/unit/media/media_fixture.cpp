// Packet listing for the media tests.
#include "media_fixture.hpp"

#include <algorithm>

#include "media/av.hpp"

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

}  // namespace rec::media::testing
