// The session's life: every event in every phase, then whole broadcasts whose effects end in any order.
#include "core/session.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/post_plan.hpp"
#include "tests/unit/core/session_world.hpp"

namespace rec::session {
namespace {

using namespace std::chrono_literals;
using test::after;
using test::World;

std::vector<Event> every_event() {
  return {Started{},
          PartSealed{10, 19, 5, 9},
          PartReady{1, World::file(1), after(60s)},
          PartFailed{1, "nothing playable", after(60s)},
          FileBegun{1, false, "/takes/1", "part001", after(60s)},
          FileEnded{1, after(60s)},
          FileCut{1, {World::file(7)}, after(60s)},
          FileSetAside{1, "a phantom", after(60s)},
          FileFailed{1, "nothing playable", after(60s)},
          StatusPosted{77, after(61s)},
          Posted{1, {1001}, after(62s)},
          Ended{after(63s)},
          StatusFinished{},
          Tick{after(64s)}};
}

// Sessions as they are met: nothing yet, in the middle of each step of a part, ending, over.
std::vector<World> every_situation(Policy policy) {
  std::vector<World> all;
  World world(policy);
  const auto keep = [&] { all.push_back(world); };
  keep();
  world.say(Started{});
  keep();
  world.seal();
  keep();
  world.say(StatusPosted{900, world.now});
  keep();
  world.make(1);
  keep();
  World ending = world;
  World with_file = world;
  with_file.begin_file();
  all.push_back(with_file);
  with_file.say(FileEnded{1, after(40s)});
  all.push_back(with_file);
  world.say(Ended{after(50s)});
  keep();
  world.say(Posted{1, {1001}, world.now});
  keep();
  world.say(StatusFinished{});
  keep();
  ending.say(Posted{1, {1001}, ending.now});
  all.push_back(ending);
  ending.say(Ended{after(50s)});
  all.push_back(ending);
  return all;
}

TEST(Session, MessagesOfAPartWithFurtherFilesAreCountedPast) {
  World world({.mode = PostMode::album, .album_wait = std::chrono::seconds(0)});
  world.session.status_posted = true;
  PartFile three = World::file(1);
  three.further = {World::file(11), World::file(12)};
  world.seal();
  world.seal();
  world.say(PartReady{2, World::file(2), world.now});
  world.say(PartReady{1, three, world.now});
  ASSERT_EQ(world.session.posts.size(), 1U);
  world.say(Posted{1, {7, 8, 9, 10}, world.now});
  EXPECT_EQ(world.session.parts[0].message_id, 7);
  EXPECT_EQ(world.session.parts[1].message_id, 10);
  EXPECT_EQ(all_files(three).size(), 3U);
  EXPECT_EQ(all_files(three)[0].path, "/out/1.mp4");
  EXPECT_TRUE(all_files(three)[0].further.empty());
}

TEST(Session, SayingAnEventAgainChangesNothing) {
  for (const bool publish : {true, false}) {
    for (const PostMode mode : {PostMode::each, PostMode::album, PostMode::after_end}) {
      for (const World& situation : every_situation({.publish = publish, .mode = mode})) {
        for (const Event& event : every_event()) {
          World world = situation;
          world.say(event);
          const Session once = world.session;
          const auto rows = world.outbox;
          world.say(event);
          EXPECT_EQ(world.session, once) << "event " << event.index() << " in " << word(once.phase);
          EXPECT_EQ(world.outbox, rows) << "event " << event.index() << " in " << word(once.phase);
        }
      }
    }
  }
}

TEST(Session, NothingThatComesLateChangesWhatIsOver) {
  World world;
  world.say(Started{});
  world.seal();
  world.say(Ended{after(50s)});
  world.perform_all();
  ASSERT_EQ(world.session.phase, Phase::done);
  for (const Event& event : every_event()) {
    const Step late = step(world.session, event, world.policy, "#late");
    EXPECT_EQ(late.next, world.session);
    EXPECT_TRUE(late.effects.empty());
  }
}

TEST(Session, ABroadcastWithoutASegmentLeavesNoTraceOnTelegram) {
  for (const bool publish : {true, false}) {
    World world({.publish = publish});
    world.say(Ended{after(50s)});
    EXPECT_EQ(world.session.phase, Phase::done);
    EXPECT_EQ(world.decided, (std::vector<Effect>{RemoveRaw{}}));
  }
}

TEST(Session, AStatusThatWasPromisedForNothingIsFinished) {
  World world;
  world.say(Started{});
  world.say(Ended{after(50s)});
  EXPECT_EQ(world.session.phase, Phase::finishing) << "its status message is on its way";
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.decided, (std::vector<Effect>{PostStatus{}, FinishStatus{}, RemoveRaw{}}));
}

TEST(Session, APartIsTakenOnlyWhereTheLastOneEnded) {
  World world;
  world.say(PartSealed{5, 9, 0, 0});
  EXPECT_TRUE(world.session.parts.empty()) << "a hole before the first part";
  world.seal();
  world.say(PartSealed{5, 9, 0, 0});
  world.say(PartSealed{11, 19, 0, 0});
  EXPECT_EQ(world.session.parts.size(), 1U);
  world.say(PartSealed{10, 19, 100, 109});
  ASSERT_EQ(world.session.parts.size(), 2U);
  EXPECT_EQ(world.session.parts[1].number, 2);
  EXPECT_EQ(world.session.parts[1].last_sequence, 109);
  EXPECT_EQ(world.session.next_ordinal(), 20U);
}

TEST(Session, TheStatusComesBeforeTheFirstPost) {
  World world;
  world.say(Started{});
  world.seal();
  world.make(1);
  EXPECT_TRUE(world.session.posts.empty());
  world.say(StatusPosted{900, world.now});
  EXPECT_TRUE(world.waits(PublishPost{1}));
}

TEST(Session, TheFirstStatusMessageIsTheOneThatIsEdited) {
  World world;
  world.say(Started{});
  world.say(StatusPosted{900, world.now});
  world.say(StatusPosted{901, world.now});
  EXPECT_EQ(world.session.status_message, 900);
}

TEST(Session, WhatComesOfAPartIsKept) {
  World world;
  world.say(Started{});
  world.say(StatusPosted{900, world.now});
  world.seal();
  world.seal();
  world.say(PartFailed{1, "nothing playable", after(1s)});
  world.make(2);
  world.say(Posted{1, {1002}, after(9s)});
  const auto& parts = world.session.parts;
  EXPECT_EQ(parts[0].state, PartState::failed);
  EXPECT_EQ(parts[0].error, "nothing playable");
  EXPECT_EQ(parts[1].state, PartState::posted);
  EXPECT_EQ(parts[1].message_id, 1002);
  EXPECT_EQ(parts[1].posted_at, after(9s));
  EXPECT_EQ(parts[1].file.path, "/out/2.mp4");
  EXPECT_EQ(world.session.status_message, 900);
  EXPECT_TRUE(world.waits(RemovePart{2}));
  EXPECT_FALSE(world.waits(RemovePart{1}));
}

TEST(Session, TheSegmentsOfAPartThatFailedAreKept) {
  World world;
  world.say(Started{});
  world.seal();
  world.say(Ended{after(50s)});
  world.say(PartFailed{1, "nothing playable", after(60s)});
  world.outbox.erase(std::ranges::find(world.outbox, Effect(MakePart{1})));
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 0U);
  EXPECT_EQ(world.times(FinishStatus{}), 1U);
}

