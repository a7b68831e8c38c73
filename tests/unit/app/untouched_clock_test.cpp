// A grace period lasts as long as it lasts, whatever is done to the wall clock meanwhile.
#include "app/untouched_clock.hpp"

#include <gtest/gtest.h>

#include "base/ids.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
constexpr Instant kWall{Millis(1'800'000'000'000)};
const ChannelId kSomeone{"twitch:someone"};

TEST(UntouchedClock, ItAgreesWithAWallClockThatIsLeftAlone) {
  UntouchedClock<ChannelId> clock;
  const Instant deadline = kWall + 180s;
  for (const auto passed : {0s, 1s, 179s, 180s, 500s})
    EXPECT_EQ(clock.now(kSomeone, deadline, 180s, kWall + passed, SteadyTime(passed)), kWall + passed);
}

TEST(UntouchedClock, AClockThatIsSetBackDoesNotProlongAGrace) {
  UntouchedClock<ChannelId> clock;
  const Instant deadline = kWall + 180s;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(0s)), deadline);
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall - 48h, SteadyTime(179s)), deadline);
  EXPECT_GE(clock.now(kSomeone, deadline, 180s, kWall - 48h, SteadyTime(180s)), deadline);
}

TEST(UntouchedClock, AClockThatIsSetForwardDoesNotEndOne) {
  UntouchedClock<ChannelId> clock;
  const Instant deadline = kWall + 180s;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(0s)), deadline);
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall + 48h, SteadyTime(10s)), deadline);
}

TEST(UntouchedClock, ADeadlineFromBeforeAClockWasSetBackIsAGraceAwayAtMost) {
  UntouchedClock<ChannelId> clock;
  const Instant deadline = kWall + 48h;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(1000s)), deadline);
  EXPECT_GE(clock.now(kSomeone, deadline, 180s, kWall + 180s, SteadyTime(1180s)), deadline);
}

TEST(UntouchedClock, OneThatIsLongOverIsOver) {
  UntouchedClock<ChannelId> clock;
  EXPECT_GE(clock.now(kSomeone, kWall - 1h, 180s, kWall, SteadyTime(5s)), kWall - 1h);
}

TEST(UntouchedClock, WhatBeganIsAsOldAsItIsAlsoWhenTheClockWasSetByHours) {
  UntouchedClock<ChannelId> clock;
  const Instant began = kWall - 10s;
  EXPECT_EQ(clock.now(kSomeone, began, 0ms, kWall, SteadyTime(100s)) - began, 10s);
  EXPECT_EQ(clock.now(kSomeone, began, 0ms, kWall + 5h, SteadyTime(130s)) - began, 40s);
  EXPECT_EQ(clock.now(kSomeone, began, 0ms, kWall - 8h, SteadyTime(160s)) - began, 70s);
  clock.forget(kSomeone);
  EXPECT_EQ(clock.now(kSomeone, began, 0ms, kWall - 8h, SteadyTime(170s)) - began, 0s)
      << "what an earlier run noted in the future began just now";
}

TEST(UntouchedClock, EachDropHasADeadlineOfItsOwn) {
  UntouchedClock<ChannelId> clock;
  EXPECT_GE(clock.now(kSomeone, kWall, 180s, kWall + 1s, SteadyTime(1s)), kWall);
  const Instant next = kWall + 500s;
  EXPECT_LT(clock.now(kSomeone, next, 180s, kWall + 320s, SteadyTime(320s)), next);
  EXPECT_GE(clock.now(kSomeone, next, 180s, kWall + 320s, SteadyTime(500s)), next);
}

}  // namespace
}  // namespace rec
