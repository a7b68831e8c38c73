// Channels that the configuration calls otherwise after a restart, and partners that stand in a list as well.
#include <gtest/gtest.h>

#include <cstdlib>

#include "app/service.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

WatchedChannel on_twitch(const std::string& login) {
  return {ChannelId("twitch:" + login), "twitch", login, "https://www.twitch.tv/" + login};
}

asio::awaitable<void> stop_newest(App& app, Clock& clock, Instant when) {
  co_await clock.sleep(when - clock.now());
  const SessionId newest = app.model().sessions.rbegin()->first;
  const auto told = co_await app.act_on_session(newest, SessionAction::stop);
  EXPECT_TRUE(told.has_value());
}

/// Runs to `then`, when somebody stops what is being recorded.
void run_and_stop(Program& program, Instant then) {
  program.person = [then](App& app, Clock& clock) { return stop_newest(app, clock, then); };
  program.run_for(std::chrono::ceil<seconds>(then - program.now()) + seconds(1));
  program.person = {};
}

/// Its beginning was posted, and nothing of it again.
void expect_cut_off(const Program& program, const Broadcast& broadcast) {
  const std::string posted = program.posted_media_of(broadcast.name);
  EXPECT_FALSE(posted.empty());
  EXPECT_LT(posted.size(), media_of(broadcast).size());
  EXPECT_TRUE(media_of(broadcast).starts_with(posted)) << posted;
}

void expect_one_session(Program& program) {
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_TRUE(program.stored().outbox.empty());
}

TEST(RenamedInTheConfiguration, AChannelThatIsLiveStaysOneSessionWhereTheNewNameIsKnown) {
  Program program("renamed-known");
  program.settings.channels = {on_twitch("someone")};
  program.world.platform_id = "4711";
  program.world.called = "someone";
  program.world.broadcasts = {{program.now() + seconds(5), 40, 0, "only", "1"}};
  program.run_for(seconds(20));
  program.world.called = "someone_else";
  program.run_for(seconds(20));
  program.settings.channels = {on_twitch("someone_else")};
  program.run_for(seconds(250));
  expect_one_session(program);
  EXPECT_EQ(program.history().at(0).channel, ChannelId("twitch:someone_else"));
}

TEST(RenamedInTheConfiguration, AChannelThatIsLiveStaysOneSessionByItsNumberWhereverItIsKilled) {
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k, 5)) {
    SCOPED_TRACE(::testing::Message() << "killed at step " << k);
    Program program("renamed-number");
    program.settings.channels = {on_twitch("someone")};
    program.world.platform_id = "4711";
    program.world.called = "someone";
    program.world.broadcasts = {{program.now() + seconds(5), 40, 0, "only", "1"}};
    program.run_for(seconds(20));
    program.world.called = "someone_else";
    program.settings.channels = {on_twitch("someone_else")};
    program.world.steps = 0;
    program.world.fuse = k;
    program.run_until(program.now() + seconds(250), seconds(1));
    if (k < 0) steps = program.world.steps;
    expect_one_session(program);
    if (HasFailure()) break;
  }
  EXPECT_GT(steps, 20);
}

TEST(RenamedInTheConfiguration, WhatWasStoppedUnderTheOldNameIsNotRecordedAgainUnderTheNewOne) {
  Program program("renamed-stopped");
  program.settings.channels = {on_twitch("someone")};
  program.world.platform_id = "4711";
  program.world.called = "someone";
  program.world.window = 100;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 60, 0, "first", "1"}, {t + seconds(200), 9, 0, "next", "2"}};
  run_and_stop(program, t + seconds(20));
  program.world.called = "someone_else";
  program.settings.channels = {on_twitch("someone_else")};
  for (int restart = 0; restart < 3; ++restart) program.run_for(seconds(40));
  program.run_for(seconds(300));
  EXPECT_EQ(program.history().size(), 2U);
  expect_cut_off(program, program.world.broadcasts[0]);
  EXPECT_EQ(program.posted_media_of("next"), media_of(program.world.broadcasts[1]));
}

TEST(RenamedInTheConfiguration, AChannelThatWasTakenOutIsFinishedThoughAnotherIsUnknownYet) {
  Program program("taken-out");
  program.settings.channels = {on_twitch("someone")};
  program.world.platform_id = "4711";
  program.world.called = "someone";
  auto live = Broadcast{program.now() + seconds(5), 400, 0, "only", "1"};
  live.channel = ChannelId("twitch:someone");
  program.world.broadcasts = {live};
  program.run_for(seconds(30));
  program.world.platform_id = "";
  program.settings.channels = {on_twitch("stranger")};
  program.run_for(seconds(600));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_TRUE(program.stored().sessions.empty()) << "it is finished";
  EXPECT_LT(program.posted_media().size(), media_of(program.world.broadcasts[0]).size());
}

const ChannelId kShow{"youtube:@x"};
const ChannelId kPartner{"twitch:x"};

void make_listed_pair(Program& program) {
  const WatchedChannel partner{kPartner, "twitch", "x", "https://www.twitch.tv/x"};
  program.settings.channels = {{kShow, "youtube", "@x", "https://www.youtube.com/@x"}, partner};
  program.settings.partners = {partner};
  program.settings.main_of = {{kPartner, kShow}};
}

