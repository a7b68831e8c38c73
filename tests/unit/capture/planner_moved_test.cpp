// What of a window is new when the broadcast goes on on another page (cross).
#include <gtest/gtest.h>

#include "planner_replay.hpp"

namespace rec::capture {
namespace {

// cross: YouTube's segments and Twitch's lie askew on the same clock.
TEST(Planner, WhatTheOtherPageShowsOfTheSameMinuteIsRecordedOnce) {
  Replay replay;
  replay.show(
      window_from({.first = 100, .count = 6, .directory = "/tube/", .time = kStart}));  // to second 12
  replay.restart();
  replay.moved = true;
  replay.show(window_from(
      {.first = 7, .count = 8, .directory = "/twitch/", .time = kStart + std::chrono::milliseconds{5500}}));
  ASSERT_EQ(replay.segments.size(), 6U + 5U);
  EXPECT_EQ(replay.names()[6], "2#10 /twitch/seg10.ts") << "it begins at 11.5 s";
  EXPECT_TRUE(replay.gaps.empty());
  replay.show(window_from(
      {.first = 9, .count = 8, .directory = "/twitch/", .time = kStart + std::chrono::milliseconds{9500}}));
  EXPECT_EQ(replay.segments.size(), 6U + 7U) << "from then on it is a playlist like any other";
}

TEST(Planner, WhatNeitherPageShowedIsAGap) {
  Replay replay;
  replay.show(window_from({.first = 100, .count = 6, .directory = "/tube/", .time = kStart}));
  replay.restart();
  replay.moved = true;
  replay.show(window_from(
      {.first = 7, .count = 4, .directory = "/twitch/", .time = kStart + std::chrono::seconds{40}}));
  ASSERT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(replay.gaps[0].duration, std::chrono::seconds{28});
  EXPECT_EQ(replay.gaps[0].cause, GapCause::offline);
}

}  // namespace
}  // namespace rec::capture
