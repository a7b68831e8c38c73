// Sound as broadcasters send it.
#include "media/latm.hpp"

#include <random>

#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_av/run_reader.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;
using testing::count_up;
using testing::numbers_in;

class Latm : public testing::MediaTest {
 protected:
  /// MPEG-TS whose AAC is in LATM, as libav writes it.
  [[nodiscard]] std::string latm_stream() const {
    const auto fragments = sim::make_fmp4_stream({});
    EXPECT_TRUE(fragments);
    std::string bytes = fragments->init;
    for (const sim::TsSegment& segment : fragments->segments) bytes += segment.bytes;
    run_of("a.mp4", bytes);
    const auto input = open_media_file(path("a.mp4"));
    AVFormatContext* output = nullptr;
    const std::string to = path("latm.ts");
    avformat_alloc_output_context2(&output, nullptr, "mpegts", to.c_str());
    for (unsigned i = 0; i < (*input)->nb_streams; ++i) {
      AVCodecParameters* codec = avformat_new_stream(output, nullptr)->codecpar;
      avcodec_parameters_copy(codec, (*input)->streams[i]->codecpar);
      codec->codec_tag = 0;
    }
    EXPECT_GE(avio_open(&output->pb, to.c_str(), AVIO_FLAG_WRITE), 0);
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "mpegts_flags", "latm", 0);
    EXPECT_GE(avformat_write_header(output, &settings), 0);
    av_dict_free(&settings);
    const AvPacket packet(av_packet_alloc());
    while (av_read_frame(input->get(), packet.get()) >= 0) {
      av_packet_rescale_ts(packet.get(), (*input)->streams[packet->stream_index]->time_base,
                           output->streams[packet->stream_index]->time_base);
      EXPECT_GE(av_interleaved_write_frame(output, packet.get()), 0);
    }
    av_write_trailer(output);
    avio_closep(&output->pb);
    avformat_free_context(output);
    return bytes_of(to);
  }

  [[nodiscard]] static std::vector<std::string> sounds_in(const std::string& file) {
    const auto input = open_media_file(file);
    std::vector<std::string> out;
    const AvPacket packet(av_packet_alloc());
    for (; av_read_frame(input->get(), packet.get()) >= 0; av_packet_unref(packet.get())) {
      const AVCodecParameters& codec = *(*input)->streams[packet->stream_index]->codecpar;
      if (codec.codec_type != AVMEDIA_TYPE_AUDIO) continue;
      EXPECT_EQ(codec.codec_id, AV_CODEC_ID_AAC);
      out.emplace_back(reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size));
    }
    return out;
  }
};

TEST_F(Latm, SoundThatABroadcasterPackedIsInThePartFrameByFrameAsItWasEncoded) {
  MakePartRequest request;
  request.runs = {run_of("run.ts", latm_stream())};
  request.output = path("part001.mp4");
  const auto part = make_part_file(request);
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_EQ(numbers_in(part->path), count_up(0, 250));
  const auto sent = sounds_in(path("a.mp4"));
  const auto kept = sounds_in(part->path);
  ASSERT_GT(kept.size(), sent.size() - 5) << "what stands before the first setup cannot be used";
  EXPECT_TRUE(std::equal(kept.rbegin(), kept.rend(), sent.rbegin()));
}

TEST_F(Latm, BytesOfAnyKindAreNoSoundAndNoHarm) {
  std::mt19937 random(7);
  LatmReader reader;
  for (int i = 0; i < 20'000; ++i) {
    std::vector<std::uint8_t> packet(random() % 64);
    for (auto& byte : packet) byte = static_cast<std::uint8_t>(random());
    if (packet.size() > 2 && i % 2 == 0) {
      packet[0] = 0x56;
      packet[1] = 0xE0;
      packet[2] = static_cast<std::uint8_t>(packet.size() - 3);
    }
    EXPECT_LE(reader.frame_in(packet).size(), packet.size());
  }
}

}  // namespace
}  // namespace rec::media
