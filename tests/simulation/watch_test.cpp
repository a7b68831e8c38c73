// What is announced, what moves and what is renamed, told to the whole program, and killed at every step of
// it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/status.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const ChannelId kTube{"youtube:@x"};
const ChannelId kTwitch{"twitch:x"};

std::vector<SentPost> waiting_messages(const Program& program) {
  std::vector<SentPost> found;
  for (const SentPost& post : program.world.posts) {
    if (post.text.starts_with("⏳")) found.push_back(post);
  }
  return found;
}

bool any_stands(const Program& program) {
  return std::ranges::any_of(waiting_messages(program), [](const SentPost& post) { return !post.removed; });
}

StatusWord status_of_channel(Program& program) {
  return status_of(program.stored().channels.at(0).state, nullptr, program.settings.session_policy);
}

TEST(Watch, AChangedTitleWhileOfflineMakesOneWaitingMessageThatFollowsItAndGoesWithTheStream) {
  Program program("waiting");
  const Instant t = program.now();
  program.world.shows = {
      {t, "Old", "Chess"}, {t + seconds(20), "Soon: chess", "Chess"}, {t + seconds(60), "Really soon", "Go"}};
  program.world.broadcasts = {{t + seconds(120), 9, 0, "only", "1"}};
  program.run_for(seconds(40));
  ASSERT_EQ(waiting_messages(program).size(), 1U);
  EXPECT_NE(waiting_messages(program)[0].text.find("Soon: chess"), std::string::npos);
  EXPECT_EQ(status_of_channel(program), StatusWord::waiting);
  program.run_for(seconds(50));
  ASSERT_EQ(waiting_messages(program).size(), 1U);
  EXPECT_NE(waiting_messages(program)[0].text.find("Really soon"), std::string::npos) << "it follows";
  program.run_for(seconds(200));
  EXPECT_FALSE(any_stands(program));
  ASSERT_EQ(program.history().size(), 1U) << "an announcement is no recording";
  const auto titles = program.history()[0].titles;
  ASSERT_EQ(titles.size(), 2U);
  EXPECT_EQ(titles[0].title, "Soon: chess");
  EXPECT_EQ(titles[1].category, "Go");
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(Watch, ATitleThatChangesWhileLiveIsKeptWithItsTime) {
  Program program("titles");
  const Instant t = program.now();
  program.world.shows = {{t, "First", "Chess"}, {t + seconds(30), "Second", "Chess"}};
  program.world.broadcasts = {{t + seconds(5), 30, 0, "only", "1"}};
  program.run_for(seconds(200));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].title, "First") << "what it is filed under stays";
  const auto titles = program.history()[0].titles;
  ASSERT_EQ(titles.size(), 2U);
  EXPECT_EQ(titles[1].title, "Second");
  EXPECT_GE(titles[1].at, t + seconds(30));
  EXPECT_LE(titles[1].at, t + seconds(34));
  EXPECT_TRUE(waiting_messages(program).empty());
}

TEST(Watch, AWaitingMessageWhoseTimeIsOverGoesAlsoWhenTelegramWasAwayJustThen) {
  Program program("timeout");
  const Instant t = program.now();
  program.settings.channel_policy.waiting_timeout = hours(6);
  program.world.shows = {{t, "Old", ""}, {t + seconds(20), "Soon", ""}};
  program.run_for(hours(5));
  EXPECT_TRUE(any_stands(program));
  program.world.telegram_away = true;
  program.run_for(hours(2));
  EXPECT_TRUE(any_stands(program));
  EXPECT_EQ(status_of_channel(program), StatusWord::offline);
  program.world.telegram_away = false;
  program.run_for(minutes(10));
  EXPECT_FALSE(any_stands(program));
  EXPECT_EQ(waiting_messages(program).size(), 1U) << "the same title is no news any more";
  EXPECT_TRUE(program.stored().outbox.empty());
  EXPECT_TRUE(program.stored().sessions.empty());
}

TEST(Watch, WhatBeganWhileTelegramWasAwayIsNotAnnouncedAfterwards) {
  Program program("late");
  const Instant t = program.now();
  program.world.shows = {{t, "Old", ""}, {t + seconds(20), "Soon", ""}};
  program.world.broadcasts = {{t + seconds(60), 9, 0, "only", "1"}};
  program.world.telegram_away = true;
  program.run_for(seconds(90));
  program.world.telegram_away = false;
  program.run_for(seconds(400));
  EXPECT_TRUE(waiting_messages(program).empty());
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.stored().sessions.empty());
}

TEST(Watch, AnAnnouncedBroadcastThatIsTakenBackIsWaitedForNoMore) {
  Program program("withdrawn");
  const Instant t = program.now();
  program.world.shows = {{t, "", ""},
                         {t + seconds(20), "Tonight", "", true, "video", t + hours(3)},
                         {t + minutes(30), "", ""},
                         {t + minutes(30) + seconds(2), "Tonight", "", true, "video", t + hours(3)},
                         {t + hours(1), "", ""}};
  program.run_for(minutes(40));
  ASSERT_EQ(waiting_messages(program).size(), 1U);
  EXPECT_TRUE(any_stands(program)) << "one look that did not find it is no proof";
  program.run_for(minutes(30));
  EXPECT_FALSE(any_stands(program));
  EXPECT_EQ(status_of_channel(program), StatusWord::offline);
}

