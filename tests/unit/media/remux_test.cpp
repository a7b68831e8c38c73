// Segments in, one MP4 out: every picture in its place, sound beside it, moov in front.
#include "media_av/remux.hpp"

#include <algorithm>
#include <cmath>

#include "media_av/probe.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::boxes_of;
using testing::bytes_of;
using testing::count_up;
using testing::first_pts;
using testing::numbers_in;
using testing::packets_of;

constexpr std::int64_t kWrap = std::int64_t{1} << 33;

class Remux : public testing::MediaTest {
 protected:
  RemuxReport make(const std::vector<MediaRun>& runs) {
    const auto report = remux(runs, out(), "a title");
    EXPECT_TRUE(report) << report.error().text;
    return report ? *report : RemuxReport{};
  }
  Error refuse(const std::vector<MediaRun>& runs) {
    const auto report = remux(runs, out(), "");
    EXPECT_FALSE(report);
    return report ? Error{} : report.error();
  }
  [[nodiscard]] std::string out() const { return path("out.mp4"); }
};

// Both tracks: decoding times rise, presentation never before decoding; the pictures come at an even pace.
void expect_even_times(const std::string& file, double frame_seconds) {
  std::vector<double> shown;
  double last[2] = {-1e9, -1e9};
  for (const testing::PacketAt& packet : packets_of(file)) {
    EXPECT_GT(packet.dts, last[packet.stream]);
    EXPECT_GE(packet.pts, packet.dts);
    last[packet.stream] = packet.dts;
    if (packet.stream == 0) shown.push_back(packet.pts);
  }
  std::ranges::sort(shown);
  for (std::size_t i = 1; i < shown.size(); ++i)
    EXPECT_NEAR(shown[i] - shown[i - 1], frame_seconds, 0.045) << i;
}

TEST_F(Remux, EveryPictureOfOneRunIsThereInOrderFromTimeZero) {
  sim::StreamOptions options;
  options.first_frame = 100;
  const RemuxReport report = make({ts_run("a.ts", options)});
  EXPECT_EQ(report.video_packets, 250);
  EXPECT_EQ(report.undecodable, 0);
  EXPECT_EQ(numbers_in(out()), count_up(100, 250));
  const auto info = probe(out());
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->start, Millis(0));
  EXPECT_NEAR(static_cast<double>(info->duration.count()), 10'000, 60);
  EXPECT_EQ(info->video_codec, "h264");
  EXPECT_EQ(info->audio_codec, "aac");
  EXPECT_EQ(info->video_packets, 250);
  EXPECT_EQ(info->audio_packets, report.audio_packets);
  expect_even_times(out(), 0.04);
}

TEST_F(Remux, ANullPacketBeforeTransportStreamCostsNothing) {
  std::string bytes("\x47\x1F\xFF\x10", 4);
  bytes.resize(188, '\xFF');
  sim::StreamOptions options;
  options.segments = 2;
  const auto segments = sim::make_stream(options);
  ASSERT_TRUE(segments) << segments.error().text;
  for (const sim::TsSegment& segment : *segments) bytes += segment.bytes;
  const auto report = remux({run_of("null.ts", bytes)}, path("out.mp4"), "null");
  ASSERT_TRUE(report) << report.error().text;
  EXPECT_EQ(numbers_in(path("out.mp4")), count_up(0, 100));
}

TEST_F(Remux, TheIndexStandsBeforeThePictures) {
  make({ts_run("a.ts", {})});
  const auto boxes = boxes_of(out());
  const auto moov = std::ranges::find(boxes, "moov");
  const auto mdat = std::ranges::find(boxes, "mdat");
  ASSERT_NE(moov, boxes.end());
  ASSERT_NE(mdat, boxes.end());
  EXPECT_LT(moov, mdat);
  EXPECT_EQ(std::ranges::count(boxes, "moof"), 0);
}

