// What happens once all is posted, and what people ask for.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/release_plan.hpp"
#include "core/status.hpp"
#include "tests/unit/core/session_world.hpp"

namespace rec::session {
namespace {

using namespace std::chrono_literals;
using test::after;
using test::World;

World a_world(PostMode mode = PostMode::each) {
  World world({.mode = mode, .album_wait = 0s});
  world.session.target.compression = {true, 1000};
  world.session.target.backup.id = -1003;
  world.say(Started{});
  return world;
}

/// Parts 1 to `count` are sealed, made, and the recording has ended.
void record(World& world, int count) {
  for (int i = 0; i < count; ++i) world.seal();
  world.say(Ended{after(50s)});
}

std::size_t at(const World& world, const Effect& effect) {
  return static_cast<std::size_t>(std::ranges::find(world.decided, effect) - world.decided.begin());
}

TEST(SessionEnd, CompressedThenCommentedThenCaptionsThenCopiesThenTheLastWords) {
  World world = a_world();
  record(world, 2);
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  const std::vector<Effect> order = {PublishPost{1}, PublishPost{2}, FindPlace{}, Compress{},
                                     PostComment{},  EditCaption{1}, CopyPost{1}, CopyPost{2},
                                     CopyPost{0},    FinishStatus{}, RemoveRaw{}};
  for (std::size_t i = 1; i < order.size(); ++i)
    EXPECT_LT(at(world, order[i - 1]), at(world, order[i])) << "effect " << i;
  for (const Effect& effect : order) EXPECT_EQ(world.times(effect), 1U) << effect.index();
  EXPECT_EQ(world.session.compressed.message, 8);
  EXPECT_EQ(world.session.posts[1].copies, std::vector<std::int64_t>{2002});
}

TEST(SessionEnd, TheTenWordsFollowIt) {
  World world = a_world();
  record(world, 2);
  std::vector<StatusWord> seen;
  while (!world.outbox.empty()) {
    const StatusWord now = status_of(world.session, world.policy);
    if (seen.empty() || seen.back() != now) seen.push_back(now);
    world.perform(0);
  }
  seen.push_back(status_of(world.session, world.policy));
  using enum StatusWord;
  const std::vector<StatusWord> expected{processing,         uploading,  compressing,
                                         sending_compressed, forwarding, done};
  EXPECT_EQ(std::vector(seen.begin(), seen.begin() + 5), std::vector(expected.begin(), expected.begin() + 5));
  EXPECT_EQ(seen.back(), done);
}

TEST(SessionEnd, FilesOfPostedPartsStayUntilTheCompressedVersionIsMade) {
  World world = a_world();
  record(world, 2);
  while (!world.waits(Compress{})) world.perform(0);
  EXPECT_EQ(world.times(RemovePart{1}) + world.times(RemovePart{2}), 0U);
  world.perform_all();
  EXPECT_EQ(world.times(RemovePart{1}), 1U);
  EXPECT_EQ(world.times(RemovePart{2}), 1U);
  EXPECT_EQ(world.times(RemoveCompressed{}), 1U);
}

TEST(SessionEnd, ASingleFileIsNotCompressedAndItsFileGoes) {
  World world = a_world();
  record(world, 1);
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(Compress{}), 0U);
  EXPECT_EQ(world.times(RemovePart{1}), 1U);
  EXPECT_EQ(world.copied, std::vector<int>{1});
}

TEST(SessionEnd, WithNowhereToPutItNothingIsCompressed) {
  World world = a_world();
  record(world, 2);
  while (!world.waits(FindPlace{})) world.perform(0);
  world.say(PlaceFound{0, 0, world.now});
  std::erase(world.outbox, Effect(FindPlace{}));
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(Compress{}), 0U);
  EXPECT_NE(world.session.compressed.error.find("discussion group"), std::string::npos);
  EXPECT_EQ(world.times(RemovePart{2}), 1U);
}

TEST(SessionEnd, ARefusedCommentGoesIntoTheDiscussionGroupAndOnlyThenIsGivenUp) {
  World world = a_world();
  world.session.target.discussion.id = -1002;
  record(world, 2);
  while (!world.waits(PostComment{})) world.perform(0);
  world.say(CommentRefused{"no replies here", world.now});
  EXPECT_EQ(world.session.place.found, Stage::failed);
  EXPECT_EQ(world.times(PostComment{}), 2U);
  world.say(CommentRefused{"not here either", world.now});
  std::erase(world.outbox, Effect(PostComment{}));
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveCompressed{}), 0U) << "what was not posted stays";
  EXPECT_NE(world.session.compressed.error.find("kept as"), std::string::npos);
}