TEST(Session, WithoutTelegramASessionIsDoneWhenItsFilesAreMade) {
  World world({.publish = false});
  world.say(Started{});
  world.seal();
  world.seal();
  world.make(2);
  world.say(Ended{after(50s)});
  EXPECT_EQ(world.session.phase, Phase::finishing);
  world.make(1);
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.decided, (std::vector<Effect>{MakePart{1}, MakePart{2}, RemoveRaw{}}));
}

TEST(Session, SegmentsGoWhileTheRecordingGoesOnOnceTheirPartIsPosted) {
  World world;
  world.say(Started{});
  world.say(StatusPosted{900, world.now});
  for (int part = 1; part <= 3; ++part) world.seal();
  world.make(1);
  EXPECT_EQ(world.times(ReleaseRaw{1}), 0U) << "made, but nobody has it yet";
  world.say(Posted{1, {1001}, world.now});
  EXPECT_EQ(world.times(ReleaseRaw{1}), 1U);
  world.make(2);
  EXPECT_EQ(world.times(ReleaseRaw{2}), 0U);
  world.say(Tick{after(60s)});
  EXPECT_EQ(world.times(ReleaseRaw{1}), 1U) << "once";
}

TEST(Session, SegmentsThatThePartBeforeEndsWithWaitForIt) {
  World world({.publish = false});
  world.say(Started{});
  for (int part = 1; part <= 4; ++part) world.seal();
  world.make(2);
  world.make(4);
  EXPECT_EQ(world.times(ReleaseRaw{2}), 0U);
  world.make(1);
  EXPECT_EQ(world.times(ReleaseRaw{1}), 1U);
  EXPECT_EQ(world.times(ReleaseRaw{2}), 1U);
  EXPECT_EQ(world.times(ReleaseRaw{4}), 0U) << "the third may have to be made of it";
  world.say(PartFailed{3, "nothing playable", after(60s)});
  EXPECT_EQ(world.times(ReleaseRaw{3}), 0U);
  EXPECT_EQ(world.times(ReleaseRaw{4}), 0U) << "what failed may be looked at by hand, with its end";
}

