// What people ask of sessions while the program runs.
#include <gtest/gtest.h>

#include <algorithm>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

asio::awaitable<void> ask(App& app, Clock& clock, Instant when, SessionAction action,
                          std::shared_ptr<std::string> told) {
  co_await clock.sleep(when - clock.now());
  if (app.model().sessions.empty()) co_return;
  const SessionId id = app.model().sessions.rbegin()->first;
  auto outcome = co_await app.act_on_session(id, action);
  *told = outcome ? outcome->text : outcome.error().text;
}

asio::awaitable<void> ask_of(App& app, Clock& clock, SessionId id, SessionAction action,
                             std::shared_ptr<std::string> told) {
  co_await clock.sleep(seconds(5));
  auto outcome = co_await app.act_on_session(id, action);
  *told = outcome ? outcome->text : outcome.error().text;
}

/// Asks once, `after` the start of the script.
std::shared_ptr<std::string> asks(Program& program, seconds after, SessionAction action) {
  auto told = std::make_shared<std::string>();
  const Instant when = program.now() + after;
  program.person = [when, action, told](App& app, Clock& clock) {
    return ask(app, clock, when, action, told);
  };
  return told;
}

/// Asks of that session, five seconds after the next start.
std::shared_ptr<std::string> asks_of(Program& program, const SessionId& id, SessionAction action) {
  auto told = std::make_shared<std::string>();
  program.person = [id, action, told](App& app, Clock& clock) {
    return ask_of(app, clock, id, action, told);
  };
  return told;
}

void one_broadcast(Program& program, const std::string& stream_id = "s1") {
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 30, 0, "first", stream_id}};
}

void one_compressed_broadcast(Program& program) {
  program.world.broadcasts = {{program.now() + seconds(5), 20, 0, "first", "s1"}};
  program.world.groups[-1001] = -1002;
  program.settings.target.target.compression = {true, 1000};
}

std::vector<std::string> files_below(const std::filesystem::path& folder) {
  std::vector<std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files.push_back(entry.path().filename());
  return files;
}

TEST(SessionActions, AStoppedBroadcastIsPostedAndNotTakenUpAgainTheNextOneIs) {
  Program program("stop");
  const Instant t = program.now();
  one_broadcast(program);
  program.world.broadcasts.push_back({t + seconds(120), 6, 0, "second", "s2"});
  const auto told = asks(program, seconds(25), SessionAction::stop);
  program.run_for(seconds(30));
  EXPECT_NE(told->find("not taken up again"), std::string::npos) << *told;
  program.person = {};
  program.run_until(t + seconds(400), seconds(1));  // killed in between
  EXPECT_EQ(program.history().size(), 2U);
  const std::string first = program.posted_media_of("first");
  EXPECT_FALSE(first.empty());
  EXPECT_TRUE(media_of(program.world.broadcasts[0]).starts_with(first));
  EXPECT_LT(first.size(), media_of(program.world.broadcasts[0]).size());
  EXPECT_EQ(program.posted_media_of("second"), media_of(program.world.broadcasts[1]));
}

TEST(SessionActions, WhatCameBackWithinItsGraceUnderAnotherNumberIsNotTakenUpAgainEither) {
  Program program("stop-again");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 10, 0, "first", "s1"},
                              {t + seconds(35), 30, 0, "again", "s2"}};
  asks(program, seconds(50), SessionAction::stop);
  program.run_for(seconds(55));
  program.person = {};
  program.run_until(t + seconds(400), seconds(1));
  EXPECT_EQ(program.history().size(), 1U);
  const std::string again = program.posted_media_of("again");
  EXPECT_FALSE(again.empty());
  EXPECT_TRUE(media_of(program.world.broadcasts[1]).starts_with(again));
  EXPECT_LT(again.size(), media_of(program.world.broadcasts[1]).size());
}

TEST(SessionActions, WhereThePlatformNumbersNothingAStopCountsUntilTheChannelWasOffline) {
  Program program("stopnoid");
  const Instant t = program.now();
  one_broadcast(program, "");
  program.world.broadcasts.push_back({t + seconds(120), 6, 0, "second"});
  asks(program, seconds(25), SessionAction::stop);
  program.run_until(t + seconds(400), seconds(1));
  EXPECT_EQ(program.history().size(), 2U);
  EXPECT_EQ(program.posted_media_of("second"), media_of(program.world.broadcasts[1]));
}

TEST(SessionActions, WhatIsCancelledIsPostedNoMoreAndStaysOnTheDisk) {
  Program program("cancel");
  const Instant t = program.now();
  one_broadcast(program);
  program.world.telegram_away = true;
  const auto told = asks(program, seconds(30), SessionAction::cancel);
  program.run_for(seconds(40));
  program.person = {};
  program.world.telegram_away = false;
  program.run_until(t + seconds(300), seconds(1));
  EXPECT_TRUE(program.posted_media().empty());
  EXPECT_FALSE(program.files_media().empty());
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_TRUE(done[0].flags.cancelled);
  EXPECT_NE(told->find(done[0].folder), std::string::npos) << *told;
  EXPECT_TRUE(std::filesystem::exists(program.folder() / "data" / "segments" / done[0].id.str()));
  EXPECT_TRUE(program.stored().outbox.empty());
}