TEST_F(Remux, ARunInManyExtentsOfTwoFilesIsReadAsOne) {
  const MediaRun whole = ts_run("a.ts", {});
  const std::string bytes = bytes_of(path("a.ts"));
  std::ofstream(path("b.bin"), std::ios::binary) << "junk before" << bytes.substr(70'001);
  MediaRun run;
  run.extents = {{path("a.ts"), 0, 1},
                 {path("a.ts"), 1, 40'000},
                 {path("a.ts"), 40'001, 30'000},
                 {path("a.ts"), 5, 0},
                 {path("b.bin"), 11, bytes.size() - 70'001}};
  make({run});
  EXPECT_EQ(numbers_in(out()), count_up(0, 250));
}

TEST_F(Remux, TimestampsThatBeginAnewInTheSecondRunFollowTheFirst) {
  sim::StreamOptions one;
  one.segments = 3;
  one.first_pts90k = 500 * 90'000;
  sim::StreamOptions two = one;
  two.first_frame = 150;
  two.first_pts90k = 2 * 90'000;
  make({ts_run("a.ts", one), ts_run("b.ts", two)});
  EXPECT_EQ(numbers_in(out()), count_up(0, 300));
  expect_even_times(out(), 0.04);
  EXPECT_NEAR(static_cast<double>(probe(out())->duration.count()), 12'000, 120);
}

TEST_F(Remux, AHoleOfHoursBetweenRunsIsClosed) {
  sim::StreamOptions one;
  one.segments = 2;
  sim::StreamOptions two = one;
  two.first_frame = 5000;
  two.first_pts90k = 7 * 3600 * std::int64_t{90'000};
  make({ts_run("a.ts", one), ts_run("b.ts", two)});
  auto expected = count_up(0, 100);
  const auto rest = count_up(5000, 100);
  expected.insert(expected.end(), rest.begin(), rest.end());
  EXPECT_EQ(numbers_in(out()), expected);
  expect_even_times(out(), 0.04);
}

TEST_F(Remux, TimestampsThatWrapInsideARunRunOn) {
  sim::StreamOptions options;
  options.segments = 4;
  options.first_pts90k = kWrap - 3 * 90'000 - 777;
  make({ts_run("a.ts", options)});
  EXPECT_EQ(numbers_in(out()), count_up(0, 200));
  expect_even_times(out(), 0.04);
  EXPECT_NEAR(static_cast<double>(probe(out())->duration.count()), 8'000, 60);
}

TEST_F(Remux, AJumpThatNobodyMarkedInsideARunIsClosed) {
  for (const std::int64_t second_pts : {std::int64_t{3} * 3600 * 90'000, std::int64_t{2} * 90'000}) {
    sim::StreamOptions one;
    one.segments = 2;
    one.first_pts90k = 3600 * std::int64_t{90'000};
    sim::StreamOptions two = one;
    two.first_frame = 100;
    two.first_pts90k = second_pts;
    ts_run("a.ts", one);
    ts_run("b.ts", two);
    make({run_of("both.ts", bytes_of(path("a.ts")) + bytes_of(path("b.ts")))});
    EXPECT_EQ(numbers_in(out()), count_up(0, 200));
    expect_even_times(out(), 0.04);
    EXPECT_NEAR(static_cast<double>(probe(out())->duration.count()), 8'000, 120);
  }
}

TEST_F(Remux, AnEncoderThatTakesOverOnOtherPidsInsideARunLosesNothing) {
  struct Case {
    int first_pid, pmt_pid;
  };
  for (const Case& c : {Case{0x200, 0x1000}, Case{0x100, 0x1100}, Case{0x200, 0x1100}}) {
    sim::StreamOptions one;
    one.segments = 2;
    sim::StreamOptions two = one;
    two.first_frame = 100;
    two.first_pts90k = 99 * 90'000;
    two.first_pid = c.first_pid;
    two.pmt_pid = c.pmt_pid;
    sim::StreamOptions three = one;
    three.first_frame = 200;
    ts_run("a.ts", one);
    ts_run("b.ts", two);
    ts_run("c.ts", three);
    const RemuxReport report =
        make({run_of("all.ts", bytes_of(path("a.ts")) + bytes_of(path("b.ts")) + bytes_of(path("c.ts")))});
    EXPECT_EQ(report.video_packets, 300);
    EXPECT_EQ(numbers_in(out()), count_up(0, 300));
    expect_even_times(out(), 0.04);
    EXPECT_NEAR(static_cast<double>(probe(out())->duration.count()), 12'000, 150);
  }
}

TEST_F(Remux, SoundKeepsItsDistanceToThePictureInEveryRun) {
  for (const int delay_ms : {0, 300, -250}) {
    sim::StreamOptions one;
    one.segments = 2;
    one.audio_delay90k = delay_ms * 90;
    sim::StreamOptions two = one;
    two.first_frame = 100;
    two.first_pts90k = 77 * 90'000;
    make({ts_run("a.ts", one), ts_run("b.ts", two)});
    const auto packets = packets_of(out());
    // The encoder's first packet lies 1024 samples before the sound.
    const double distance = first_pts(packets, 1) + 1024.0 / 48'000 - first_pts(packets, 0);
    EXPECT_NEAR(distance, delay_ms / 1000.0, 0.005) << delay_ms;
    // In the second run, too: picture 100 is the 101st shown, and the sound packet nearest to where its own
    // begins lies at the same distance, give or take the rounding of one packet.
    std::vector<double> shown;
    for (const testing::PacketAt& packet : packets) {
      if (packet.stream == 0) shown.push_back(packet.pts);
    }
    std::ranges::sort(shown);
    ASSERT_EQ(shown.size(), 200U);
    const double expected = shown[100] + delay_ms / 1000.0 - 1024.0 / 48'000;
    double nearest = 1e9;
    for (const testing::PacketAt& packet : packets) {
      if (packet.stream == 1) nearest = std::min(nearest, std::abs(packet.pts - expected));
    }
    EXPECT_LT(nearest, 0.002) << delay_ms;
  }
}

TEST_F(Remux, FragmentedMp4BehindItsInitBecomesAPlainOne) {
  sim::StreamOptions options;
  options.segments = 3;
  options.first_pts90k = 5 * 3600 * std::int64_t{90'000};
  const auto stream = sim::make_fmp4_stream(options);
  ASSERT_TRUE(stream) << stream.error().text;
  std::string bytes = stream->init;
  for (const sim::TsSegment& segment : stream->segments) bytes += segment.bytes;
  const MediaRun run = run_of("a.mp4", bytes);
  const MediaRun tail = run_of("b.mp4", stream->init + stream->segments[2].bytes);
  make({run, tail});
  auto expected = count_up(0, 150);
  const auto again = count_up(100, 50);
  expected.insert(expected.end(), again.begin(), again.end());
  EXPECT_EQ(numbers_in(out()), expected);
  expect_even_times(out(), 0.04);
  EXPECT_EQ(probe(out())->start, Millis(0));
  EXPECT_EQ(std::ranges::count(boxes_of(out()), "moof"), 0);
}

TEST_F(Remux, ATailCutAnywhereStillPlays) {
  ts_run("a.ts", {});
  const std::string bytes = bytes_of(path("a.ts"));
  for (const std::size_t cut :
       {bytes.size() - 1, bytes.size() - 94, bytes.size() * 3 / 4, bytes.size() / 2 + 57}) {
    make({run_of("cut.ts", bytes.substr(0, cut))});
    const auto numbers = numbers_in(out());
    ASSERT_GE(numbers.size(), 100U);
    const std::size_t whole = numbers.size() - 3;  // the last pictures may lack what they are made of
    EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(whole)),
              count_up(0, static_cast<int>(whole)));
  }
}

TEST_F(Remux, PicturesBeforeTheFirstKeyframeAreLeftOutAndCounted) {
  sim::StreamOptions options;
  options.segments = 3;
  const auto segments = sim::make_stream(options);
  ASSERT_TRUE(segments);
  // The tail of the first segment: pictures whose keyframe is not there.
  const std::size_t middle = (*segments)[0].bytes.size() / 188 * 188;
  const MediaRun run = run_of("a.ts", (*segments)[1].bytes.substr(0, 188 * 3) +
                                          (*segments)[0].bytes.substr(middle / 188 / 2 * 188) +
                                          (*segments)[1].bytes + (*segments)[2].bytes);
  const RemuxReport report = make({run});
  EXPECT_GT(report.undecodable, 5);
  EXPECT_EQ(numbers_in(out()), count_up(50, 100));
}

TEST_F(Remux, SoundAloneMakesAFileThatPlays) {
  sim::StreamOptions options;
  options.video = false;
  const RemuxReport report = make({ts_run("a.ts", options)});
  EXPECT_EQ(report.video_packets, 0);
  const auto info = probe(out());
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->video_codec, "");
  EXPECT_EQ(info->audio_codec, "aac");
  EXPECT_EQ(info->width, 0);
  EXPECT_EQ(info->audio_packets, report.audio_packets);
  EXPECT_NEAR(static_cast<double>(info->duration.count()), 10'000, 60);
}

TEST_F(Remux, PicturesAloneMakeAFileThatPlays) {
  sim::StreamOptions options;
  options.audio = false;
  make({ts_run("a.ts", options)});
  EXPECT_EQ(numbers_in(out()), count_up(0, 250));
}

TEST_F(Remux, ARunOfAnotherSizeIsAConflictThatNamesIt) {
  sim::StreamOptions small;
  small.segments = 1;
  sim::StreamOptions big = small;
  big.width = 640;
  big.height = 360;
  const Error error = refuse({ts_run("a.ts", small), ts_run("b.ts", small), ts_run("c.ts", big)});
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_NE(error.text.find("run 3"), std::string::npos) << error.text;
  EXPECT_NE(error.text.find("640x360 after 320x180"), std::string::npos) << error.text;
}

TEST_F(Remux, HevcIsNamedAsApplesPlayersWantIt) {
  sim::StreamOptions options;
  options.codec = sim::VideoCodec::hevc;
  options.segments = 1;
  make({ts_run("a.ts", options)});
  const std::string bytes = bytes_of(out());
  EXPECT_NE(bytes.find("hvc1"), std::string::npos);
  EXPECT_EQ(bytes.find("hev1"), std::string::npos);
  EXPECT_EQ(numbers_in(out()), count_up(0, 50));
}

TEST_F(Remux, AnotherCodecIsAConflict) {
  sim::StreamOptions one;
  one.segments = 1;
  sim::StreamOptions two = one;
  two.codec = sim::VideoCodec::hevc;
  const Error error = refuse({ts_run("a.ts", one), ts_run("b.ts", two)});
  EXPECT_EQ(error.code, Errc::conflict);
  EXPECT_NE(error.text.find("hevc after h264"), std::string::npos) << error.text;
}

TEST_F(Remux, SoundThatBeginsOnlyInTheSecondRunIsAConflict) {
  sim::StreamOptions mute;
  mute.segments = 1;
  mute.audio = false;
  sim::StreamOptions loud = mute;
  loud.audio = true;
  EXPECT_EQ(refuse({ts_run("a.ts", mute), ts_run("b.ts", loud)}).code, Errc::conflict);
}

TEST_F(Remux, ARunThatLacksTheSoundIsTakenAndWhatFollowsStaysInStep) {
  sim::StreamOptions loud;
  loud.segments = 2;
  sim::StreamOptions mute = loud;
  mute.audio = false;
  mute.first_frame = 100;
  sim::StreamOptions again = loud;
  again.first_frame = 200;
  make({ts_run("a.ts", loud), ts_run("b.ts", mute), ts_run("c.ts", again)});
  EXPECT_EQ(numbers_in(out()), count_up(0, 300));
  expect_even_times(out(), 0.04);
}

TEST_F(Remux, BytesThatAreNoMediaAreCorrupt) {
  std::string junk(300'000, '\0');
  std::uint32_t seed = 1;
  for (char& byte : junk) byte = static_cast<char>((seed = seed * 1664525U + 1013904223U) >> 24U);
  EXPECT_EQ(refuse({run_of("junk", junk)}).code, Errc::corrupt);
  EXPECT_EQ(refuse({run_of("empty", "")}).code, Errc::corrupt);
  EXPECT_EQ(refuse({run_of("html", "<html><body>502 Bad Gateway</body></html>")}).code, Errc::corrupt);
  EXPECT_EQ(refuse({}).code, Errc::invalid);
}

TEST_F(Remux, APlaylistAmongTheBytesIsNeverFollowed) {
  ts_run("secret.ts", {});
  const std::string playlist =
      "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + path("secret.ts") + "\n#EXT-X-ENDLIST\n";
  EXPECT_EQ(refuse({run_of("list", playlist)}).code, Errc::corrupt);
  EXPECT_EQ(refuse({run_of("concat", "ffconcat version 1.0\nfile '" + path("secret.ts") + "'\n")}).code,
            Errc::corrupt);
}

TEST_F(Remux, DamageInTheMiddleCostsOnlyWhatItHits) {
  ts_run("a.ts", {});
  std::string bytes = bytes_of(path("a.ts"));
  const std::size_t middle = bytes.size() / 2;
  for (std::size_t i = middle; i < middle + 5'000; ++i) bytes[i] = 'x';
  const RemuxReport report = make({run_of("hurt.ts", bytes)});
  const auto info = probe(out());
  ASSERT_TRUE(info) << info.error().text;
  EXPECT_EQ(info->video_packets + info->audio_packets, report.video_packets + report.audio_packets);
  const auto numbers = numbers_in(out());
  const auto whole = count_up(0, 100);
  ASSERT_GT(numbers.size(), 200U);
  EXPECT_TRUE(std::equal(whole.begin(), whole.end(), numbers.begin()));
  EXPECT_EQ(numbers.back(), 249);
}

}  // namespace
}  // namespace rec::media