TEST(Session, TelegramSwitchedOffInTheMiddleIsWaitedFor) {
  World world;
  world.say(Started{});
  world.say(StatusPosted{900, world.now});
  world.seal();
  world.policy.publish = false;
  world.make(1);
  world.say(Ended{after(50s)});
  EXPECT_TRUE(world.session.posts.empty());
  EXPECT_EQ(world.session.phase, Phase::finishing) << "it was begun on Telegram, so it is to end there";
  EXPECT_EQ(world.times(RemoveRaw{}), 0U);
  world.policy.publish = true;
  world.say(Tick{after(99s)});
  ASSERT_TRUE(world.waits(PublishPost{1}));
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1}));
  EXPECT_EQ(world.session.phase, Phase::done);
}

TEST(Session, WhatWasRecordedBeforeTelegramWasSetUpIsPostedToo) {
  World world({.publish = false});
  world.say(Started{});
  world.seal();
  world.say(Ended{after(50s)});
  world.policy.publish = true;
  world.say(Started{});
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1}));
  EXPECT_EQ(world.session.phase, Phase::done);
}

PostMode any_mode() { return *rc::gen::element(PostMode::each, PostMode::album, PostMode::after_end); }

struct Fate {
  bool parts_may_fail = false;
  bool switched_off_and_on = false;  ///< Telegram, once the session has begun
};

void serve_any(World& world, const Fate& fate) {
  const auto row = *rc::gen::inRange<std::size_t>(0, world.outbox.size());
  world.perform(row, fate.parts_may_fail && *rc::gen::inRange(0, 4) == 0);
}

// One whole broadcast: parts are sealed, time passes, the outbox is served in any order, then all that is
// left is served. Ticks are said as the app says them: when a post can be made.
World any_broadcast(Policy policy, const Fate& fate) {
  World world(policy);
  bool started = false;
  for (int steps = *rc::gen::inRange(0, 80); steps > 0; --steps) {
    const int kind = *rc::gen::inRange(0, 10);
    world.now += std::chrono::seconds(*rc::gen::inRange(0, 600));
    if (kind < 3) {
      if (!std::exchange(started, true)) world.say(Started{});
      world.seal();
    } else if (kind == 3) {
      world.say(Tick{world.now});
    } else if (kind == 5) {
      if (!std::exchange(started, true)) world.say(Started{});
      world.begin_file(*rc::gen::inRange(0, 3) == 0);
    } else if (kind == 6 && !world.session.files.empty()) {
      world.say(FileEnded{*rc::gen::inRange(1, static_cast<int>(world.session.files.size()) + 1), world.now});
    } else if (kind == 4 && fate.switched_off_and_on && started) {
      world.policy.publish = !world.policy.publish;
    } else if (!world.outbox.empty()) {
      serve_any(world, fate);
    }
  }
  world.say(Ended{world.now});
  for (const FileTake& file : std::vector<FileTake>(world.session.files)) {
    if (file.beginning) world.say(FileEnded{file.number, world.now});
  }
  for (int left = *rc::gen::inRange(0, 20); left > 0 && !world.outbox.empty(); --left) serve_any(world, fate);
  world.policy.publish = policy.publish;
  while (next_post(world.session, world.policy, world.now) || !world.outbox.empty()) {
    if (world.policy.publish && next_post(world.session, world.policy, world.now)) world.say(Tick{world.now});
    if (!world.outbox.empty()) serve_any(world, fate);
  }
  return world;
}

