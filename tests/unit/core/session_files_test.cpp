// Files that another program records for a session: when they end, what becomes of them, what waits for them.
#include <gtest/gtest.h>

#include "core/post_plan.hpp"
#include "core/status.hpp"
#include "tests/unit/core/session_world.hpp"

namespace rec::session {
namespace {

using namespace std::chrono_literals;
using test::after;
using test::World;

std::vector<PartFile> pieces(int count) {
  std::vector<PartFile> files;
  for (int i = 1; i <= count; ++i) files.push_back(World::file(i));
  return files;
}

TEST(SessionFiles, WhatAFileWasCutIntoIsReadyAndPostedLikeAnyPart) {
  World world;
  world.say(Started{});
  world.begin_file();
  EXPECT_TRUE(world.outbox == std::vector<Effect>{PostStatus{}}) << "nothing to cut while it is written";
  world.say(FileEnded{1, after(10s)});
  ASSERT_TRUE(world.waits(CutFile{1}));
  world.say(Ended{after(20s)});
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::processing);
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2}));
  EXPECT_EQ(world.session.parts[1].file_take, 1);
  EXPECT_EQ(world.session.files[0].state, FileState::cut);
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionFiles, PartsOfTheSegmentLogGoOnWhereTheyWereBehindPartsOfAFile) {
  World world;
  world.say(Started{});
  world.seal();
  world.begin_file();
  world.say(FileEnded{1, after(10s)});
  world.say(FileCut{1, pieces(2), after(11s)});
  EXPECT_EQ(world.session.next_ordinal(), 10U);
  world.seal();
  ASSERT_EQ(world.session.parts.size(), 4U);
  EXPECT_EQ(world.session.parts[3].number, 4);
  EXPECT_EQ(world.session.parts[3].first_ordinal, 10U);
  EXPECT_TRUE(world.waits(MakePart{4}));
}

TEST(SessionFiles, TheNextRunEndsTheOneBeforeItButNotTheFetchingOfTheBeginning) {
  World world;
  world.begin_file(true);
  world.begin_file();
  world.begin_file();
  EXPECT_EQ(world.session.files[0].state, FileState::recording);
  EXPECT_EQ(world.session.files[1].state, FileState::recorded);
  EXPECT_EQ(world.session.files[2].state, FileState::recording);
  world.say(Ended{after(50s)});
  EXPECT_EQ(world.session.files[0].state, FileState::recording) << "the beginning is still on offer";
  EXPECT_EQ(world.session.files[2].state, FileState::recorded);
}

TEST(SessionFiles, ASessionIsNotOverWhileAFileIsWrittenOrNotYetCut) {
  for (const bool publish : {true, false}) {
    World world({.publish = publish});
    world.say(Started{});
    world.begin_file(true);
    world.say(Ended{after(50s)});
    world.perform_all();
    EXPECT_EQ(world.session.phase, Phase::finishing);
    world.say(FileEnded{1, after(60s)});
    EXPECT_EQ(world.session.phase, Phase::finishing);
    world.perform_all();
    EXPECT_EQ(world.session.phase, Phase::done);
  }
}

TEST(SessionFiles, AnAlbumWaitsForAFileThatIsStillToBeCut) {
  World world({.mode = PostMode::after_end});
  world.say(Started{});
  world.say(StatusPosted{900, world.now});
  world.seal();
  world.make(1);
  world.begin_file();
  world.say(Ended{after(50s)});
  EXPECT_FALSE(next_post(world.session, world.policy, after(51s)));
  world.say(FileCut{1, pieces(1), after(52s)});
  ASSERT_TRUE(world.waits(PublishPost{1}));
  EXPECT_EQ(world.session.posts[0].last_part, 2);
}

TEST(SessionFiles, AFileThatHeldNothingIsNoFailure) {
  World world;
  world.begin_file();
  world.say(Ended{after(50s)});
  world.say(FileCut{1, {}, after(52s)});
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_TRUE(world.session.parts.empty());
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionFiles, AFileThatCannotBeCutIsKeptAndToldAsAPartThatFailed) {
  World world;
  world.say(Started{});
  world.begin_file();
  world.say(Ended{after(50s)});
  world.say(FileFailed{1, "no keyframe in it", after(52s)});
  world.outbox.erase(std::ranges::find(world.outbox, Effect(CutFile{1})));
  world.perform_all();
  ASSERT_EQ(world.session.parts.size(), 1U);
  EXPECT_EQ(world.session.parts[0].state, PartState::failed);
  EXPECT_EQ(world.session.parts[0].error, "no keyframe in it");
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 0U);
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::error);
}

TEST(SessionFiles, APhantomMakesNoPartAndHoldsNothingUp) {
  World world;
  world.begin_file();
  world.say(FileEnded{1, after(10s)});
  world.say(FileSetAside{1, "it repeats the end of the file before; /data/phantoms/s/1", after(11s)});
  EXPECT_EQ(world.session.files[0].state, FileState::aside);
  world.say(Ended{after(50s)});
  EXPECT_TRUE(world.session.parts.empty());
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionFiles, NothingIsRecordedIntoASessionThatHasEnded) {
  World world;
  world.say(Started{});
  world.say(Ended{after(50s)});
  world.begin_file();
  EXPECT_TRUE(world.session.files.empty());
}

}  // namespace
}  // namespace rec::session
