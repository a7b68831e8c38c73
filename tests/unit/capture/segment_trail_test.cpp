// What is missing by what ffmpeg says of the segments that it opens.
#include "capture/segment_trail.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rec::capture {
namespace {

using std::chrono::seconds;

/// Runs of ffmpeg: a segment each two seconds, the first three at once.
class TrailScript {
 public:
  explicit TrailScript(std::string names) : names_(std::move(names)) {}

  void open(int number) {
    const auto line = fmt::format("[hls @ 0x55d0] Opening '{}' for reading", url(number));
    if (const auto missing = trail.read(line, now)) told.push_back(*missing);
  }
  void run(int first, int last) {
    trail.begin_run();
    for (int i = first; i <= last; ++i) {
      if (i > first + 2) now += seconds{2};
      open(i);
    }
  }
  void say(const std::string& line) {
    if (const auto missing = trail.read(line, now)) told.push_back(*missing);
  }
  [[nodiscard]] std::string url(int number) const {
    return fmt::format(fmt::runtime(names_), fmt::arg("n", number), fmt::arg("hash", number * 7'919'777LL));
  }

  SegmentTrail trail;
  SteadyTime now{seconds{1'000}};
  std::vector<SegmentTrail::Missing> told;

 private:
  std::string names_;
};

const std::string kNumbered = "https://e.example/live/seg{n}.ts?token={hash}";
const std::string kOpaque = "https://e.example/v1/segment/{hash:x}-x.ts";

TEST(SegmentTrail, ARunThatBeginsWithinWhatTheOneBeforeHadMissesNothing) {
  for (const auto& names : {kNumbered, kOpaque}) {
    TrailScript script(names);
    script.run(10, 40);
    script.now += seconds{5};
    script.run(39, 60);
    EXPECT_TRUE(script.told.empty()) << names;
  }
}

TEST(SegmentTrail, WhatLiesBetweenTwoRunsIsCountedByTheNumbersInTheNames) {
  TrailScript script(kNumbered);
  script.run(10, 40);
  script.now += seconds{60};
  script.run(68, 70);
  ASSERT_EQ(script.told.size(), 1U);
  EXPECT_EQ(script.told[0].duration, seconds{54});
  EXPECT_EQ(script.told[0].cause, GapCause::window_slid);
}

TEST(SegmentTrail, YouTubesSegmentsAreCountedWhateverElseTheirUrlsSay) {
  TrailScript script(
      "https://r{hash}.example/videoplayback/expire/{hash}/id/abc.1/itag/96/sq/{n}/file/seg.ts");
  script.run(10, 40);
  script.now += seconds{30};
  script.run(53, 55);
  ASSERT_EQ(script.told.size(), 1U);
  EXPECT_EQ(script.told[0].duration, seconds{24});
}

TEST(SegmentTrail, WhereNamesSayNothingTheClockDoes) {
  TrailScript script(kOpaque);
  script.run(10, 40);
  script.now += seconds{60};
  script.run(68, 70);
  ASSERT_EQ(script.told.size(), 1U);
  EXPECT_EQ(script.told[0].duration, seconds{54}) << "a run begins three segments before the end";
  TrailScript quick(kOpaque);
  quick.run(10, 40);
  quick.now += seconds{6};
  quick.run(41, 43);
  EXPECT_TRUE(quick.told.empty());
}

TEST(SegmentTrail, NamesThatAreNumberedByTheTimeMissNoMoreThanTheClockSays) {
  TrailScript script("https://e.example/live/{n}00000.ts");
  script.run(10, 40);
  script.now += seconds{20};
  script.run(48, 50);
  ASSERT_EQ(script.told.size(), 1U);
  EXPECT_EQ(script.told[0].duration, seconds{20});
}

TEST(SegmentTrail, WhatARestartLeftOutIsToldByItsAge) {
  TrailScript script(kNumbered);
  script.trail.go_on_from(script.now - seconds{600});
  script.run(400, 410);
  ASSERT_EQ(script.told.size(), 1U);
  EXPECT_NEAR(std::chrono::duration<double>(script.told[0].duration).count(), 600, 15);
}

TEST(SegmentTrail, WhatFfmpegHadToSkipIsMissing) {
  TrailScript script(kNumbered);
  script.run(10, 40);
  script.say("frame= 9 speed=1x    [hls @ 0x55d0] skipping 3 segments ahead, expired from playlists");
  script.say("[hls @ 0x77ff] skipping 3 segments ahead, expired from playlists");  // the sound beside it
  script.say("[hls @ 0x55d0] Failed to open segment 44 of playlist 0");
  script.say("[hls @ 0x55d0] Segment 44 of playlist 0 failed too many times, skipping");
  ASSERT_EQ(script.told.size(), 2U);
  EXPECT_EQ(script.told[0].duration, seconds{6});
  EXPECT_EQ(script.told[1].duration, seconds{2});
  EXPECT_EQ(script.told[1].cause, GapCause::fetch_failed);
}

TEST(SegmentTrail, PlaylistsAreNoSegmentsAndNonsenseIsNothing) {
  TrailScript script(kNumbered);
  script.run(10, 40);
  script.now += seconds{60};
  script.trail.begin_run();
  script.say("[https @ 0x1] Opening 'https://e.example/live/index.m3u8?a=b' for reading");
  EXPECT_FALSE(script.trail.told());
  for (const auto* line :
       {"", "Opening '", "Opening '' for reading", "[hls @ ", "[hls @ 0x55d0] skipping",
        "[hls @ 0x55d0] skipping -3 segments ahead, expired from playlists",
        "[hls @ 0x55d0] skipping 99999999999999999999 segments ahead, expired from playlists"})
    script.say(line);
  EXPECT_TRUE(script.told.empty());
}

}  // namespace
}  // namespace rec::capture
