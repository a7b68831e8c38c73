// The whole way of a session on Telegram: compressed version, comment, captions, copies, two targets; a crash
// at every step of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/names.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kMain = -1001;
constexpr std::int64_t kGroup = -1002;
constexpr std::int64_t kBackup = -1003;
constexpr std::int64_t kOther = -2001;

/// Everything is asked of the first target; the other one has but its chat, and may be away.
void targets(Program& program) {
  Target& main = program.settings.target.target;
  main.chat.name = "@main";
  main.chat.id = 0;
  main.backup.id = kBackup;
  main.compression = {true, 1000};
  program.settings.targets["other"].target.chat.id = kOther;
  program.settings.targets["other"].target.name = "other";
  program.settings.target_of[ChannelId("twitch:else")] = "other";
  program.settings.channels.push_back(
      {ChannelId("twitch:else"), "twitch", "else", "https://www.twitch.tv/else"});
  program.settings.session_policy.mode = session::PostMode::album;
  program.settings.session_policy.album_wait = seconds(15);
  program.world.names["@main"] = kMain;
  program.world.groups[kMain] = kGroup;
}

void end_script(Program& program) {
  targets(program);
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 14, 100, "first", "", ChannelId("twitch:someone")},
                              {t + seconds(7), 6, 0, "else", "", ChannelId("twitch:else")}};
}

std::string contents_in(const World& world, std::int64_t chat, const std::string& begin) {
  std::string all;
  for (const SentPost& post : world.posts) {
    for (const std::string& content : post.contents) {
      if (post.chat == chat && content.starts_with(begin)) all += content;
    }
  }
  return all;
}

std::vector<const SentPost*> posts_in(const World& world, std::int64_t chat) {
  std::vector<const SentPost*> all;
  for (const SentPost& post : world.posts) {
    if (post.chat == chat && !post.contents.empty()) all.push_back(&post);
  }
  return all;
}

void expect_whole(Program& program, int k, bool other_too) {
  SCOPED_TRACE("crash at step " + std::to_string(k));
  const World& world = program.world;
  const std::string media = media_of(world.broadcasts[0]);
  EXPECT_EQ(contents_in(world, kMain, "<"), media);
  EXPECT_EQ(contents_in(world, kBackup, "<"), media) << "in order, and once";
  EXPECT_EQ(contents_in(world, kGroup, "compressed:"), "compressed:" + media);
  EXPECT_EQ(contents_in(world, kBackup, "compressed:"), "compressed:" + media);
  EXPECT_GE(posts_in(world, kMain).size(), 2U);
  EXPECT_EQ(posts_in(world, kBackup).size(), posts_in(world, kMain).size() + 1);
  for (const SentPost* post : posts_in(world, kMain)) {
    EXPECT_NE(post->text.find("✅"), std::string::npos) << post->text;
    EXPECT_NE(post->text.find(post->marker), std::string::npos);
  }
  for (const SentPost* post : posts_in(world, kGroup))
    EXPECT_EQ(post->reply_to, posts_in(world, kMain)[0]->id);
  std::map<std::pair<std::int64_t, std::string>, int> seen;
  for (const SentPost& post : world.posts)
    EXPECT_EQ(++seen[std::pair(post.chat, post.marker)], 1) << post.text;
  EXPECT_EQ(world.names_asked, 1) << "kept, and not asked for again";
  EXPECT_EQ(contents_in(world, kOther, "<"), other_too ? media_of(world.broadcasts[1]) : "");
  const StoreSnapshot stored = program.stored();
  EXPECT_EQ(stored.sessions.size(), other_too ? 0U : 1U);
  if (other_too) EXPECT_TRUE(stored.outbox.empty());
  const auto done = program.history();
  const auto first = std::ranges::find(done, ChannelId("twitch:someone"), &session::Session::channel);
  ASSERT_NE(first, done.end());
  std::error_code gone;
  EXPECT_TRUE(!std::filesystem::exists(first->folder, gone)) << "all of it is posted";
}

/// The other target opens late, so that its session waits while the first one goes all the way.
void run_to_the_end(Program& program, int crashes, bool other_opens) {
  program.world.closed_chats = {kOther};
  const Instant t = program.now();
  EXPECT_EQ(program.run_until(t + seconds(240), seconds(1)), crashes);
  if (!other_opens) return;
  program.world.closed_chats.clear();
  program.world.fuse = -1;
  program.run_until(program.now() + std::chrono::minutes(20), seconds(1));
}

TEST(EndOfASession, ATargetThatIsAwayHoldsNobodyUp) {
  Program program("end");
  end_script(program);
  run_to_the_end(program, 0, false);
  expect_whole(program, -1, false);
}