TEST(Watch, KilledAtAnyStepThereIsOneWaitingMessageAndInTheEndNone) {
  const auto script = [](Program& program) {
    const Instant t = program.now();
    program.world.shows = {{t, "Old", ""}, {t + seconds(10), "Soon", ""}};
    program.world.broadcasts = {{t + seconds(30), 9, 0, "only", "1"}};
  };
  int steps = 0;
  for (int k = -1; k < steps || k < 0; k = next_crash(k)) {
    SCOPED_TRACE(::testing::Message() << "killed at step " << k);
    Program program("waiting-kill");
    script(program);
    program.world.fuse = k;
    program.run_until(program.now() + seconds(300), seconds(1));
    if (k < 0) steps = program.world.steps;
    ASSERT_GT(steps, 30);
    EXPECT_EQ(waiting_messages(program).size(), 1U);
    EXPECT_FALSE(any_stands(program));
    EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
    std::set<std::string> markers;
    for (const auto& post : program.world.posts) markers.insert(post.marker);
    EXPECT_EQ(markers.size(), program.world.posts.size());
    EXPECT_TRUE(program.stored().sessions.empty());
    EXPECT_TRUE(program.stored().outbox.empty());
    if (HasFailure()) break;
  }
}

void make_pair(Program& program) {
  program.settings.channels = {{kTube, "youtube", "@x", "https://www.youtube.com/@x"}};
  program.settings.partners = {{kTwitch, "twitch", "x", "https://www.twitch.tv/x"}};
  program.settings.main_of = {{kTwitch, kTube}};
}

void move_there_and_back(Program& program) {
  make_pair(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 100, "tube-a", "1", kTube},
                              {t + seconds(35), 8, 0, "twitch", "2", kTwitch},
                              {t + seconds(65), 7, 500, "tube-b", "3", kTube}};
}

TEST(Watch, ABroadcastThatMovesToItsPartnerAndBackIsOneSessionInOrderWhereverItIsKilled) {
  int steps = 0;
  for (int k = -1; k < steps || k < 0; k = next_crash(k)) {
    SCOPED_TRACE(::testing::Message() << "killed at step " << k);
    Program program("cross");
    move_there_and_back(program);
    program.world.fuse = k;
    program.run_until(program.now() + seconds(400), seconds(1));
    if (k < 0) steps = program.world.steps;
    const auto& b = program.world.broadcasts;
    EXPECT_EQ(program.posted_media(), media_of(b[0]) + media_of(b[1]) + media_of(b[2]));
    EXPECT_EQ(program.history().size(), 1U);
    EXPECT_TRUE(program.stored().sessions.empty());
    if (HasFailure()) break;
  }
}

/// A drop; the program is killed in it, and comes back when the grace period is over and the next one is on.
std::size_t sessions_of_a_drop(const std::string& name, const std::string& before, const std::string& after) {
  Program program(name);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 10, 0, "first", before},
                              {t + seconds(45), 30, 100, "second", after}};
  program.world.window = 100;
  program.run_for(seconds(40));
  program.skip(seconds(25));
  program.run_for(seconds(200));
  EXPECT_EQ(program.posted_media(),
            media_of(program.world.broadcasts[0]) + media_of(program.world.broadcasts[1]));
  EXPECT_TRUE(program.stored().sessions.empty());
  return program.history().size();
}

TEST(Watch, ABroadcastThatIsOnAgainWhenTheProgramIsBackGoesOnThoughItsGraceEndedMeanwhile) {
  EXPECT_EQ(sessions_of_a_drop("back-same", "s1", "s1"), 1U);
  EXPECT_EQ(sessions_of_a_drop("back-other", "s1", "s2"), 2U);
  EXPECT_EQ(sessions_of_a_drop("back-unnumbered", "", ""), 2U);
}

TEST(Watch, APartnerThatIsLiveByItselfIsNotRecorded) {
  Program program("partner");
  make_pair(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 20, 0, "twitch", "2", kTwitch}};
  program.run_for(seconds(100));
  EXPECT_TRUE(program.history().empty());
  EXPECT_EQ(program.world.captures, 0);
}

TEST(Watch, ARenamedChannelGoesOnUnderItsNewName) {
  Program program("rename");
  const Instant t = program.now();
  program.world.platform_id = "4711";
  program.world.called = "someone";
  program.world.broadcasts = {{t + seconds(5), 9, 0, "first", "1"}, {t + seconds(120), 9, 0, "second", "2"}};
  program.run_for(seconds(100));
  program.world.called = "someone_else";
  program.run_for(seconds(1));
  program.run_for(seconds(200));
  const auto channel = program.stored().channels.at(0);
  EXPECT_EQ(channel.id, ChannelId("twitch:someone")) << "what it is known as to us stays";
  EXPECT_EQ(channel.name, "someone_else");
  EXPECT_EQ(channel.page_url, "https://www.twitch.tv/someone_else");
  EXPECT_EQ(program.posted_media(),
            media_of(program.world.broadcasts[0]) + media_of(program.world.broadcasts[1]));
  EXPECT_EQ(program.history().at(0).channel_name, "someone_else");
}

TEST(Watch, OneChannelUnderTwoNamesIsRecordedOnce) {
  Program program("twice");
  program.settings.channels.push_back(
      {ChannelId("twitch:old_name"), "twitch", "old_name", "https://www.twitch.tv/old_name"});
  program.world.platform_id = "4711";
  program.world.broadcasts = {{program.now() + seconds(5), 9, 0, "only", "1"}};
  program.run_for(seconds(200));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

}  // namespace
}  // namespace rec::simulation