TEST(SessionEnd, ACopyThatIsRefusedIsAnErrorAndTheOthersAreMade) {
  World world = a_world();
  record(world, 3);
  while (!world.waits(CopyPost{2})) world.perform(0);
  std::erase(world.outbox, Effect(CopyPost{2}));
  world.say(CopyRefused{2, "gone", world.now});
  world.perform_all();
  EXPECT_EQ(world.copied, (std::vector<int>{1, 3, 0}));
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::error);
}

RC_GTEST_PROP(SessionEnd, WhateverEndsFirstEverythingIsPostedAndCopiedOnceAndInOrder, ()) {
  World world = a_world(*rc::gen::element(PostMode::each, PostMode::album, PostMode::after_end));
  const int parts = *rc::gen::inRange(1, 25);
  int sealed = 0;
  while (!world.outbox.empty() || sealed < parts || world.session.phase == Phase::recording) {
    const bool more = sealed < parts && (world.outbox.empty() || *rc::gen::arbitrary<bool>());
    if (more) {
      world.seal();
      ++sealed;
    } else if (world.outbox.empty()) {
      world.say(Ended{after(50s)});
    } else {
      world.perform(*rc::gen::inRange<std::size_t>(0, world.outbox.size()));
    }
  }
  RC_ASSERT(world.session.phase == Phase::done);
  RC_ASSERT(std::ranges::is_sorted(world.delivered));
  RC_ASSERT(static_cast<int>(world.delivered.size()) == parts);
  std::vector<int> all;
  for (const Post& post : world.session.posts) all.push_back(post.number);
  if (parts > 1) all.push_back(0);
  RC_ASSERT(world.copied == all);
  for (int number = 1; number <= parts; ++number) RC_ASSERT(world.times(RemovePart{number}) == 1U);
}

// What people ask for.

TEST(SessionWishes, WhatIsCancelledIsMadeAndPostedNoMoreAndItsFilesStay) {
  World world = a_world();
  record(world, 3);
  while (world.delivered.size() != 1U) world.perform(0);
  const std::size_t posts = world.delivered.size();
  world.say(Asked{Wish::cancel, {}, after(60s)});
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.delivered.size(), posts);
  EXPECT_TRUE(world.copied.empty());
  EXPECT_EQ(world.times(RemoveRaw{}), 0U);
  EXPECT_EQ(world.times(RemovePart{2}) + world.times(RemovePart{3}), 0U);
  EXPECT_EQ(world.times(FinishStatus{}), 1U);
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::error);
}

TEST(SessionWishes, AnUploadThatIsOnItsWayIsWaitedFor) {
  World world = a_world();
  record(world, 2);
  while (!world.waits(PublishPost{1})) world.perform(0);
  world.say(Asked{Wish::cancel, {PublishPost{1}}, after(60s)});
  EXPECT_EQ(world.outbox, std::vector<Effect>{PublishPost{1}});
  world.perform_all();
  EXPECT_EQ(world.delivered, std::vector<int>{1});
  EXPECT_EQ(world.session.phase, Phase::done);
}

TEST(SessionWishes, CancellingWhileItIsRecordedEndsIt) {
  World world = a_world();
  world.seal();
  world.begin_file();
  world.say(Asked{Wish::cancel, {}, after(50s)});
  world.seal();  // what lay in no part yet: its recorder seals it, and ends
  world.say(Ended{after(60s)});
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.session.ended_at, after(60s));
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(world.times(MakePart{2}), 0U);
  EXPECT_EQ(world.times(FinishStatus{}), 0U) << "there was no message yet";
}

