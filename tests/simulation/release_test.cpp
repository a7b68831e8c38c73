// A long recording gives back what is posted while it goes on, and no crash at any step takes a byte that is
// still needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "app/names.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::seconds;

constexpr int kSegments = 18;
constexpr std::uint64_t kKept = 4;

void long_broadcast(Program& program) {
  program.settings.part_limits.duration = seconds(8);  // four segments
  program.settings.newest_segments_kept = kKept;
  program.world.disk_counts = true;
  program.world.broadcasts = {{program.now() + seconds(5), kSegments, 100, "long", "77"}};
}

std::string bytes_on_disk(const std::string& path, const SegmentRecord& record) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(record.bytes, '\0');
  in.seekg(static_cast<std::streamoff>(record.spans.front().offset));
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

/// How many of the session's segments are released; all others must be there, and so must be whatever is in
/// no message yet.
int released_now(Program& program, std::uint64_t kept = kKept) {
  int released = 0;
  const std::string posted = program.posted_media();
  for (const auto& session : program.stored().sessions) {
    const std::string folder = segment_folder(session.id, program.settings);
    const auto log = SegmentLog::read_segments(folder);
    if (!log) continue;
    for (const SegmentRecord& record : *log) {
      const std::string media = "<" + record.info.identity + ">";
      if (!record.released)
        EXPECT_EQ(bytes_on_disk(SegmentLog::media_path(folder), record), media);
      else
        EXPECT_NE(posted.find(media), std::string::npos) << media << " went before it was posted";
      if (record.released && session.phase == session::Phase::recording)
        EXPECT_LT(record.ordinal + kept, log->size());
      released += record.released ? 1 : 0;
    }
  }
  return released;
}

void expect_posted_once(Program& program, int k) {
  SCOPED_TRACE(::testing::Message() << "crash at step " << k);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.stored().sessions.empty());
  EXPECT_TRUE(program.stored().outbox.empty());
  const auto segments = program.folder() / "data" / "segments";
  EXPECT_TRUE(!std::filesystem::exists(segments) || std::filesystem::is_empty(segments));
}

TEST(Release, ALongRecordingDoesNotKeepWhatIsPosted) {
  Program program("release");
  long_broadcast(program);
  int most = 0;
  program.world.on_segment = [&](int) { most = std::max(most, released_now(program)); };
  program.run_for(seconds(200));
  EXPECT_GE(most, kSegments - 3 * 4) << "all but what is open, on its way, or the newest";
  expect_posted_once(program, -1);
}

TEST(Release, WhatTelegramDoesNotHaveYetStays) {
  Program program("release-away");
  long_broadcast(program);
  program.world.telegram_away = true;
  int most = 0;
  program.world.on_segment = [&](int) { most = std::max(most, released_now(program)); };
  program.run_for(seconds(100));
  EXPECT_EQ(most, 0);
  program.world.telegram_away = false;
  program.run_for(seconds(900));
  expect_posted_once(program, -1);
}

TEST(Release, AFullDiskDoesNotWaitForNewerSegmentsThatItCannotHold) {
  Program program("release-full");
  long_broadcast(program);
  program.settings.newest_segments_kept = 1000;
  program.settings.min_free = 1'000'000;
  const Instant full_from = program.now() + seconds(28);
  int released = 0;
  program.world.free_bytes = [&](Instant now) -> std::uint64_t {
    if (now < full_from) return 1ULL << 40U;
    released = std::max(released, released_now(program, 0));
    return released > 0 ? 1ULL << 40U : 0;
  };
  program.run_for(seconds(25));
  EXPECT_EQ(released_now(program), 0);
  program.run_until(program.now() + seconds(300), seconds(1));
  EXPECT_GE(released, 4);
  const std::string posted = program.posted_media();
  EXPECT_TRUE(posted.starts_with("<long/100><long/101>"));
  EXPECT_TRUE(posted.ends_with("<long/117>")) << "it goes on by itself";
}

TEST(Release, ACrashAtAnyStepLosesAndDoublesNothing) {
  int steps = 0;
  {
    Program program("release-steps");
    long_broadcast(program);
    EXPECT_EQ(program.run_until(program.now() + seconds(300), seconds(1)), 0);
    expect_posted_once(program, -1);
    steps = program.world.steps;
  }
  ASSERT_GT(steps, 200);
  for (int k = 0; k < steps; k = next_crash(k)) {
    Program program("release-steps");
    long_broadcast(program);
    program.world.fuse = k;
    program.world.on_segment = [&](int) { released_now(program); };
    EXPECT_EQ(program.run_until(program.now() + seconds(300), seconds(1)), 1) << "crash at step " << k;
    expect_posted_once(program, k);
    if (testing::Test::HasFailure()) break;
  }
}

TEST(Release, ASessionThatGoesOnInAnotherKeepsWhatTheLastPartOfTheFirstEndsWith) {
  Program program("release-rolls");
  long_broadcast(program);
  program.settings.session_duration = seconds(20);
  program.world.on_segment = [&](int) { released_now(program); };
  program.run_until(program.now() + seconds(600), seconds(1));
  std::string posted = program.posted_media();
  for (int i = 0; i < kSegments; ++i) {
    const std::string one = "<long/" + std::to_string(100 + i) + ">";
    EXPECT_NE(posted.find(one), std::string::npos) << one;
    EXPECT_EQ(posted.find(one), posted.rfind(one)) << one << " is there twice";
  }
  EXPECT_TRUE(program.stored().sessions.empty());
}

}  // namespace
}  // namespace rec::simulation
