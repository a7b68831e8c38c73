// When a live playlist is loaded next.
#include "capture/reload_schedule.hpp"

#include <gtest/gtest.h>

namespace rec::capture {
namespace {

using namespace std::chrono_literals;
constexpr SteadyTime kStart{1000s};

/// How long after the last failure the next load comes, after so many in a row.
std::chrono::nanoseconds pause_after(int failures, Micros target) {
  ReloadSchedule schedule(kStart);
  schedule.loaded(true, target, target, kStart);
  for (int i = 0; i < failures; ++i) schedule.failed(0ms, kStart);
  return schedule.due() - kStart;
}

TEST(ReloadScheduleTest, AnOutageIsAskedOverAtTheStreamsOwnPaceSoThatItsEndIsNoticedBeforeTheWindowHasGone) {
  EXPECT_EQ(pause_after(1, 2s), 500ms);
  EXPECT_EQ(pause_after(2, 2s), 1s);
  EXPECT_EQ(pause_after(9, 2s), 2s);
  EXPECT_EQ(pause_after(9, 1s), 2s) << "not more often than that";
  EXPECT_EQ(pause_after(9, 6s), 6s);
  EXPECT_EQ(pause_after(9, 60s), 8s);
}

TEST(ReloadScheduleTest, WhatAServerAsksForIsWaited) {
  ReloadSchedule schedule(kStart);
  schedule.failed(20s, kStart);
  EXPECT_EQ(schedule.due() - kStart, 20s);
}

}  // namespace
}  // namespace rec::capture