TEST(SessionWishes, ClearFlagsTakesACancelBack) {
  World world = a_world();
  record(world, 3);
  world.say(Asked{Wish::cancel, {}, after(60s)});
  world.perform_all();
  ASSERT_EQ(world.session.phase, Phase::done);
  world.say(Asked{Wish::clear_flags, {}, after(70s)});
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionWishes, WhatIsTakenBackWhileTheLastWordsWaitIsPostedAndKeepsItsSegmentsUntilThen) {
  World world = a_world();
  record(world, 3);
  world.perform(0);  // the status message
  world.say(Asked{Wish::cancel, {}, after(60s)});
  ASSERT_TRUE(world.waits(FinishStatus{}));
  world.say(Asked{Wish::clear_flags, {FinishStatus{}}, after(70s)});
  ASSERT_TRUE(world.waits(MakePart{1}));
  world.say(StatusFinished{});
  EXPECT_EQ(world.session.phase, Phase::finishing);
  EXPECT_FALSE(world.waits(RemoveRaw{}));
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionWishes, ACancelOfAnOpenRecordingThatIsTakenBackLosesNothingOfIt) {
  World world = a_world();
  world.say(Started{});
  world.seal();
  world.say(Asked{Wish::cancel, {}, after(50s)});
  world.say(Asked{Wish::clear_flags, {}, after(55s)});
  world.seal();
  world.say(Ended{after(60s)});
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2}));
}

TEST(SessionWishes, WithoutUploadItIsDoneWithoutAnError) {
  World world = a_world();
  record(world, 2);
  world.say(Asked{Wish::skip_upload, {}, after(60s)});
  world.perform_all();
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_TRUE(world.delivered.empty());
  EXPECT_EQ(world.times(RemovePart{1}), 0U);
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::done);
}

TEST(SessionWishes, CompressionAndCopiesCanBeSkippedAtAnyTime) {
  for (int steps = 0; steps < 20; ++steps) {
    World world = a_world();
    record(world, 2);
    for (int i = 0; i < steps && !world.outbox.empty(); ++i) world.perform(0);
    if (world.session.phase == Phase::done) break;
    const std::size_t copies = world.copied.size();
    world.say(Asked{Wish::skip_compression, {}, after(60s)});
    world.say(Asked{Wish::skip_forwarding, {}, after(60s)});
    EXPECT_FALSE(world.waits(Compress{})) << steps;
    EXPECT_FALSE(world.waits(CopyPost{1})) << steps;
    world.perform_all();
    EXPECT_EQ(world.session.phase, Phase::done) << steps;
    EXPECT_EQ(world.copied.size(), copies) << steps;
    EXPECT_EQ(world.delivered, (std::vector<int>{1, 2})) << steps;
    EXPECT_EQ(world.times(RemovePart{1}), 1U) << steps;
  }
}

TEST(SessionWishes, WhatWasGivenUpIsTriedAnewAlsoWhenTheSessionIsDone) {
  World world;
  world.say(Started{});
  world.seal();
  world.seal();
  world.say(PartFailed{1, "nothing playable", world.now});
  std::erase(world.outbox, Effect(MakePart{1}));
  world.say(Ended{after(50s)});
  world.perform_all();
  ASSERT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.delivered, std::vector<int>{2});
  world.say(Asked{Wish::reprocess, {}, after(70s)});
  EXPECT_TRUE(world.waits(MakePart{1}));
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{2, 1}));
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 1U);
}

TEST(SessionWishes, WhatIsTriedAnewSaysNothingMoreOfWhatWasWrong) {
  World world = a_world();
  record(world, 2);
  while (!world.waits(Compress{})) world.perform(0);
  std::erase(world.outbox, Effect(Compress{}));
  world.say(CompressionFailed{"ffmpeg ended with 1", world.now});
  while (!world.waits(CopyPost{1})) world.perform(0);
  std::erase(world.outbox, Effect(CopyPost{1}));
  world.say(CopyRefused{1, "gone", world.now});
  world.perform_all();
  ASSERT_EQ(status_of(world.session, world.policy), StatusWord::error);
  world.say(Asked{Wish::reprocess, {}, after(70s)});
  EXPECT_EQ(world.session.compressed.error, "");
  EXPECT_EQ(world.session.posts[0].error, "");
  world.perform_all();
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::done);
}

TEST(SessionWishes, SayingItAgainChangesNothing) {
  for (const Wish wish : {Wish::cancel, Wish::skip_upload, Wish::skip_compression, Wish::skip_forwarding,
                          Wish::clear_flags, Wish::reprocess}) {
    World world = a_world();
    record(world, 2);
    world.perform(0);
    world.say(Asked{wish, {}, after(60s)});
    const Session once = world.session;
    const auto rows = world.outbox;
    world.say(Asked{wish, {}, after(61s)});
    EXPECT_EQ(world.session, once) << static_cast<int>(wish);
    EXPECT_EQ(world.outbox, rows) << static_cast<int>(wish);
  }
}

}  // namespace
}  // namespace rec::session
