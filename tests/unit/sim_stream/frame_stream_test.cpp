// The test stream: numbers survive the encoder, segments stand alone, the same options give the same bytes.
#include "sim/stream/frame_stream.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "sim/stream/frame_pattern.hpp"

namespace rec::sim {
namespace {

std::vector<int> count_up(int first, int count) {
  std::vector<int> out(static_cast<std::size_t>(count));
  std::iota(out.begin(), out.end(), first);
  return out;
}

class StreamFile {
 public:
  explicit StreamFile(const std::string& bytes) {
    char name[] = "/tmp/rec_stream_XXXXXX";
    const int fd = mkstemp(name);
    if (fd >= 0) close(fd);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~StreamFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string joined(const std::vector<TsSegment>& segments) {
  std::string out;
  for (const TsSegment& segment : segments) out += segment.bytes;
  return out;
}

TEST(FramePattern, EveryNumberReadsBackAndAnEmptyPictureIsNone) {
  std::vector<std::uint8_t> luma(320 * 180, 16);
  const LumaPlane plane{luma.data(), 320, 320, 180};
  EXPECT_EQ(read_frame(plane), -1);
  std::fill(luma.begin(), luma.end(), 235);
  EXPECT_EQ(read_frame(plane), -1);
  std::fill(luma.begin(), luma.end(), 128);
  EXPECT_EQ(read_frame(plane), -1);
  for (int number : {0, 1, 2, 255, 256, 65535, 1234567, 16777215}) {
    draw_frame(plane, number);
    EXPECT_EQ(read_frame(plane), number);
  }
}

TEST(FramePattern, ADamagedBlockIsNoticed) {
  std::vector<std::uint8_t> luma(320 * 180, 16);
  const LumaPlane plane{luma.data(), 320, 320, 180};
  draw_frame(plane, 4711);
  for (int y = 0; y < 22; ++y) {
    for (int x = 0; x < 40; ++x) luma[static_cast<std::size_t>(y * 320 + x)] ^= 0xFFU;
  }
  EXPECT_EQ(read_frame(plane), -1);
}

TEST(FrameStream, EveryFrameOfAllSegmentsReadsBackInOrder) {
  StreamOptions options;
  options.segments = 4;
  options.first_frame = 777;
  const auto segments = make_stream(options);
  ASSERT_TRUE(segments) << segments.error().text;
  ASSERT_EQ(segments->size(), 4U);
  EXPECT_EQ((*segments)[1].first_frame, 827);
  EXPECT_EQ((*segments)[1].frames, 50);
  EXPECT_EQ((*segments)[1].duration, std::chrono::seconds(2));
  const StreamFile file(joined(*segments));
  const auto numbers = read_frame_numbers(file.path());
  ASSERT_TRUE(numbers) << numbers.error().text;
  EXPECT_EQ(*numbers, count_up(777, 200));
}

TEST(FrameStream, EachSegmentPlaysAlone) {
  StreamOptions options;
  options.segments = 3;
  options.segment_seconds = 1;
  const auto segments = make_stream(options);
  ASSERT_TRUE(segments) << segments.error().text;
  for (const TsSegment& segment : *segments) {
    EXPECT_EQ(segment.bytes.size() % 188, 0U);
    EXPECT_EQ(segment.bytes[0], 0x47);
    const StreamFile file(segment.bytes);
    const auto numbers = read_frame_numbers(file.path());
    ASSERT_TRUE(numbers) << numbers.error().text;
    EXPECT_EQ(*numbers, count_up(segment.first_frame, segment.frames));
  }
}

TEST(FrameStream, TheSameOptionsGiveTheSameBytesAndAnotherFirstFrameOthers) {
  StreamOptions options;
  options.segments = 2;
  const auto one = make_stream(options);
  const auto two = make_stream(options);
  options.first_frame = 1;
  const auto three = make_stream(options);
  ASSERT_TRUE(one && two && three);
  EXPECT_EQ(joined(*one), joined(*two));
  EXPECT_NE(joined(*one), joined(*three));
}

TEST(FrameStream, TheBitrateIsAboutWhatWasAsked) {
  for (int bitrate : {300'000, 1'000'000}) {
    StreamOptions options;
    options.segments = 5;
    options.bitrate = bitrate;
    const auto segments = make_stream(options);
    ASSERT_TRUE(segments);
    const double measured = static_cast<double>(joined(*segments).size()) * 8 / 10;
    EXPECT_GT(measured, bitrate * 0.8);
    EXPECT_LT(measured, bitrate * 1.3 + 150'000);  // sound and the container on top
  }
}

TEST(FrameStream, TimestampsMayWrapOnTheWay) {
  StreamOptions options;
  options.segments = 3;
  options.first_pts90k = (std::int64_t{1} << 33) - 3 * 90'000;
  const auto segments = make_stream(options);
  ASSERT_TRUE(segments) << segments.error().text;
  const StreamFile file(joined(*segments));
  const auto numbers = read_frame_numbers(file.path());
  ASSERT_TRUE(numbers) << numbers.error().text;
  EXPECT_EQ(*numbers, count_up(0, 150));
}

TEST(FrameStream, FragmentedMp4CarriesTheSameFramesBehindItsInit) {
  StreamOptions options;
  options.segments = 3;
  options.first_frame = 90;
  const auto stream = make_fmp4_stream(options);
  ASSERT_TRUE(stream) << stream.error().text;
  EXPECT_EQ(stream->init.substr(4, 4), "ftyp");
  EXPECT_NE(stream->init.find("moov"), std::string::npos);
  EXPECT_EQ(stream->segments[0].bytes.substr(4, 4), "moof");
  const StreamFile file(stream->init + joined(stream->segments));
  const auto numbers = read_frame_numbers(file.path());
  ASSERT_TRUE(numbers) << numbers.error().text;
  EXPECT_EQ(*numbers, count_up(90, 150));
  const StreamFile last(stream->init + stream->segments[2].bytes);
  const auto alone = read_frame_numbers(last.path());
  ASSERT_TRUE(alone) << alone.error().text;
  EXPECT_EQ(*alone, count_up(190, 50));
}

TEST(FrameStream, HevcCarriesTheSameFramesTwiceAlike) {
  StreamOptions options;
  options.codec = VideoCodec::hevc;
  options.segments = 2;
  options.segment_seconds = 1;
  const auto one = make_stream(options);
  const auto two = make_stream(options);
  ASSERT_TRUE(one) << one.error().text;
  EXPECT_EQ(joined(*one), joined(*two));
  const StreamFile file((*one)[1].bytes);
  const auto numbers = read_frame_numbers(file.path());
  ASSERT_TRUE(numbers) << numbers.error().text;
  EXPECT_EQ(*numbers, count_up(25, 25));
}

TEST(FrameStream, OptionsThatCannotWorkAreRefused) {
  StreamOptions odd;
  odd.width = 321;
  EXPECT_EQ(make_stream(odd).error().code, Errc::invalid);
  StreamOptions slow;
  slow.fps = 0;
  EXPECT_EQ(make_stream(slow).error().code, Errc::invalid);
  EXPECT_EQ(read_frame_numbers("/nonexistent/file.ts").error().code, Errc::not_found);
}

}  // namespace
}  // namespace rec::sim
