// Crash after the k-th durable write or effect, for every k: the outside world must come out the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

struct Outcome {
  std::string media;
  std::size_t posts = 0;
  std::set<std::string> markers;
  std::size_t unfinished = 0;
  std::size_t outbox = 0;
  std::size_t sessions = 0;
  bool raw_left = false;
};

void script(Program& program) {
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 100, "first"}, {t + seconds(35), 7, 0, "second"}};
}

Outcome outcome_of(Program& program) {
  Outcome out;
  out.media = program.posted_media();
  out.posts = program.world.posts.size();
  for (const auto& post : program.world.posts) out.markers.insert(post.marker);
  const auto stored = program.stored();
  out.unfinished = stored.sessions.size();
  out.outbox = stored.outbox.size();
  out.sessions = program.history().size();
  const auto segments = program.folder() / "data" / "segments";
  out.raw_left = std::filesystem::exists(segments) && !std::filesystem::is_empty(segments);
  return out;
}

void expect_whole(const Outcome& out, const Program& program, int k) {
  const auto& b = program.world.broadcasts;
  EXPECT_EQ(out.media, media_of(b[0]) + media_of(b[1])) << "crash at step " << k;
  EXPECT_EQ(out.markers.size(), out.posts) << "a post was made twice; crash at step " << k;
  EXPECT_EQ(out.sessions, 1u) << "crash at step " << k;
  EXPECT_EQ(out.unfinished, 0u) << "crash at step " << k;
  EXPECT_EQ(out.outbox, 0u) << "crash at step " << k;
  EXPECT_FALSE(out.raw_left) << "crash at step " << k;
}

std::string mode_name(const testing::TestParamInfo<session::PostMode>& mode) {
  constexpr const char* kNames[] = {"Each", "Album", "AfterEnd"};
  return kNames[static_cast<int>(mode.param)];
}

class CrashAtEveryStep : public testing::TestWithParam<session::PostMode> {};

TEST_P(CrashAtEveryStep, NothingIsLostAndNothingIsPostedTwice) {
  int steps = 0;
  {
    Program program("steps");
    program.settings.session_policy.mode = GetParam();
    script(program);
    const Instant end = program.now() + seconds(300);
    EXPECT_EQ(program.run_until(end, seconds(1)), 0);
    expect_whole(outcome_of(program), program, -1);
    steps = program.world.steps;
  }
  ASSERT_GT(steps, 50);
  for (int k = 0; k < steps; k = next_crash(k)) {
    Program program("steps");
    program.settings.session_policy.mode = GetParam();
    script(program);
    program.world.fuse = k;
    const Instant end = program.now() + seconds(300);
    EXPECT_EQ(program.run_until(end, seconds(1)), 1) << "crash at step " << k;
    expect_whole(outcome_of(program), program, k);
    if (HasFailure()) break;  // one is enough to read
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, CrashAtEveryStep,
                         testing::Values(session::PostMode::each, session::PostMode::album,
                                         session::PostMode::after_end),
                         mode_name);

TEST(Simulation, CrashesInARowEveryFewStepsStillEndInTheSameWorld) {
  Program program("often");
  script(program);
  program.world.window =
      100;  // this many crashes take longer than a short window; what is on offer must be had
  const Instant end = program.now() + seconds(600);
  int crashes = 0;
  while (program.now() < end) {
    program.world.fuse = 5;
    if (!program.run_for(std::chrono::ceil<seconds>(end - program.now()))) break;
    ASSERT_LT(++crashes, 1000);
  }
  EXPECT_GT(crashes, 20);
  expect_whole(outcome_of(program), program, -5);
}

TEST(Simulation, AStartAfterTheWindowHasPassedLeavesExactlyOneGapOfItsTrueLength) {
  Program program("late");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 40, 0, "only"}};
  program.run_for(seconds(26));  // ten segments, then killed
  const auto away = program.stored();
  ASSERT_EQ(away.sessions.size(), 1u);
  program.skip(seconds(40));  // nobody runs: the window of six segments moves on
  program.run_until(t + seconds(400), seconds(1));
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1u);
  const auto gaps = program.gaps_of(done[0].id);
  ASSERT_EQ(gaps.size(), 1u);
  const auto recorded = static_cast<int>(std::ranges::count(program.posted_media(), '<'));
  EXPECT_EQ(gaps[0].duration, seconds(2) * (40 - recorded));
  EXPECT_EQ(gaps[0].cause, GapCause::window_slid);
}

TEST(Simulation, TelegramBeingAwayCostsNoSecondOfRecordingAndEverythingIsPostedLater) {
  Program program("away");
  script(program);
  program.world.telegram_away = true;
  program.run_for(seconds(120));
  EXPECT_TRUE(program.world.posts.empty());
  program.world.telegram_away = false;
  program.run_for(seconds(900));
  expect_whole(outcome_of(program), program, -1);
}

TEST(Simulation, TheFirstMessageOfAChatIsNotSentAgainThoughItsAnswerWasLostAndOthersCameBehindIt) {
  Program program("first-answer");
  const Instant t = program.now();
  program.settings.channels.push_back(
      {ChannelId("twitch:else"), "twitch", "else", "https://www.twitch.tv/else"});
  program.world.broadcasts = {{t + seconds(5), 9, 0, "first", "1", ChannelId("twitch:someone")},
                              {t + seconds(5), 9, 0, "second", "2", ChannelId("twitch:else")}};
  SentPost elsewhere;
  elsewhere.id = 1;
  elsewhere.chat = -5;
  program.world.posts = {elsewhere};
  program.world.lost_answers = 2;  // the first one of ours, the third …
  program.run_for(seconds(600));
  std::set<std::string> markers;
  for (const auto& post : program.world.posts) EXPECT_TRUE(markers.insert(post.marker).second) << post.text;
  EXPECT_TRUE(program.stored().outbox.empty());
  EXPECT_GE(program.world.posts.size(), 7U);
}

TEST(Simulation, WithoutTelegramTheFilesStayInTheFolder) {
  Program program("folder");
  program.settings.session_policy.publish = false;
  script(program);
  program.run_for(seconds(200));
  const auto& b = program.world.broadcasts;
  EXPECT_EQ(program.files_media(), media_of(b[0]) + media_of(b[1]));
  EXPECT_TRUE(program.world.posts.empty());
  EXPECT_EQ(program.history().size(), 1u);
}

TEST(Simulation, ANewBroadcastWhileTheOldOneStillUploadsIsASessionOfItsOwn) {
  Program program("two");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "first"}, {t + seconds(120), 9, 0, "second"}};
  program.world.telegram_away = true;
  program.run_for(seconds(125));
  EXPECT_EQ(program.stored().sessions.size(), 2u);
  program.world.telegram_away = false;
  program.run_for(seconds(1200));
  EXPECT_EQ(program.history().size(), 2u);
  const auto& b = program.world.broadcasts;
  EXPECT_EQ(program.posted_media_of("first"), media_of(b[0]));
  EXPECT_EQ(program.posted_media_of("second"), media_of(b[1]));
}

}  // namespace
}  // namespace rec::simulation
