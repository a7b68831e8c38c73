// When a live playlist is loaded next.
#include "capture/reload_schedule.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace rec::capture {
namespace {

using namespace std::chrono_literals;
constexpr SteadyTime kStart{1000s};

/// How long after the last failure the next load comes, after so many in a row.
std::chrono::nanoseconds pause_after(int failures, Micros target, double spread = 0) {
  ReloadSchedule schedule(kStart, spread);
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

TEST(ReloadScheduleTest, C22_BehindANewSegmentItsTimePassesAndBehindNoneHalfOfThat) {
  const auto pause = [](bool changed, Micros target, Micros last) {
    ReloadSchedule schedule(kStart);
    schedule.loaded(changed, target, last, kStart);
    return schedule.due() - kStart;
  };
  EXPECT_EQ(pause(true, 6s, 6s), 6s);
  EXPECT_EQ(pause(false, 6s, 6s), 3s);
  EXPECT_EQ(pause(true, 6s, 2s), 2s) << "Twitch announces six seconds, and its segments have two";
  EXPECT_EQ(pause(false, 6s, 2s), 1s);
  EXPECT_EQ(pause(true, 4s, 0s), 4s) << "an empty window";
  EXPECT_EQ(pause(false, 4s, 0s), 2s);
  EXPECT_EQ(pause(true, 2s, 30s), 2s) << "a segment that is longer than was announced";
  EXPECT_EQ(pause(true, 1s, 1s), 1s);
  EXPECT_EQ(pause(false, 1s, 1s), 500ms);
  EXPECT_EQ(pause(false, 1s, 100ms), 500ms) << "not more often than that";
}

TEST(ReloadScheduleTest, C22_TheTimeThatLoadsTakeDoesNotAddUp) {
  ReloadSchedule schedule(kStart);
  for (int i = 0; i < 1000; ++i) schedule.loaded(i % 2 == 0, 2s, 2s, schedule.due() + 300ms);
  EXPECT_EQ(schedule.due() - kStart, 500 * 2s + 500 * 1s);
  const auto late = schedule.due() + 5s;
  schedule.loaded(true, 2s, 2s, late);
  EXPECT_EQ(schedule.due(), late) << "the next one at once, and none of what was missed is made up for";
  schedule.loaded(true, 2s, 2s, late + 100ms);
  EXPECT_EQ(schedule.due(), late + 2s);
}

TEST(ReloadScheduleTest, C31_HundredsOfChannelsDoNotAskAServerThatComesBackInTheSameInstant) {
  for (const int failures : {1, 3, 9}) {
    std::map<std::int64_t, int> in_ten_ms;
    for (int i = 0; i < 300; ++i) {
      const auto pause = pause_after(failures, 6s, spread_of("twitch:channel" + std::to_string(i)));
      EXPECT_LE(pause, pause_after(failures, 6s)) << "nobody waits for longer";
      EXPECT_GE(pause, pause_after(failures, 6s) / 2);
      ++in_ten_ms[pause / 10ms];
    }
    for (const auto& [when, count] : in_ten_ms) EXPECT_LE(count, 30) << failures << " " << when;
  }
  EXPECT_GE(own_pause(2s, 30s, 0.5), 30s) << "as long as the server asks for at least";
  EXPECT_NE(own_pause(2s, 30s, 0.5), own_pause(2s, 30s, 0.25));
  EXPECT_EQ(spread_of("twitch:a"), spread_of("twitch:a")) << "a simulation is replayed by its seed";
}

}  // namespace
}  // namespace rec::capture
