// What Telegram refuses, and what somebody deleted before it was posted.
#include <gtest/gtest.h>

#include "core/release_plan.hpp"
#include "core/status.hpp"
#include "tests/unit/core/session_world.hpp"

namespace rec::session {
namespace {

using namespace std::chrono_literals;
using test::after;
using test::World;

/// A post of parts 1 to `count` waits to be sent.
World an_album(int count) {
  World world({.mode = PostMode::album});
  world.say(Started{});
  world.perform(0);
  for (int i = 0; i < count; ++i) world.seal();
  for (int i = 2; i <= count; ++i) world.make(i);
  world.make(1);
  world.say(Ended{after(50s)});
  std::erase_if(world.outbox, [](const Effect& effect) { return std::holds_alternative<MakePart>(effect); });
  return world;
}

void refuse_now(World& world, std::size_t file, Refusal why) {
  const int number = world.session.posts.back().number;
  std::erase(world.outbox, Effect(PublishPost{number}));
  world.say(PostRefused{number, file, why, "Telegram says no", world.now});
}

TEST(SessionRefusals, AFileThatIsTooLargeIsCutAgainSmallerAndThePostGoesInItsPlace) {
  World world = an_album(3);
  world.session.parts[1].file.bytes = 3'000'000'000;
  refuse_now(world, 1, Refusal::too_large);
  EXPECT_TRUE(world.session.posts.empty()) << "nothing of it is on Telegram";
  EXPECT_TRUE(world.waits(MakePart{2}));
  EXPECT_EQ(world.session.parts[1].most_bytes, 2'700'000'000U);
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(world.session.phase, Phase::done);
}

TEST(SessionRefusals, AFileThatIsTooLargeStaysAsItIsWhenUploadsWereSkippedMeanwhile) {
  World world = an_album(3);
  world.session.parts[1].file.bytes = 3'000'000'000;
  world.say(Asked{Wish::skip_upload, {PublishPost{1}}, world.now});
  for (int part = 1; part <= 3; ++part) EXPECT_EQ(world.times(ReleaseRaw{part}), 0U) << "it may be refused";
  refuse_now(world, 1, Refusal::too_large);
  EXPECT_FALSE(world.waits(MakePart{2}));
  world.perform_all();
  EXPECT_TRUE(world.delivered.empty());
  for (const Part& part : world.session.parts) EXPECT_EQ(part.state, PartState::ready) << part.error;
  EXPECT_EQ(world.session.phase, Phase::done);
  EXPECT_EQ(world.times(RemoveRaw{}), 1U) << "it is in the files that stay";
}

TEST(SessionRefusals, SegmentsOfWhatWasSkippedStayOnceItIsToBePostedAfterAll) {
  World world = an_album(3);
  world.say(Asked{Wish::skip_upload, {}, world.now});
  EXPECT_EQ(releasable_parts(world.session, world.policy), (std::vector<int>{1, 2, 3}));
  world.say(Asked{Wish::clear_flags, {}, world.now});
  EXPECT_EQ(releasable_parts(world.session, world.policy), std::vector<int>()) << "Telegram may refuse it";
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2, 3}));
}

TEST(SessionRefusals, WhatIsRefusedInAnAlbumGoesAloneBehindIt) {
  World world = an_album(4);
  refuse_now(world, 1, Refusal::unusable);
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 3, 4, 2}));
  ASSERT_EQ(world.session.posts.size(), 2U);
  EXPECT_EQ(world.session.posts[1].first_part, 2);
  EXPECT_EQ(world.session.posts[1].last_part, 2);
}

TEST(SessionRefusals, WhatIsRefusedAloneIsReportedAndKeptAndTheNextGoesOn) {
  World world = an_album(2);
  refuse_now(world, 0, Refusal::unusable);
  world.perform(0);
  refuse_now(world, 0, Refusal::unusable);
  EXPECT_EQ(world.session.parts[0].state, PartState::failed);
  EXPECT_NE(world.session.parts[0].error.find("/out/1.mp4"), std::string::npos);
  world.seal();
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{2, 3}));
  EXPECT_EQ(world.times(RemovePart{1}), 0U);
  EXPECT_EQ(world.times(RemoveRaw{}), 0U);
  EXPECT_EQ(status_of(world.session, world.policy), StatusWord::error);
}

TEST(SessionRefusals, WhatSomebodyDeletedBeforeItWasPostedIsMadeAgainInItsPlace) {
  World world = an_album(3);
  refuse_now(world, 1, Refusal::deleted);
  EXPECT_TRUE(world.waits(MakePart{2}));
  EXPECT_EQ(world.session.parts[1].most_bytes, 0U) << "it was not too large";
  world.perform_all();
  EXPECT_EQ(world.delivered, (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(world.session.phase, Phase::done);
}

/// An album of parts 1 and 3 is on its way when what lies between them, of which nothing could be made, is
/// revived.
World a_part_revived_amid_its_album() {
  World world({.mode = PostMode::album});
  world.say(Started{});
  world.perform(0);
  for (int i = 0; i < 3; ++i) world.seal();
  world.outbox.clear();
  world.make(1);
  world.say(PartFailed{2, "nothing playable", world.now});
  world.make(3);
  world.say(Ended{after(50s)});
  EXPECT_TRUE(world.waits(PublishPost{1}));
  world.say(Asked{Wish::reprocess, {PublishPost{1}}, world.now});
  return world;
}

TEST(SessionRefusals, WhatIsRevivedWhileItsAlbumUploadsIsPostedBehindItAndNotTakenForPosted) {
  for (const bool made_before_the_album_is_there : {true, false}) {
    SCOPED_TRACE(made_before_the_album_is_there);
    World world = a_part_revived_amid_its_album();
    ASSERT_TRUE(world.waits(MakePart{2}));
    std::erase(world.outbox, Effect(PublishPost{1}));
    if (made_before_the_album_is_there) world.perform(0);
    world.say(Posted{1, {1001, 1003}, world.now});
    EXPECT_NE(world.session.parts[1].state, PartState::posted) << "Telegram was given parts 1 and 3";
    EXPECT_EQ(world.session.parts[2].message_id, 1003);
    world.perform_all();
    EXPECT_EQ(world.delivered, std::vector<int>{2});
    EXPECT_EQ(world.session.posts.back().messages, std::vector<std::int64_t>{1002});
    EXPECT_EQ(world.session.phase, Phase::done);
  }
}

TEST(SessionRefusals, APieceOfAFileIsCutAgainFromTheWholeFile) {
  World world = an_album(1);
  world.session.parts[0].file_take = 1;
  world.session.parts[0].file.bytes = 10U << 20U;
  refuse_now(world, 0, Refusal::too_large);
  EXPECT_EQ(world.session.parts[0].whole, "/out/1.mp4");
  world.make(1);
  refuse_now(world, 0, Refusal::too_large);
  EXPECT_EQ(world.session.parts[0].whole, "/out/1.mp4") << "and never from a piece";
}

}  // namespace
}  // namespace rec::session
