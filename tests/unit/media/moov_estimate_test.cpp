// The room kept for the index: enough nearly always, and what happens where it is not.
#include "media_av/moov_estimate.hpp"

#include <algorithm>

#include "media_av/frame_count.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::boxes_of;
using testing::bytes_of;
using testing::count_up;
using testing::numbers_in;

class MoovEstimate : public testing::MediaTest {
 protected:
  std::uint64_t moov_of(const std::string& file) const {
    const std::string bytes = bytes_of(file);
    const std::size_t at = bytes.find("moov") - 4;
    std::uint64_t size = 0;
    for (std::size_t i = 0; i < 4; ++i) size = size << 8U | static_cast<unsigned char>(bytes[at + i]);
    return size;
  }
  // The muxer leaves a small free box of its own; a second one is what remains of the reserve.
  bool written_once(const std::string& file) const {
    const std::vector<std::string> boxes = boxes_of(file);
    return boxes.size() > 2 && boxes[1] == "moov" && std::ranges::count(boxes, "free") == 2;
  }
  MediaRun fmp4_run(const std::string& name, const sim::StreamOptions& options) const {
    const auto stream = sim::make_fmp4_stream(options);
    if (!stream) throw std::runtime_error(stream.error().text);
    std::string bytes = stream->init;
    for (const sim::TsSegment& segment : stream->segments) bytes += segment.bytes;
    return run_of(name, bytes);
  }
  static std::uint64_t estimate(const std::vector<MediaRun>& runs, const std::string& title) {
    const auto first = RunSource::open(runs.front(), "first");
    if (!first) throw std::runtime_error(first.error().text);
    return estimate_moov(**first, runs, title);
  }
  /// The run `times` over, as extents of the same file.
  static std::vector<MediaRun> repeated(const MediaRun& run, int times) {
    return std::vector<MediaRun>(static_cast<std::size_t>(times), run);
  }
};

sim::StreamOptions lively() {
  sim::StreamOptions options;
  options.segments = 3;
  options.bitrate = 2'000'000;
  options.segment_seconds = 1;
  return options;
}

TEST_F(MoovEstimate, IsEnoughAndNotMuchMoreForStreamsLargerThanTheHeadThatIsRead) {
  for (const std::vector<MediaRun>& runs :
       {repeated(ts_run("a.ts", lively()), 20), repeated(fmp4_run("a.mp4", lively()), 20)}) {
    const auto part = make_part_file({runs, path("p.mp4"), "title"});
    ASSERT_TRUE(part) << part.error().text;
    EXPECT_TRUE(written_once(part->path));
    const std::uint64_t needed = moov_of(part->path);
    const std::uint64_t kept = estimate(runs, "title");
    EXPECT_GE(kept, needed + 8);
    EXPECT_LE(kept, needed * 3 / 2 + 10'000);
    EXPECT_EQ(probe(part->path)->video_packets, 20 * 75);
  }
}

TEST_F(MoovEstimate, OfAStreamWhosePicturesGetSmallerComesFromWhereTheyAre) {
  sim::StreamOptions quiet = lively();
  quiet.bitrate = 1'200'000;
  quiet.segments = 30;
  quiet.first_frame = 75;
  std::vector<MediaRun> runs = repeated(ts_run("a.ts", lively()), 8);
  runs.push_back(ts_run("b.ts", quiet));
  const auto part = make_part_file({runs, path("p.mp4"), ""});
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_TRUE(written_once(part->path));
  EXPECT_EQ(part->bytes, std::filesystem::file_size(part->path));
}

TEST_F(MoovEstimate, SoundAloneIsWrittenOnceToo) {
  sim::StreamOptions options;
  options.video = false;
  const auto part = make_part_file({repeated(ts_run("a.ts", options), 20), path("p.mp4"), ""});
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_TRUE(written_once(part->path));
}

// Two seconds in which the sound has hardly begun tell nothing of what it will need.
TEST_F(MoovEstimate, WhereItIsTooSmallThePartIsTheSameButWrittenTwice) {
  sim::StreamOptions mute;
  mute.segments = 1;
  mute.audio_delay90k = 170'000;
  sim::StreamOptions loud;
  loud.segments = 25;
  loud.first_frame = 50;
  const std::vector<MediaRun> runs = {ts_run("a.ts", mute), ts_run("b.ts", loud)};
  const auto part = make_part_file({runs, path("p.mp4"), ""});
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_LT(estimate(runs, ""), moov_of(part->path)) << "this no longer tries what it is for";
  EXPECT_FALSE(written_once(part->path));
  const std::vector<std::string> boxes = boxes_of(part->path);
  EXPECT_LT(std::ranges::find(boxes, "moov"), std::ranges::find(boxes, "mdat"));
  EXPECT_EQ(numbers_in(part->path), count_up(0, 1'300));
  EXPECT_EQ(*make_part_file({runs, path("p.mp4"), ""}), *part);
}

TEST_F(MoovEstimate, WhatWasLookedIntoIsStillHandedOutAllOfIt) {
  sim::StreamOptions options = lively();
  options.segments = 5;
  const MediaRun run = ts_run("a.ts", options);
  const auto plain = RunSource::open(run, "plain");
  const auto looked = RunSource::open(run, "looked");
  ASSERT_TRUE(plain && looked);
  const auto before = (*looked)->starts();
  EXPECT_GT((*looked)->look_ahead(200'000).size(), 20U);
  EXPECT_EQ((*looked)->starts()[0].first_dts, before[0].first_dts);
  for (;;) {
    const auto one = (*plain)->next();
    const auto other = (*looked)->next();
    ASSERT_TRUE(one && other);
    ASSERT_EQ(one->packet == nullptr, other->packet == nullptr);
    if (!one->packet) break;
    EXPECT_EQ(one->packet->dts, other->packet->dts);
    EXPECT_EQ(one->packet->size, other->packet->size);
  }
}

TEST_F(MoovEstimate, FramesAreCountedTheSameHoweverTheyLieInExtents) {
  const MediaRun run = ts_run("a.ts", lively());
  ExtentBytes whole({run});
  MediaRun pieces;
  for (std::uint64_t at = 0; at < run.extents[0].bytes; at += 50'001) {
    pieces.extents.push_back(
        {run.extents[0].file, at, std::min<std::uint64_t>(50'001, run.extents[0].bytes - at)});
  }
  ExtentBytes split({pieces});
  EXPECT_GT(count_frames(whole), 70);
  EXPECT_EQ(count_frames(whole), count_frames(split));
  ExtentBytes fragments({fmp4_run("a.mp4", lively())});
  EXPECT_NEAR(count_frames(fragments), 75 + 3 * 48'000 / 1024, 3);
}

}  // namespace
}  // namespace rec::media