TEST(EndOfASession, ACrashAtAnyStepLeavesTheSameWorld) {
  int steps = 0;
  {
    Program program("end");
    end_script(program);
    run_to_the_end(program, 0, false);
    steps = program.world.steps;
    program.world.closed_chats.clear();
    program.run_until(program.now() + std::chrono::minutes(20), seconds(1));
    expect_whole(program, -1, true);
  }
  ASSERT_GT(steps, 100);
  for (int k = 0; k < steps; k = next_crash(k)) {
    Program program("end");
    end_script(program);
    program.world.fuse = k;
    run_to_the_end(program, 1, true);
    // A name that was being kept when it crashed is asked for again.
    program.world.names_asked = std::min(program.world.names_asked, 1);
    expect_whole(program, k, true);
    if (testing::Test::HasFailure()) break;  // one is enough to read
  }
}

TEST(EndOfASession, TheDestinationIsFixedWhenItStarts) {
  Program program("fixed");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 12, 0, "first"}, {t + seconds(90), 6, 0, "second"}};
  program.run_for(seconds(20));  // killed while it records
  program.settings.target.target.chat.id = kOther;
  program.run_until(t + seconds(400), seconds(1));
  EXPECT_EQ(contents_in(program.world, kMain, "<"), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(contents_in(program.world, kOther, "<"), media_of(program.world.broadcasts[1]));
}

TEST(EndOfASession, WithoutADiscussionGroupItIsPostedAndCopiedAllTheSame) {
  Program program("nogroup");
  end_script(program);
  program.world.groups.clear();
  program.run_until(program.now() + seconds(600), seconds(1));
  const std::string media = media_of(program.world.broadcasts[0]);
  EXPECT_EQ(contents_in(program.world, kBackup, ""), media);
  EXPECT_EQ(program.world.compressions, 0) << "it would have had nowhere to go";
}

TEST(EndOfASession, TheDiscussionGroupTakesItWhereThePostTakesNoComments) {
  Program program("group");
  end_script(program);
  program.world.groups.clear();
  program.settings.target.target.discussion.id = kGroup;
  program.run_until(program.now() + seconds(600), seconds(1));
  const auto posts = posts_in(program.world, kGroup);
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0]->reply_to, 0);
  const std::string link = "https://t.me/main/" + std::to_string(posts_in(program.world, kMain)[0]->id);
  EXPECT_NE(posts[0]->text.find("(source post: " + link + ")"), std::string::npos) << posts[0]->text;
}

TEST(EndOfASession, CaptionsAreEditedOneBehindTheOtherAndNoneWaitsForAClock) {
  Program program("captions");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 40, 0, "first"}};
  program.run_until(t + seconds(300), seconds(1));
  const auto posts = posts_in(program.world, kMain);
  ASSERT_GT(posts.size(), 5U);
  for (const SentPost* post : posts) {
    EXPECT_GT(post->edited, Instant{});
    EXPECT_LT(post->edited - posts[0]->edited, std::chrono::milliseconds(500)) << post->text;
  }
}

TEST(EndOfASession, WithoutFfmpegItGoesOnAfterADay) {
  Program program("noffmpeg");
  end_script(program);
  program.world.no_ffmpeg = true;
  program.run_for(std::chrono::minutes(75));
  program.skip(std::chrono::hours(22));
  program.run_for(std::chrono::minutes(5));
  const std::string media = media_of(program.world.broadcasts[0]);
  EXPECT_EQ(contents_in(program.world, kMain, "<"), media);
  EXPECT_EQ(contents_in(program.world, kBackup, "<"), "") << "ffmpeg may still be installed";
  program.skip(std::chrono::hours(1));
  program.run_for(std::chrono::minutes(65));
  EXPECT_EQ(contents_in(program.world, kBackup, ""), media);
  const auto done = program.history();
  const auto first = std::ranges::find(done, ChannelId("twitch:someone"), &session::Session::channel);
  ASSERT_NE(first, done.end());
  EXPECT_EQ(first->compressed.made, session::Stage::failed);
  EXPECT_NE(first->compressed.error.find("ffmpeg"), std::string::npos);
}

TEST(EndOfASession, WhereTheDiskIsNearlyFullARecordingNeedsTheRoomMoreThanACompressedVersion) {
  Program program("room");
  end_script(program);
  const Instant t = program.now();
  program.settings.min_free = 5'000'000'000;
  program.world.free_bytes = [t](Instant now) {
    const bool tight = now > t + seconds(36) && now < t + seconds(50);
    return tight ? std::uint64_t{5'100'000'000} : std::uint64_t{1} << 40U;
  };
  program.run_until(t + seconds(600), seconds(1));
  EXPECT_EQ(program.world.compressions, 0);
  EXPECT_EQ(contents_in(program.world, kMain, "<"), media_of(program.world.broadcasts[0]));
  EXPECT_EQ(contents_in(program.world, kBackup, "<"), media_of(program.world.broadcasts[0]));
  const auto done = program.history();
  ASSERT_EQ(done.size(), 2U);
  for (const auto& session : done) {
    EXPECT_EQ(session.flags.skip_compression, session.target.compression.enabled);
    std::error_code gone;
    EXPECT_FALSE(std::filesystem::exists(session.folder, gone));
  }
}

TEST(Refusals, AFileThatIsTooLargeIsCutAgainSmallerAndNothingIsLostWhateverIsKilled) {
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k)) {
    Program program("large");
    const Instant t = program.now();
    program.world.broadcasts = {{t + seconds(5), 14, 100, "first"}};
    program.world.most_bytes = 40;
    program.world.scale = 1U << 20U;
    program.world.fuse = k;
    program.run_until(t + seconds(300), seconds(1));
    EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0])) << "crash at step " << k;
    const auto done = program.history();
    ASSERT_EQ(done.size(), 1U) << "crash at step " << k;
    EXPECT_EQ(done[0].parts[0].file.further.size(), 1U);
    EXPECT_FALSE(std::filesystem::exists(done[0].folder)) << "crash at step " << k;
    if (k < 0) steps = program.world.steps;
    if (testing::Test::HasFailure()) return;  // one is enough to read
  }
}

