// Start codes to lengths: what libav's own muxer would write, only faster.
#include "media_av/nal_units.hpp"

#include <random>

#include "media_av/run_reader.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::MediaTest;
using Octets = std::vector<std::uint8_t>;

std::size_t found_naively(const Octets& bytes, std::size_t from) {
  for (std::size_t at = from; at + 3 <= bytes.size(); ++at) {
    if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) return at;
  }
  return bytes.size();
}

TEST(NalUnits, AStartCodeIsFoundWhereverItLies) {
  std::mt19937 lots(7);
  for (int round = 0; round < 3'000; ++round) {
    Octets bytes(lots() % 80);
    for (std::uint8_t& byte : bytes) byte = lots() % 3 == 0 ? static_cast<std::uint8_t>(lots() % 2) : 0;
    for (std::size_t from = 0; from <= bytes.size(); from += 5)
      ASSERT_EQ(find_start_code(bytes, from), found_naively(bytes, from)) << round;
  }
}

Octets with_lengths(Octets bytes) {
  AvPacket packet(av_packet_alloc());
  av_new_packet(packet.get(), static_cast<int>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), packet->data);
  packet->pts = 5;
  packet->flags = AV_PKT_FLAG_KEY;
  const AvPacket out = with_nal_lengths(*packet);
  if (!out) return {};
  EXPECT_EQ(out->pts, 5);
  EXPECT_EQ(out->flags, AV_PKT_FLAG_KEY);
  return {out->data, out->data + out->size};
}

TEST(NalUnits, EachIsPrecededByItsLength) {
  EXPECT_EQ(with_lengths({0, 0, 0, 1, 9, 16, 0, 0, 1, 101, 7, 8}),
            (Octets{0, 0, 0, 2, 9, 16, 0, 0, 0, 3, 101, 7, 8}));
  EXPECT_EQ(with_lengths({0, 0, 1, 9, 0, 0, 0, 1, 5}), (Octets{0, 0, 0, 1, 9, 0, 0, 0, 1, 5}))
      << "the zero is the longer start code's own";
  EXPECT_EQ(with_lengths({0, 0, 1, 0, 0, 1, 5}), (Octets{0, 0, 0, 1, 5})) << "an empty one is none";
  EXPECT_EQ(with_lengths({7, 7, 7}), Octets{}) << "nothing that begins";
  EXPECT_EQ(with_lengths({0, 0, 1}), Octets{});
}

class AvcConfiguration : public MediaTest {};

TEST_F(AvcConfiguration, IsWhatLibavWritesForTheStream) {
  sim::StreamOptions options;
  options.segments = 1;
  const auto run = RunReader::open(ts_run("a.ts", options), "a");
  ASSERT_TRUE(run) << run.error().text;
  const Octets avc = avc_configuration(*(*run)->stream(TrackKind::video));
  ASSERT_GT(avc.size(), 10U);
  const auto stream = sim::make_fmp4_stream(options);
  ASSERT_TRUE(stream);
  const std::size_t box = stream->init.find("avcC");
  ASSERT_NE(box, std::string::npos);
  EXPECT_EQ(stream->init.substr(box + 4, avc.size()), std::string(avc.begin(), avc.end()));
  EXPECT_TRUE(avc_configuration(*(*run)->stream(TrackKind::audio)).empty());
}

}  // namespace
}  // namespace rec::media
