// The arithmetic of timelines, without any media.
#include "media_av/timeline.hpp"

#include <gtest/gtest.h>

namespace rec::media {
namespace {

std::vector<TrackClock> picture_and_sound() {
  return {{{1, 90'000}, 3600, false}, {{1, 44'100}, 1024, true}};
}

TEST(Timeline, TheEarliestOfTheTracksBeginsAtZeroAndTheDistanceStays) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{900'000, 892'800}, {44'100 * 10 + 441, 44'100 * 10 + 441}});
  const PacketTimes picture = timeline.place(0, {900'000, 892'800, 3600});
  EXPECT_EQ(picture.pts, 0);
  EXPECT_EQ(picture.dts, -7200);
  EXPECT_EQ(timeline.place(1, {44'100 * 10 + 441, 44'100 * 10 + 441, 1024}).pts, 441);
}

TEST(Timeline, RoundedSoundTimesBecomeEven) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{kNoTime, kNoTime}, {0, 0}});
  std::int64_t jitter[] = {0, 1, -1, 2, 0, -2, 1};
  for (int i = 0; i < 7; ++i) {
    const std::int64_t at = i * 1024 + jitter[i];
    EXPECT_EQ(timeline.place(1, {at, at, 1024}).dts, i * 1024);
  }
}

TEST(Timeline, ARealHoleInTheSoundIsKeptWhileThePictureGoesOn) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{0, 0}, {0, 0}});
  for (int i = 0; i < 500; ++i) timeline.place(0, {i * 3600, i * 3600, 3600});
  timeline.place(1, {0, 0, 1024});
  EXPECT_EQ(timeline.place(1, {44'100 * 15, 44'100 * 15, 1024}).pts, 44'100 * 15);
}

TEST(Timeline, BothTracksGoOverAJumpByTheSameAmount) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{0, 0}, {0, 0}});
  for (int i = 0; i < 50; ++i) timeline.place(0, {i * 3600, i * 3600, 3600});
  for (int i = 0; i < 80; ++i) timeline.place(1, {i * 1024, i * 1024, 1024});
  const std::int64_t hour = 3600;
  EXPECT_EQ(timeline.place(0, {hour * 90'000, hour * 90'000, 3600}).pts, 50 * 3600);
  // Sound from before the jump, still on its way, is not moved.
  EXPECT_EQ(timeline.place(1, {80 * 1024, 80 * 1024, 1024}).pts, 80 * 1024);
  const std::int64_t later = hour * 44'100 + 4'410;
  EXPECT_NEAR(static_cast<double>(timeline.place(1, {later, later, 1024}).pts), 2.1 * 44'100, 1.0);
}

TEST(Timeline, AHoleOfJustOverTenSecondsKeepsSoundAndPictureTogether) {
  for (const double hole : {9.9, 10.01, 10.08, 10.2, 10.5, 12.0}) {
    Timeline timeline(picture_and_sound());
    timeline.begin_run({{0, 0}, {0, 0}});
    const auto frame = [&](double at) {
      const auto ticks = static_cast<std::int64_t>(at * 90'000);
      return static_cast<double>(timeline.place(0, {ticks, ticks, 3600}).pts) / 90'000;
    };
    const auto sound = [&](double at) {
      const auto ticks = static_cast<std::int64_t>(at * 44'100);
      return static_cast<double>(timeline.place(1, {ticks, ticks, 1024}).pts) / 44'100;
    };
    constexpr double kFrame = 0.04;
    constexpr double kSound = 1024.0 / 44'100;
    constexpr double kLag = 0.25;  // the sound lies that much behind the pictures in the bytes
    double heard = 0;
    const auto play = [&](double from, double until) {
      double apart = 0;
      heard = std::max(heard, from);
      for (double at = from; at < until; at += kFrame) {
        const double moved = frame(at) - at;
        for (; heard < at - kLag; heard += kSound) apart = sound(heard) - heard - moved;
      }
      return apart;
    };
    play(0, 20);
    EXPECT_NEAR(play(20 + hole, 60), 0, 0.1) << hole;
  }
}

TEST(Timeline, DecodingTimesAlwaysRise) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{0, 0}, {kNoTime, kNoTime}});
  timeline.place(0, {3600, 3600, 3600});
  const PacketTimes same = timeline.place(0, {3600, 3600, 3600});
  EXPECT_EQ(same.dts, 3601);
  EXPECT_GE(same.pts, same.dts);
  EXPECT_GT(timeline.place(0, {1800, 1800, 3600}).dts, 3601);
}

TEST(Timeline, ARunThatReordersFurtherStillDecodesAfterTheOneBefore) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{0, 0}, {kNoTime, kNoTime}});
  timeline.place(0, {0, 0, 3600});
  timeline.begin_run({{100'000, 80'000}, {kNoTime, kNoTime}});
  const PacketTimes first = timeline.place(0, {100'000, 80'000, 3600});
  EXPECT_GT(first.dts, 0);
  EXPECT_EQ(first.pts - first.dts, 20'000);
}

TEST(Timeline, AMissingTimeIsFilledIn) {
  Timeline timeline(picture_and_sound());
  timeline.begin_run({{0, 0}, {0, 0}});
  timeline.place(0, {0, 0, 3600});
  const PacketTimes filled = timeline.place(0, {kNoTime, kNoTime, 0});
  EXPECT_EQ(filled.dts, 3600);
  EXPECT_EQ(filled.duration, 3600);
}

}  // namespace
}  // namespace rec::media