TEST(Partner, WhatWasStoppedThereIsNotTakenUpByTheNextSessionOfTheMainChannel) {
  Program program("partner-stopped");
  make_listed_pair(program);
  program.settings.channels.pop_back();
  program.world.window = 100;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "tube", "1", kShow},
                              {t + seconds(20), 90, 0, "twitch", "2", kPartner},
                              {t + seconds(60), 9, 0, "tube-next", "3", kShow},
                              {t + seconds(220), 9, 0, "tube-last", "4", kShow},
                              {t + seconds(235), 9, 0, "twitch-next", "5", kPartner}};
  run_and_stop(program, t + seconds(45));
  program.run_until(t + seconds(500), seconds(1));
  EXPECT_EQ(program.history().size(), 3U);
  const auto& broadcasts = program.world.broadcasts;
  EXPECT_EQ(program.posted_media_of("tube"), media_of(broadcasts[0]));
  expect_cut_off(program, broadcasts[1]);
  EXPECT_EQ(program.posted_media_of("tube-next"), media_of(broadcasts[2]));
  EXPECT_EQ(program.posted_media_of("twitch-next"), media_of(broadcasts[4])) << "another broadcast";
}

TEST(ListedPartner, WhatWasStoppedThereIsNotRecordedByItselfEither) {
  Program program("listed-stopped");
  make_listed_pair(program);
  program.world.window = 100;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "tube", "1", kShow},
                              {t + seconds(20), 60, 0, "twitch", "2", kPartner},
                              {t + seconds(200), 9, 0, "next", "3", kPartner}};
  run_and_stop(program, t + seconds(45));
  program.run_for(seconds(400));
  EXPECT_EQ(program.history().size(), 2U);
  expect_cut_off(program, program.world.broadcasts[1]);
  EXPECT_EQ(program.posted_media_of("next"), media_of(program.world.broadcasts[2]));
}

TEST(Partner, WhatWasStoppedAfterItDroppedThereIsNotTakenUpWhenItIsOnAgain) {
  Program program("partner-dropped");
  make_listed_pair(program);
  program.settings.channels.pop_back();
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "tube", "1", kShow},
                              {t + seconds(20), 10, 0, "twitch", "2", kPartner},
                              {t + seconds(56), 9, 0, "tube-next", "3", kShow},
                              {t + seconds(60), 60, 100, "twitch-again", "2", kPartner}};
  run_and_stop(program, t + seconds(50));
  program.run_until(t + seconds(400), seconds(1));
  EXPECT_EQ(program.history().size(), 2U);
  EXPECT_FALSE(program.posted_media_of("twitch").empty());
  EXPECT_EQ(program.posted_media_of("tube-next"), media_of(program.world.broadcasts[2]));
  EXPECT_EQ(program.posted_media_of("twitch-again"), "");
}

TEST(ListedPartner, WhatWasStoppedWhileItWasOnThereTooIsNotRecordedByItself) {
  Program program("listed-beside-stopped");
  make_listed_pair(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 60, 0, "tube", "1", kShow},
                              {t + seconds(8), 60, 0, "twitch", "2", kPartner},
                              {t + seconds(200), 9, 0, "next", "3", kPartner}};
  run_and_stop(program, t + seconds(30));
  program.run_for(seconds(400));
  expect_cut_off(program, program.world.broadcasts[0]);
  EXPECT_EQ(program.posted_media_of("twitch"), "");
  EXPECT_EQ(program.posted_media_of("next"), media_of(program.world.broadcasts[2]));
}

TEST(Partner, WhatIsStoppedWhileNothingRunsIsNotTakenUpFromThereEither) {
  Program program("partner-at-rest");
  make_listed_pair(program);
  program.world.window = 100;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 9, 0, "tube", "1", kShow},
                              {t + seconds(20), 60, 0, "twitch", "2", kPartner}};
  program.run_for(seconds(40));
  const boost::json::object stop{{"session", "last"}, {"action", "stop"}};
  const auto told =
      sessions_at_rest(&program.disk(), Config(), program.settings, "session_action", stop, program.now());
  ASSERT_TRUE(told) << told.error().text;
  program.run_for(seconds(400));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media_of("tube"), media_of(program.world.broadcasts[0]));
  expect_cut_off(program, program.world.broadcasts[1]);
}

TEST(ListedPartner, IsRecordedByItselfWhileItsMainChannelIsNotLive) {
  Program program("listed-alone");
  make_listed_pair(program);
  program.world.broadcasts = {{program.now() + seconds(5), 20, 0, "twitch", "2", kPartner}};
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].channel, kPartner);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(ListedPartner, IsNotRecordedBesideItsMainChannelAndContinuesIt) {
  Program program("listed-beside");
  make_listed_pair(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 20, 0, "tube", "1", kShow},
                              {t + seconds(15), 30, 0, "twitch", "2", kPartner}};
  program.run_for(seconds(400));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].channel, kShow);
  EXPECT_TRUE(program.posted_media().starts_with(media_of(program.world.broadcasts[0])));
  EXPECT_TRUE(program.posted_media().ends_with("<twitch/29>")) << program.posted_media();
}

TEST(ListedPartner, GoesOnInItsOwnSessionWhenItsMainChannelBeginsLater) {
  Program program("listed-first");
  make_listed_pair(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 60, 0, "twitch", "2", kPartner},
                              {t + seconds(40), 15, 0, "tube", "1", kShow}};
  program.run_for(seconds(500));
  EXPECT_EQ(program.history().size(), 2U);
  EXPECT_EQ(program.posted_media_of("twitch"), media_of(program.world.broadcasts[0])) << "once";
  EXPECT_EQ(program.posted_media_of("tube"), media_of(program.world.broadcasts[1]));
}

}  // namespace
}  // namespace rec::simulation
