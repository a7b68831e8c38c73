// The second backend, in a world that crashes: files that yt-dlp writes become parts once, whole and in
// order, alone and beside the native engine.
#include <gtest/gtest.h>

#include <set>

#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

void use_files(Program& program) {
  program.settings.capture.backend = CaptureBackend::ytdlp;
  program.settings.ytdlp.phantom.enabled = false;
}

bool anything_in(const std::filesystem::path& folder) {
  return std::filesystem::exists(folder) && !std::filesystem::is_empty(folder);
}

void expect_posted_once_and_cleared(Program& program, const std::string& media, int k) {
  EXPECT_EQ(program.posted_media(), media) << "crash at step " << k;
  std::set<std::string> markers;
  for (const auto& post : program.world.posts) markers.insert(post.marker);
  EXPECT_EQ(markers.size(), program.world.posts.size()) << "a post was made twice; crash at step " << k;
  EXPECT_TRUE(program.stored().sessions.empty()) << "crash at step " << k;
  EXPECT_TRUE(program.stored().outbox.empty()) << "crash at step " << k;
  EXPECT_EQ(program.history().size(), 1U) << "crash at step " << k;
  EXPECT_FALSE(anything_in(program.folder() / "data" / "segments")) << "crash at step " << k;
  EXPECT_FALSE(anything_in(program.folder() / "data" / "takes")) << "crash at step " << k;
}

/// Once without a crash, then with one at each step.
void crash_at_every_step(const std::function<void(Program&)>& script, const std::string& media) {
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k)) {
    Program program("files");
    script(program);
    program.world.fuse = k;
    const Instant end = program.now() + seconds(300);
    EXPECT_EQ(program.run_until(end, seconds(1)), k < 0 ? 0 : 1) << "crash at step " << k;
    expect_posted_once_and_cleared(program, media, k);
    if (k < 0) steps = program.world.steps;
    if (testing::Test::HasFailure()) return;  // one is enough to read
  }
  EXPECT_GT(steps, 50);
}

std::string all_of(const std::vector<Broadcast>& broadcasts) {
  std::string media;
  for (const auto& broadcast : broadcasts) media += media_of(broadcast);
  return media;
}

std::vector<Broadcast> two_with_a_drop(const Program& program) {
  const Instant t = program.now();
  return {{t + seconds(5), 9, 100, "first"}, {t + seconds(35), 7, 0, "second"}};
}

TEST(FileTakes, WithACrashAtEveryStepEachFileIsTakenOverPostedOnceAndCleared) {
  const auto script = [](Program& program) {
    use_files(program);
    program.world.broadcasts = two_with_a_drop(program);
  };
  crash_at_every_step(script, all_of(two_with_a_drop(Program("names"))));
}

TEST(FileTakes, PostedAfterTheEndNothingIsMissingEither) {
  const auto script = [](Program& program) {
    use_files(program);
    program.settings.session_policy.mode = session::PostMode::after_end;
    program.world.broadcasts = two_with_a_drop(program);
  };
  crash_at_every_step(script, all_of(two_with_a_drop(Program("names"))));
}

TEST(FileTakes, ABroadcastThatTheNativeEngineGivesUpGoesOnWithTheOtherInTheSameSession) {
  const auto script = [](Program& program) {
    program.settings.ytdlp.phantom.enabled = false;
    program.world.gives_up_after = 4;
    program.world.broadcasts = two_with_a_drop(program);
  };
  crash_at_every_step(script, all_of(two_with_a_drop(Program("names"))));
}

TEST(FileTakes, ALongBroadcastGoesOnInAnotherSessionWhoseFilesArePostedMeanwhile) {
  const auto script = [](Program& program) {
    use_files(program);
    program.settings.session_duration = seconds(40);
    program.world.segments_a_run = 1000;
    program.world.broadcasts = {{program.now() + seconds(5), 50, 0, "long"}};
  };
  int steps = 0;
  for (int k = -1; k < steps; k = next_crash(k, 5)) {
    Program program("files-roll");
    script(program);
    program.world.fuse = k;
    const Instant end = program.now() + seconds(300);
    EXPECT_EQ(program.run_until(end, seconds(1)), k < 0 ? 0 : 1) << "crash at step " << k;
    // After a crash one session's last part may be posted behind the next one's first.
    std::string posted = program.posted_media();
    std::size_t whole = 0;
    for (int i = 0; i < 50; ++i) {
      const std::string segment = "<long/" + std::to_string(i) + ">";
      EXPECT_NE(posted.find(segment), std::string::npos) << segment << ", crash at step " << k;
      whole += segment.size();
    }
    EXPECT_EQ(posted.size(), whole) << "each once; crash at step " << k << ": " << posted;
    EXPECT_TRUE(program.stored().sessions.empty()) << "crash at step " << k;
    EXPECT_GE(program.history().size(), 3U) << "crash at step " << k;
    EXPECT_FALSE(anything_in(program.folder() / "data" / "takes")) << "crash at step " << k;
    if (k < 0) steps = program.world.steps;
    if (testing::Test::HasFailure()) return;
  }
}

