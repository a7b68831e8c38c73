// A broadcast that is longer than a session may be: it goes on in the next one, and no crash at any step
// loses or doubles a segment.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

void endless(Program& program) {
  program.settings.session_duration = seconds(20);  // ten segments
  program.settings.part_limits.duration = seconds(8);
  program.world.broadcasts = {{program.now() + seconds(5), 35, 100, "endless", "77"}};
}

/// What was posted, by its numbers: a post that a kill left under way may come before the other session's
/// end.
std::string posted_in_order(const Program& program) {
  std::map<std::string, std::string> by_first;
  for (const SentPost& post : program.world.posts) {
    for (const std::string& content : post.contents)
      by_first[content.substr(0, content.find('>'))] += content;
  }
  std::string media;
  for (const auto& [first, content] : by_first) media += content;
  return media;
}

void expect_goes_on(Program& program, int k) {
  SCOPED_TRACE(::testing::Message() << "crash at step " << k);
  EXPECT_EQ(posted_in_order(program), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_TRUE(program.stored().outbox.empty());
  std::set<std::string> markers;
  for (const SentPost& post : program.world.posts) EXPECT_TRUE(markers.insert(post.marker).second);
  auto sessions = program.history();
  std::ranges::reverse(sessions);
  ASSERT_EQ(sessions.size(), 4U);
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const auto& session = sessions[i];
    EXPECT_EQ(session.continues, i == 0 ? SessionId() : sessions[i - 1].id);
    EXPECT_EQ(session.stream_id, "77");
    EXPECT_TRUE(program.gaps_of(session.id).empty());
    const auto first = 100 + 10 * static_cast<std::int64_t>(i);
    ASSERT_EQ(session.parts.size(), i == 3 ? 2U : 3U) << "segments 4, 4 and 2, then 4 and 1";
    EXPECT_EQ(session.parts.front().first_sequence, first);
    EXPECT_EQ(session.parts.back().last_sequence, std::min<std::int64_t>(first + 9, 134));
  }
  const auto segments = program.folder() / "data" / "segments";
  EXPECT_TRUE(!std::filesystem::exists(segments) || std::filesystem::is_empty(segments));
}

TEST(Rollover, ACrashAtAnyStepLosesAndDoublesNothing) {
  int steps = 0;
  {
    Program program("roll");
    endless(program);
    EXPECT_EQ(program.run_until(program.now() + seconds(400), seconds(1)), 0);
    expect_goes_on(program, -1);
    steps = program.world.steps;
  }
  ASSERT_GT(steps, 100);
  for (int k = 0; k < steps; k = next_crash(k)) {
    Program program("roll");
    endless(program);
    program.world.fuse = k;
    EXPECT_EQ(program.run_until(program.now() + seconds(400), seconds(1)), 1) << "crash at step " << k;
    expect_goes_on(program, k);
    if (testing::Test::HasFailure()) break;
  }
}

TEST(Rollover, WhatWaitedForTelegramIsPostedInTheOrderOfTheBroadcastAndNotOneSessionBetweenTheOther) {
  Program program("behind");
  endless(program);
  program.world.outages = {{program.now(), program.now() + seconds(70)}};
  program.run_for(seconds(400));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(program.history().size(), 4U);
}

TEST(Rollover, TheCaptureIsNotStoppedForIt) {
  Program program("not-stopped");
  endless(program);
  program.run_for(seconds(120));
  EXPECT_EQ(program.world.captures, 1) << "one capture saw the broadcast through four sessions";
}

TEST(Rollover, AChannelMayHaveALengthOfItsOwn) {
  Program program("own-length");
  endless(program);
  program.settings.session_duration_of[program.settings.channels[0].id] = seconds(1000);
  program.run_for(seconds(300));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(Rollover, AKillRightAfterItAndALongAbsenceLeaveOneGapOfItsTrueLengthInTheNewSession) {
  Program program("killed-behind");
  endless(program);
  program.run_for(seconds(28));  // eleven or so: one in the new session
  program.skip(seconds(25));
  program.run_until(program.now() + seconds(400), seconds(1));
  const std::string posted = posted_in_order(program);
  const auto recorded = std::ranges::count(posted, '<');
  Micros missing{0};
  int gaps = 0;
  for (const auto& session : program.history()) {
    for (const Gap& gap : program.gaps_of(session.id)) {
      missing += gap.duration;
      ++gaps;
    }
  }
  EXPECT_EQ(gaps, 1);
  EXPECT_EQ(missing, seconds(2) * (35 - recorded));
  for (int i = 0; i < 35; ++i) {
    const std::string one = "<endless/" + std::to_string(100 + i) + ">";
    EXPECT_EQ(posted.find(one), posted.rfind(one)) << one << " is there twice";
  }
}

}  // namespace
}  // namespace rec::simulation
