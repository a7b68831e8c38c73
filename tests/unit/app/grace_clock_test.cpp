// A grace period lasts as long as it lasts, whatever is done to the wall clock meanwhile.
#include "app/grace_clock.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

using namespace std::chrono_literals;
constexpr Instant kWall{Millis(1'800'000'000'000)};
const ChannelId kSomeone{"twitch:someone"};

TEST(GraceClock, ItAgreesWithAWallClockThatIsLeftAlone) {
  GraceClock clock;
  const Instant deadline = kWall + 180s;
  for (const auto passed : {0s, 1s, 179s, 180s, 500s})
    EXPECT_EQ(clock.now(kSomeone, deadline, 180s, kWall + passed, SteadyTime(passed)), kWall + passed);
}

TEST(GraceClock, AClockThatIsSetBackDoesNotProlongAGrace) {
  GraceClock clock;
  const Instant deadline = kWall + 180s;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(0s)), deadline);
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall - 48h, SteadyTime(179s)), deadline);
  EXPECT_GE(clock.now(kSomeone, deadline, 180s, kWall - 48h, SteadyTime(180s)), deadline);
}

TEST(GraceClock, AClockThatIsSetForwardDoesNotEndOne) {
  GraceClock clock;
  const Instant deadline = kWall + 180s;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(0s)), deadline);
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall + 48h, SteadyTime(10s)), deadline);
}

TEST(GraceClock, ADeadlineFromBeforeAClockWasSetBackIsAGraceAwayAtMost) {
  GraceClock clock;
  const Instant deadline = kWall + 48h;
  EXPECT_LT(clock.now(kSomeone, deadline, 180s, kWall, SteadyTime(1000s)), deadline);
  EXPECT_GE(clock.now(kSomeone, deadline, 180s, kWall + 180s, SteadyTime(1180s)), deadline);
}

TEST(GraceClock, OneThatIsLongOverIsOver) {
  GraceClock clock;
  EXPECT_GE(clock.now(kSomeone, kWall - 1h, 180s, kWall, SteadyTime(5s)), kWall - 1h);
}

TEST(GraceClock, EachDropHasADeadlineOfItsOwn) {
  GraceClock clock;
  EXPECT_GE(clock.now(kSomeone, kWall, 180s, kWall + 1s, SteadyTime(1s)), kWall);
  const Instant next = kWall + 500s;
  EXPECT_LT(clock.now(kSomeone, next, 180s, kWall + 320s, SteadyTime(320s)), next);
  EXPECT_GE(clock.now(kSomeone, next, 180s, kWall + 320s, SteadyTime(500s)), next);
}

}  // namespace
}  // namespace rec