void expect_told_once_in_order(const World& world) {
  std::vector<int> made;
  bool any_failed = false;
  for (const Part& part : world.session.parts) {
    any_failed = any_failed || part.state == PartState::failed;
    if (part.state == PartState::posted) {
      made.push_back(part.number);
      RC_ASSERT(part.message_id == 1000 + part.number);
      RC_ASSERT(world.times(RemovePart{part.number}) == 1U);
    } else {
      RC_ASSERT(part.state == PartState::failed);
    }
    RC_ASSERT(world.times(MakePart{part.number}) == (part.file_take == 0 ? 1U : 0U));
  }
  for (const FileTake& file : world.session.files) {
    RC_ASSERT(world.times(CutFile{file.number}) == 1U);
    RC_ASSERT(file.state == FileState::cut || file.state == FileState::failed);
  }
  for (const Effect& effect : world.decided) {
    const auto* released = std::get_if<ReleaseRaw>(&effect);
    if (released == nullptr) continue;
    const Part& part = world.session.parts.at(static_cast<std::size_t>(released->number) - 1);
    RC_ASSERT(part.file_take == 0 && part.state == PartState::posted);
    RC_ASSERT(world.times(effect) == 1U);
  }
  RC_ASSERT(world.session.phase == Phase::done);
  RC_ASSERT(world.delivered == made);
  RC_ASSERT(world.times(RemoveRaw{}) == (any_failed ? 0U : 1U));
  const bool shown = !world.session.parts.empty() || !world.session.files.empty();
  RC_ASSERT(world.times(PostStatus{}) == (shown ? 1U : 0U));
  RC_ASSERT(world.times(FinishStatus{}) == (shown ? 1U : 0U));
  for (const Post& post : world.session.posts) {
    RC_ASSERT(post.posted);
    RC_ASSERT(world.times(PublishPost{post.number}) == 1U);
    RC_ASSERT(post.last_part - post.first_part < 10 || any_failed);
    RC_ASSERT(!post.marker.empty());
  }
}

RC_GTEST_PROP(Session, EveryPartIsPostedOnceAndInOrderInWhateverOrderThingsEnd, ()) {
  expect_told_once_in_order(any_broadcast({.mode = any_mode()}, {}));
}

RC_GTEST_PROP(Session, PartsThatFailAreSkippedAndTheOthersKeepTheirOrder, ()) {
  expect_told_once_in_order(any_broadcast({.mode = any_mode()}, {.parts_may_fail = true}));
}

RC_GTEST_PROP(Session, TelegramMayBeSwitchedOffAndOnAndStillGetsEveryPart, ()) {
  const Fate fate{.parts_may_fail = true, .switched_off_and_on = true};
  expect_told_once_in_order(any_broadcast({.mode = any_mode()}, fate));
}

RC_GTEST_PROP(Session, WithoutTelegramNothingIsEverPosted, ()) {
  const World world = any_broadcast({.publish = false, .mode = any_mode()}, {.parts_may_fail = true});
  RC_ASSERT(world.session.phase == Phase::done);
  RC_ASSERT(world.session.posts.empty());
  RC_ASSERT(world.times(PostStatus{}) + world.times(FinishStatus{}) == 0U);
}

TEST(Session, WhatWasFoundByItsPlaylistGetsTheTitleThatIsToldLater) {
  Session session;
  session.id = SessionId("s");
  session = step(session, Retitled{"Told later", "Chess", Instant{}, {}}, {}, "m").next;
  EXPECT_EQ(session.title, "Told later");
  session = step(session, Retitled{"Another", "", Instant{}, {}}, {}, "m").next;
  EXPECT_EQ(session.title, "Told later") << "what it is filed under stays";
  ASSERT_EQ(session.titles.size(), 2U);
  EXPECT_EQ(session.newest_title().title, "Another");
  EXPECT_EQ(session.newest_title().category, "Chess");
  EXPECT_EQ(step(session, Retitled{"Another", "Chess", Instant{}, {}}, {}, "m").next, session) << "no news";
}

}  // namespace
}  // namespace rec::session