// Its next session has no file yet, for there is no room: what is killed then must not have the native engine
// record again what yt-dlp has.
TEST(FileTakes, ALongBroadcastThatTheNativeEngineGaveUpStaysTheOthersWhenItIsKilledWhileTheDiskIsFull) {
  Program program("files-roll-full");
  const Instant t = program.now();
  program.settings.ytdlp.phantom.enabled = false;
  program.settings.session_duration = seconds(40);
  program.settings.min_free = 1000;
  program.world.gives_up_after = 1;
  program.world.broadcasts = {{t + seconds(5), 50, 0, "long"}};
  program.world.free_bytes = [t](Instant now) {
    return now >= t + seconds(40) && now < t + seconds(70) ? 999U : 1ULL << 40U;
  };
  program.run_for(seconds(60));
  program.run_for(seconds(240));
  const std::string posted = program.posted_media();
  for (int i = 0; i < 50; ++i) {
    const std::string segment = "<long/" + std::to_string(i) + ">";
    const auto at = posted.find(segment);
    EXPECT_NE(at, std::string::npos) << segment;
    EXPECT_EQ(posted.find(segment, at + 1), std::string::npos) << segment << " was posted twice";
  }
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_GE(program.history().size(), 3U);
}

// Away for longer than the grace period, and known by its number: the native engine, which was refused, would
// record again what its playlist still offers.
TEST(FileTakes, ABroadcastThatTheNativeEngineGaveUpStaysTheOthersWhenItIsBackAfterItsSessionEnded) {
  Program program("files-back");
  const Instant t = program.now();
  program.settings.ytdlp.phantom.enabled = false;
  program.world.gives_up_after = 1;
  program.world.outages = {{t + seconds(40), t + seconds(150)}};  // the first session waits to be posted
  program.world.broadcasts = {{t + seconds(5), 20, 0, "first", "the same"},
                              {t + seconds(100), 10, 0, "again", "the same"}};
  program.run_for(seconds(400));
  EXPECT_EQ(program.world.captures, 1);
  EXPECT_NE(program.posted_media().find("<again/0>"), std::string::npos);
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_EQ(program.history().size(), 2U);
}

/// A channel whose broadcasts are recorded from their beginning.
void from_the_start(Program& program) {
  program.settings.channels = {{ChannelId("youtube:@x"), "youtube", "@x", "https://www.youtube.com/@x/live"}};
  program.settings.capture.live_from_start = true;
}

TEST(FileTakes, WhatWasBroadcastBeforeIsFetchedBesideTheRecordingAndPostedWithIt) {
  Program program("beginning");
  const Instant t = program.now();
  from_the_start(program);
  program.world.broadcasts = {{t - seconds(60), 45, 0, "only"}};
  program.run_for(seconds(300));
  const std::string posted = program.posted_media();
  EXPECT_NE(posted.find("<only/0><only/1><only/2>"), std::string::npos) << posted;
  std::multiset<std::string> segments;
  for (std::size_t at = 0; at < posted.size(); at = posted.find('>', at) + 1)
    segments.insert(posted.substr(at, posted.find('>', at) + 1 - at));
  EXPECT_EQ(segments.size(), 45U);
  EXPECT_EQ(std::set(segments.begin(), segments.end()).size(), 45U) << "each once: " << posted;
  EXPECT_EQ(program.history().at(0).files.size(), 1U);
}

TEST(FileTakes, ABeginningThatCannotBeHadCostsNothingElse) {
  Program program("no-beginning");
  const Instant t = program.now();
  from_the_start(program);
  program.world.beginning_fails = true;
  program.world.broadcasts = {{t - seconds(60), 45, 0, "only"}};
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_TRUE(program.posted_media().ends_with("<only/43><only/44>")) << program.posted_media();
  EXPECT_EQ(program.history()[0].files.at(0).state, session::FileState::cut);
}

TEST(FileTakes, ABeginningThatCannotBeHadForAMinuteIsFetchedBehindIt) {
  Program program("late-beginning");
  const Instant t = program.now();
  from_the_start(program);
  program.world.beginning_fails = true;
  program.world.broadcasts = {{t - seconds(60), 120, 0, "only"}};
  program.world.on_segment = [&](int count) {
    if (count == 30) program.world.beginning_fails = false;
  };
  program.run_for(seconds(500));
  const std::string posted = program.posted_media();
  EXPECT_NE(posted.find("<only/0><only/1><only/2>"), std::string::npos) << posted;
  ASSERT_EQ(program.history().size(), 1U);
}