TEST(Refusals, WhatTelegramTakesForNoVideoGoesAloneAndIsReportedAndTheOthersKeepTheirOrder) {
  Program program("unusable");
  const Instant t = program.now();
  program.settings.session_policy.mode = session::PostMode::after_end;
  program.world.broadcasts = {{t + seconds(5), 14, 100, "first"}};
  program.world.unusable = {"<first/105><first/106><first/107><first/108><first/109>"};
  program.run_until(t + seconds(400), seconds(1));
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1U);
  std::string rest = media_of(program.world.broadcasts[0]);
  const std::string& lost = *program.world.unusable.begin();
  ASSERT_NE(rest.find(lost), std::string::npos);
  rest.erase(rest.find(lost), lost.size());
  EXPECT_EQ(program.posted_media(), rest);
  EXPECT_TRUE(std::filesystem::exists(done[0].parts.at(1).file.path)) << "and the file is kept";
}

/// Three parts wait for Telegram, which is away.
void parts_that_wait(Program& program) {
  const Instant t = program.now();
  program.settings.session_policy.mode = session::PostMode::after_end;
  program.world.broadcasts = {{t + seconds(5), 14, 100, "first"}};
  program.world.telegram_away = true;
  program.run_until(t + seconds(300), seconds(1));
  program.world.telegram_away = false;
}

TEST(DeletedFiles, APartThatSomebodyDeletedBeforeItWasPostedIsMadeAgain) {
  Program program("deleted");
  parts_that_wait(program);
  const auto& files = program.world.files;
  ASSERT_GE(files.size(), 3U);
  ASSERT_TRUE(std::filesystem::remove(std::next(files.begin())->first));
  program.run_for(seconds(300));
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].phase, session::Phase::done);
}

TEST(DeletedFiles, APartWhoseSegmentsWereDeletedTooIsReportedAndTheOthersArePosted) {
  Program program("deletedtoo");
  parts_that_wait(program);
  const auto& files = program.world.files;
  ASSERT_GE(files.size(), 3U);
  const auto lost = *std::next(files.begin());
  ASSERT_TRUE(std::filesystem::remove(lost.first));
  const auto sessions = program.stored().sessions;
  ASSERT_EQ(sessions.size(), 1U);
  std::filesystem::remove_all(segment_folder(sessions[0].id, program.settings));
  program.run_for(seconds(300));
  std::string rest = media_of(program.world.broadcasts[0]);
  rest.erase(rest.find(lost.second), lost.second.size());
  EXPECT_EQ(program.posted_media(), rest);
  const auto done = program.history();
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].phase, session::Phase::done);
  EXPECT_NE(done[0].parts.at(1).error.find(lost.first + " was deleted"), std::string::npos)
      << done[0].parts[1].error;
}

TEST(Silence, IsAsItWasAskedFor) {
  for (const Silent silent : {Silent::none, Silent::parts, Silent::all}) {
    Program program("silent");
    const Instant t = program.now();
    program.settings.silent = silent;
    program.world.broadcasts = {{t + seconds(5), 14, 100, "first"}};
    program.run_until(t + seconds(200), seconds(1));
    std::vector<bool> rang;
    for (const SentPost& post : program.world.posts) rang.push_back(!post.silent);
    ASSERT_GE(rang.size(), 3U);
    const bool all = silent == Silent::none;
    std::vector<bool> expected(rang.size(), all);
    if (silent == Silent::parts) expected[1] = true;  // behind the status message
    EXPECT_EQ(rang, expected) << static_cast<int>(silent);
  }
}

TEST(Premium, CountsForSessionsThatBeginOnceItIsKnown) {
  Program program("premium");
  const Instant t = program.now();
  program.world.premium = true;
  program.settings.target.target.file_bytes = 1000;
  program.settings.target.premium_file_bytes = 2000;
  program.world.broadcasts = {{t + seconds(5), 6, 0, "first"}};
  program.run_until(t + seconds(200), seconds(1));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.history()[0].target.file_bytes, 2000U);
}

}  // namespace
}  // namespace rec::simulation