TEST(SessionActions, RetryTriesAtOnceWhatWaitsForLong) {
  Program program("retry");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 6, 0, "first"}};
  program.world.closed_chats = {-1001};
  program.run_for(seconds(1200));  // waits up to an hour by now
  program.world.closed_chats.clear();
  program.run_for(seconds(20));
  EXPECT_TRUE(program.posted_media().empty());
  asks(program, seconds(1), SessionAction::retry);
  program.run_for(seconds(60));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(SessionActions, WhatTelegramHasPlainlyRefusedDoesNotHoldUpACancel) {
  Program program("refused");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 6, 0, "first"}};
  program.world.closed_chats = {-1001};
  asks(program, seconds(60), SessionAction::cancel);
  program.run_for(seconds(120));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].phase, session::Phase::done);
  EXPECT_TRUE(program.stored().outbox.empty());
}

TEST(SessionActions, SkippedUploadsLeaveTheFilesAndTheSessionIsDone) {
  Program program("skip");
  const Instant t = program.now();
  one_broadcast(program);
  asks(program, seconds(12), SessionAction::skip_upload);
  program.run_until(t + seconds(300), seconds(1));
  EXPECT_EQ(program.files_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.posted_media().empty());
  EXPECT_EQ(program.history().size(), 1U);
}

TEST(SessionActions, WhatWasSkippedAndIsTakenBackIsPostedThoughItsFilesAreTooLargeAndItsSegmentsGone) {
  for (const bool over : {false, true}) {
    SCOPED_TRACE(over ? "when it is over" : "while it is on");
    Program program("skip-large");
    const Instant t = program.now();
    program.world.broadcasts = {{t + seconds(5), 60, 0, "first", "s1"}};
    program.world.most_bytes = 25;  // two segments
    program.world.scale = 1U << 20U;
    program.settings.newest_segments_kept = 5;
    asks(program, seconds(12), SessionAction::skip_upload);
    program.run_for(seconds(over ? 300 : 70));
    ASSERT_FALSE(program.files_media().empty());
    asks_of(program, over ? program.history()[0].id : program.stored().sessions[0].id,
            SessionAction::clear_flags);
    program.run_for(seconds(10));
    program.person = {};
    program.run_until(t + seconds(3600), seconds(1));
    EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
    EXPECT_TRUE(program.stored().outbox.empty());
    const auto done = program.history();
    for (const auto& part : done.at(0).parts) EXPECT_EQ(part.error, "");
    EXPECT_EQ(files_below(program.folder() / "recordings"), std::vector<std::string>())
        << "neither pieces nor what they were cut from";
  }
}

// Its files went when they were posted, and its folder with them: that is no disk that is away.
TEST(SessionActions, ASkippedCompressionThatIsTakenBackWhenItsFilesAreGoneEndsTheSessionAndSaysWhy) {
  Program program("skip-compression");
  one_compressed_broadcast(program);
  asks(program, seconds(12), SessionAction::skip_compression);
  program.run_for(seconds(200));
  ASSERT_EQ(program.history().size(), 1U);
  ASSERT_EQ(files_below(program.folder() / "recordings"), std::vector<std::string>());
  asks_of(program, program.history()[0].id, SessionAction::clear_flags);
  program.run_for(seconds(300));
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_TRUE(program.stored().outbox.empty());
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_NE(program.history()[0].compressed.error.find("is gone"), std::string::npos);
}

// What was posted is removed at once where nothing is to be made of it any more, but not when that is taken
// back in the same breath.
TEST(SessionActions, WhatIsCancelledAndTakenBackAtOnceIsCompressedAsAWhole) {
  Program program("cancel-back");
  const Instant t = program.now();
  one_compressed_broadcast(program);
  program.person = [t](App& app, Clock& clock) -> asio::awaitable<void> {
    co_await clock.sleep(t + seconds(32) - clock.now());
    const SessionId id = app.model().sessions.rbegin()->first;
    (void)co_await app.act_on_session(id, SessionAction::cancel);
    (void)co_await app.act_on_session(id, SessionAction::clear_flags);
  };
  program.run_for(seconds(400));
  EXPECT_TRUE(program.stored().sessions.empty());
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].compressed.error, "");
  EXPECT_EQ(program.world.compressions, 1);
}

TEST(SessionActions, ACancelIsTakenBackByClearFlagsAlsoWhenItIsLongOver) {
  Program program("clear");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 10, 0, "first"}};
  program.world.telegram_away = true;
  asks(program, seconds(40), SessionAction::cancel);
  program.run_for(seconds(60));
  program.world.telegram_away = false;
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1U);
  const auto told = asks_of(program, done[0].id, SessionAction::clear_flags);
  program.run_for(seconds(120));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0])) << *told;
  EXPECT_TRUE(program.stored().sessions.empty());
}

}  // namespace
}  // namespace rec::simulation
