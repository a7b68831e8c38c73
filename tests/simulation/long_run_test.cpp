// What happens to a program that runs for months: settings change, platforms refuse, nights pass.
#include <gtest/gtest.h>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(LongRun, TelegramSwitchedOffForAWhileLosesNoPost) {
  Program program("switched-off");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "first", "1"}};
  program.world.telegram_away = true;
  program.run_for(seconds(15));
  program.settings.session_policy.publish = false;  // the keys are taken out of the file, and put back
  program.run_for(seconds(100));
  EXPECT_EQ(program.stored().sessions.size(), 1u) << "it waits for Telegram";
  program.settings.session_policy.publish = true;
  program.world.telegram_away = false;
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(program.history().size(), 1u);
}

TEST(LongRun, TelegramSetUpWhileASessionIsRecordedPostsAllOfIt) {
  Program program("switched-on");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 15, 0, "first", "1"}};
  program.settings.session_policy.publish = false;
  program.run_for(seconds(20));
  program.settings.session_policy.publish = true;
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(LongRun, AChannelThatGivesNothingLeavesNoTraceInTheChat) {
  Program program("denied");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 3 * 1800, 0, "first", "1"}};
  program.world.denied = true;
  program.run_for(hours(4));
  EXPECT_TRUE(program.world.posts.empty());
  EXPECT_LE(program.history().size() + program.stored().sessions.size(), 1u);
}

TEST(LongRun, ABroadcastThatOpensUpLaterIsRecordedFromThere) {
  Program program("opens-up");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 600, 0, "first", "1"}};
  program.world.denied = true;
  program.run_for(minutes(5));
  program.world.denied = false;
  program.run_for(minutes(30));
  EXPECT_FALSE(program.world.posts.empty());
  EXPECT_EQ(program.history().size(), 1u);
}

TEST(LongRun, AfterANightTodaysBroadcastIsASessionOfItsOwn) {
  Program program("night");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 1000, 0, "yesterday", "1"},
                              {t + hours(10), 9, 0, "today", "2"}};
  program.run_for(seconds(30));  // and then the machine is off
  program.skip(hours(10) - seconds(28));
  program.run_for(minutes(10));
  ASSERT_EQ(program.history().size(), 2u);
  EXPECT_EQ(program.posted_media_of("today"), media_of(program.world.broadcasts[1]));
  EXPECT_NE(program.history()[0].id, program.history()[1].id);
}

TEST(LongRun, ADropThatWasOverInTimeStaysOneSessionThoughTheProgramWasKilledBeforeItHeardOfIt) {
  Program program("drop-and-kill");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "before", "1"}, {t + seconds(45), 30, 0, "behind", "2"}};
  program.run_for(seconds(46));  // it is back, but no segment has come yet; the grace period is 30 s
  program.skip(seconds(10));
  program.run_for(minutes(10));
  EXPECT_EQ(program.history().size(), 1u);
  EXPECT_EQ(program.posted_media_of("behind"), media_of(program.world.broadcasts[1]));
}

TEST(LongRun, WhatIsOverLeavesTheMemory) {
  Program program("months");
  const Instant t = program.now();
  for (int day = 0; day < 30; ++day) {
    program.world.broadcasts.push_back(
        {t + hours(day) + seconds(5), 5, 0, "b" + std::to_string(day), std::to_string(day)});
  }
  program.run_for(hours(31));
  EXPECT_EQ(program.history().size(), 30u);
  EXPECT_EQ(program.sessions_in_memory(), 0u);
}

TEST(LongRun, AClockThatWasSetBackFreezesNoRetry) {
  Program program("set-back");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "first", "1"}};
  program.world.telegram_away = true;
  program.run_for(seconds(120));
  program.skip(-hours(48));
  program.world.telegram_away = false;
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

}  // namespace
}  // namespace rec::simulation
