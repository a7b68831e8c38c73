// What live streams do, told to the whole program: flapping, an API that forgets, kills around a closed
// window.
#include <gtest/gtest.h>

#include <algorithm>

#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

Micros missing_in(Program& program) {
  Micros missing{0};
  for (const auto& session : program.history()) {
    for (const Gap& gap : program.gaps_of(session.id)) missing += gap.duration;
  }
  return missing;
}

TEST(Cases, C65_AKillAtAnyStepAfterTheWindowHasPassedLeavesOneGapOfItsTrueLength) {
  const auto go = [](Program& program, int fuse) {
    program.world.broadcasts = {{program.now() + seconds(5), 40, 7, "only", "1"}};
    program.run_for(seconds(26));  // ten segments, then killed
    program.skip(seconds(30));     // nobody runs: the window of six segments moves on
    program.world.fuse = fuse;
    program.world.steps = 0;
    program.run_until(program.now() + seconds(400), seconds(1));
  };
  Program untouched("window");
  go(untouched, -1);
  const int steps = untouched.world.steps;
  ASSERT_GT(steps, 50);
  for (int k = -1; k < std::min(steps, 60); k = next_crash(k)) {
    SCOPED_TRACE(::testing::Message() << "killed at step " << k);
    Program program("window");
    go(program, k);
    ASSERT_EQ(program.history().size(), 1U);
    const auto gaps = program.gaps_of(program.history()[0].id);
    ASSERT_EQ(gaps.size(), 1U);
    EXPECT_EQ(gaps[0].cause, GapCause::window_slid);
    const std::string posted = program.posted_media();
    EXPECT_EQ(gaps[0].duration, seconds(2) * (40 - std::ranges::count(posted, '<')));
    EXPECT_EQ(gaps[0].from_sequence, 17) << "numbering goes on";
    const auto parts = program.history()[0].parts;
    for (std::size_t i = 0; i < parts.size(); ++i) EXPECT_EQ(parts[i].number, static_cast<int>(i) + 1);
    if (testing::Test::HasFailure()) break;
  }
}

/// One broadcast that is on for eight seconds and off for four, ten times; all that it sent.
std::string flap_ten_times(Program& program) {
  const Instant t = program.now();
  std::string all;
  for (int i = 0; i < 10; ++i) {
    program.world.broadcasts.push_back(
        {t + seconds(5 + 12 * i), 4, 0, std::string(1, static_cast<char>('a' + i)), "77"});
    all += media_of(program.world.broadcasts.back());
  }
  program.run_for(minutes(10));
  return all;
}

TEST(Cases, C68_FlappingTenTimesInTwoMinutesIsOneSessionInOnePiece) {
  Program program("flap");
  program.world.codecs = "avc1:01";
  program.settings.part_limits.duration = minutes(10);
  const std::string all = flap_ten_times(program);
  ASSERT_EQ(program.history().size(), 1U);
  const auto session = program.history()[0];
  EXPECT_EQ(program.posted_media(), all);
  ASSERT_EQ(session.parts.size(), 1U) << "no crumbs";
  EXPECT_EQ(session.parts[0].state, session::PartState::posted);
  EXPECT_EQ(program.world.captures, 10);
}

TEST(Cases, C68_PartsOfAFlappingStreamAreContiguousWhereverTheyAreCut) {
  Program program("flap-cut");
  program.world.codecs = "avc1:01";
  program.settings.part_limits.duration = seconds(14);
  const std::string all = flap_ten_times(program);
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), all);
  const auto session = program.history()[0];
  ASSERT_EQ(session.parts.size(), 6U) << "seven segments each, and the rest";
  for (std::size_t i = 1; i < session.parts.size(); ++i)
    EXPECT_EQ(session.parts[i].first_ordinal, session.parts[i - 1].last_ordinal + 1);
}

/// Parts of five segments, groups of pictures of four.
void long_groups(Program& program) {
  program.world.codecs = "avc1:01";
  program.world.keyframe_every = 4;
  program.world.broadcasts = {{program.now() + seconds(5), 24, 0, "only", "1"}};
}

TEST(Cases, WhereGroupsOfPicturesAreLongerThanSegmentsNothingIsLostAtAPartsEndWhateverIsKilled) {
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k, 7)) {
    Program program("groups");
    long_groups(program);
    program.world.fuse = k;
    program.run_until(program.now() + minutes(5), seconds(1));
    EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0])) << "crash at step " << k;
    ASSERT_EQ(program.history().size(), 1U) << "crash at step " << k;
    EXPECT_EQ(program.history()[0].parts.size(), 5U) << "crash at step " << k;
    if (k < 0) steps = program.world.steps;
    if (testing::Test::HasFailure()) return;
  }
  EXPECT_GT(steps, 50);
}

TEST(Cases, C71_AnApiThatForgetsALiveStreamForFifteenMinutesStopsNoRecording) {
  Program program("helix");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 600, 0, "only", "1"}};
  program.settings.part_limits.duration = minutes(2);
  program.world.forgets_from = t + minutes(2);
  program.world.forgets_until = t + minutes(17);
  program.run_for(minutes(30));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(program.world.captures, 1);
  EXPECT_EQ(missing_in(program), seconds(0));
}

TEST(Cases, WhatATitleDeniesIsNotRecordedWhereOnlyItsPlaylistSaysThatItIsLive) {
  for (const bool told_first : {true, false}) {
    Program program("denied");
    const Instant t = program.now();
    program.world.broadcasts = {{t + seconds(5), 40, 0, "only", "1"}};
    auto& filter = program.settings.filter_of[program.settings.channels[0].id];
    filter.title_deny = TextPattern::compile("ranked").value();
    program.world.untold = {told_first ? t + seconds(15) : t, t + seconds(40)};
    program.run_for(minutes(3));
    EXPECT_EQ(program.world.captures, 0);
    EXPECT_TRUE(program.history().empty());
  }
}

TEST(Cases, ABroadcastThatWasNotOpenedBeforeAKillIsOpenedAfterItThoughThePlatformCallsItOver) {
  Program program("unopened");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 40, 0, "only", "1"}};
  program.world.opening = seconds(3);
  program.world.forgets_from = t + seconds(8);
  program.world.forgets_until = t + minutes(10);
  program.run_for(seconds(7));
  ASSERT_EQ(program.world.captures, 0);
  program.skip(seconds(33));  // longer than the grace period
  program.run_for(minutes(3));
  const auto whole = media_of(program.world.broadcasts[0]);
  const auto posted = program.posted_media();
  ASSERT_FALSE(posted.empty()) << "its segments were listed for forty seconds yet";
  EXPECT_TRUE(whole.ends_with(posted)) << posted;
  ASSERT_EQ(program.history().size(), 1U);
}

}  // namespace
}  // namespace rec::simulation