TEST(FileTakes, WithACrashAtAnyStepABeginningIsStillOnePieceAndTheRestIsWhole) {
  for (int k = 0; k < 120; k = next_crash(k, 3)) {
    Program program("beginning-crash");
    const Instant t = program.now();
    from_the_start(program);
    program.world.window = 40;
    program.world.broadcasts = {{t - seconds(120), 75, 0, "only"}};
    program.world.fuse = k;
    program.run_until(t + seconds(400), seconds(1));
    const std::string posted = program.posted_media();
    std::set<std::string> once;
    std::size_t segments = 0;
    for (std::size_t at = 0; at < posted.size(); at = posted.find('>', at) + 1, ++segments)
      once.insert(posted.substr(at, posted.find('>', at) + 1 - at));
    EXPECT_EQ(once.size(), segments) << "twice; crash at step " << k << ": " << posted;
    EXPECT_TRUE(once.contains("<only/74>")) << "crash at step " << k;
    EXPECT_TRUE(program.stored().sessions.empty()) << "crash at step " << k;
    if (HasFailure()) return;
  }
}

/// Its second broadcast is the end of the first once more.
void record_a_phantom(Program& program) {
  program.settings.capture.backend = CaptureBackend::ytdlp;
  program.settings.ytdlp.phantom.ask_platform = false;
  program.settings.ytdlp.phantom.min_bytes = 0;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 8, 0, "only"}, {t + seconds(30), 4, 4, "only"}};
  program.world.segments_a_run = 100;
  program.run_for(seconds(24));
  program.world.taken.clear();
  program.run_for(seconds(200));
}

TEST(FileTakes, APhantomIsMovedAsideToldAndKept) {
  Program program("phantom");
  record_a_phantom(program);
  ASSERT_EQ(program.history().size(), 1U);
  const auto done = program.history()[0];
  ASSERT_EQ(done.files.size(), 2U);
  EXPECT_EQ(done.files[1].state, session::FileState::aside) << done.files[1].note;
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  const auto aside = program.folder() / "data" / "phantoms" / done.id.str() / "2" / "media.ts";
  EXPECT_NE(done.files[1].note.find(aside.parent_path().string()), std::string::npos) << done.files[1].note;
  EXPECT_FALSE(anything_in(program.folder() / "data" / "takes"));
  std::filesystem::last_write_time(aside.parent_path(), std::chrono::file_clock::from_sys(program.now()));
  program.run_for(std::chrono::hours(3));
  EXPECT_TRUE(std::filesystem::exists(aside)) << "nobody is in need of the room";
  program.settings.min_free = 1'000'000;
  program.world.free_bytes = [](Instant) { return std::uint64_t{1000}; };
  program.run_for(seconds(60));
  EXPECT_FALSE(std::filesystem::exists(aside)) << "a disk that is full";
}

// Its file is written now, which is weeks ago for the world: as one that waited long to be looked at.
TEST(FileTakes, APhantomStaysAWeekFromWhenItWasFoundAndThenGoes) {
  Program program("old-phantom");
  record_a_phantom(program);
  ASSERT_EQ(program.history().size(), 1U);
  const auto aside = program.folder() / "data" / "phantoms" / program.history()[0].id.str() / "2";
  ASSERT_TRUE(anything_in(aside));
  program.run_for(std::chrono::hours(2));
  program.skip(std::chrono::hours(6 * 24));
  program.run_for(std::chrono::hours(2));
  EXPECT_TRUE(anything_in(aside)) << "six days";
  program.skip(std::chrono::hours(24));
  program.run_for(minutes(1));
  EXPECT_FALSE(std::filesystem::exists(aside.parent_path())) << "more than a week";
}

TEST(FileTakes, TheLastShortPieceOfABroadcastIsNoPhantomThoughItIsCutWhenNothingIsLiveAnyMore) {
  Program program("last-piece");
  const Instant t = program.now();
  program.settings.capture.backend = CaptureBackend::ytdlp;
  program.settings.ytdlp.phantom.min_duration = minutes(5);  // all files here are shorter
  program.world.segments_a_run = 7;
  program.world.broadcasts = {{t + seconds(5), 10, 0, "only"}};
  program.world.lies_from = t + seconds(5);  // the platform says live for a little longer than it is
  program.world.lies_until = t + seconds(35);
  program.world.looking = seconds(30);
  program.run_for(seconds(400));
  ASSERT_EQ(program.history().size(), 1U);
  const auto files = program.history()[0].files;
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[1].state, session::FileState::cut) << files[1].note;
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
}

TEST(FileTakes, APieceThatIsTooLargeForTheAccountIsCutSmallerWhateverIsKilled) {
  Program plan("plan");
  const auto broadcasts = two_with_a_drop(plan);
  const auto script = [&](Program& program) {
    use_files(program);
    program.world.broadcasts = two_with_a_drop(program);
    program.world.most_bytes = 40;
    program.world.scale = 1U << 20U;
  };
  crash_at_every_step(script, all_of(broadcasts));
}

}  // namespace
}  // namespace rec::simulation
