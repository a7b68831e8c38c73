// Disks that fill up under a running recording, and what recording.keep lets go of, in virtual time.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

asio::awaitable<void> refuse_while(std::filesystem::path folder, Instant from, Instant until, Clock& clock) {
  if (from > clock.now()) co_await clock.sleep(from - clock.now());
  if (until <= clock.now()) co_return;
  const std::filesystem::path away = folder.string() + ".away";
  if (!std::filesystem::exists(folder)) std::filesystem::create_directories(folder);
  std::filesystem::rename(folder, away);
  std::ofstream(folder) << "no folder";
  co_await clock.sleep(until - clock.now());
  std::filesystem::remove(folder);
  std::filesystem::rename(away, folder);
}

TEST(Disk, C74_AFullDiskPausesTheRecordingWhichGoesOnByItselfAndTheHoleHasItsTrueLength) {
  Program program("disk-full");
  const Instant t = program.now();
  program.settings.min_free = 1000;
  program.world.broadcasts = {{t + seconds(5), 120, 0, "only", "1"}};
  program.world.free_bytes = [t](Instant now) {
    return now >= t + seconds(60) && now < t + seconds(130) ? 999U : 2000U;
  };
  program.run_for(seconds(600));
  ASSERT_EQ(program.history().size(), 1U) << "one session, and it is done";
  const auto gaps = program.gaps_of(program.history()[0].id);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].cause, GapCause::disk);
  const std::string posted = program.posted_media();
  const auto recorded = std::ranges::count(posted, '<');
  EXPECT_EQ(gaps[0].duration, seconds(2) * (120 - recorded));
  EXPECT_LE(gaps[0].duration, seconds(70))
      << "what the window still had when there was room again is not lost";
  EXPECT_GE(gaps[0].duration, seconds(40));
  EXPECT_EQ(program.world.captures, 1) << "the capture was never stopped";
}

TEST(Disk, C74_WhileItIsFullPartsAreStillMadeAndPosted) {
  Program program("disk-full-parts");
  const Instant t = program.now();
  program.settings.min_free = 1000;
  program.world.broadcasts = {{t + seconds(5), 30, 0, "only", "1"}};
  program.world.free_bytes = [t](Instant now) { return now >= t + seconds(30) ? 900U : 2000U; };
  program.run_for(seconds(600));
  EXPECT_FALSE(program.world.posts.empty());
  const auto left = program.stored();
  EXPECT_TRUE(left.outbox.empty()) << "nothing waits for room that only posting can make";
  ASSERT_EQ(program.history().size(), 1U);
  Micros missing{0};
  for (const Gap& gap : program.gaps_of(program.history()[0].id)) {
    EXPECT_EQ(gap.cause, GapCause::disk);
    missing += gap.duration;
  }
  EXPECT_EQ(missing, seconds(2) * (30 - std::ranges::count(program.posted_media(), '<')));
}

TEST(Disk, ABroadcastThatDropsTwiceWhileTheDiskIsFullStaysOneSession) {
  Program program("disk-full-drops");
  const Instant t = program.now();
  program.world.window = 100;
  program.settings.min_free = 1000;
  program.world.broadcasts = {{t + seconds(5), 30, 0, "first", "1"},
                              {t + seconds(73), 12, 100, "second", "1"},
                              {t + seconds(108), 20, 200, "third", "1"}};
  program.world.free_bytes = [t](Instant now) {
    return now >= t + seconds(40) && now < t + seconds(120) ? 999U : 2000U;
  };
  program.run_for(seconds(600));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media_of("third"), media_of(program.world.broadcasts[2])) << "all was on offer";
}

TEST(Disk, AStartOnAFullDiskRecordsNothingUntilThereIsRoom) {
  Program program("disk-full-at-start");
  const Instant t = program.now();
  program.settings.min_free = 1000;
  program.world.broadcasts = {{t + seconds(1), 60, 0, "only", "1"}};
  program.world.free_bytes = [t](Instant now) { return now < t + seconds(40) ? 10U : 2000U; };
  program.run_for(seconds(35));
  EXPECT_TRUE(program.world.posts.empty());
  program.run_for(seconds(400));
  const auto recorded = std::ranges::count(program.posted_media(), '<');
  EXPECT_GE(recorded, 60 - 20);
  EXPECT_LT(recorded, 60);
}

/// Between two instants nothing can be opened where segments lie.
void refuse_logs(Program& program, Instant from, Instant until) {
  program.person = [&program, from, until](App&, Clock& clock) {
    return refuse_while(program.folder() / "data" / "segments", from, until, clock);
  };
}

Micros missing_of_last(Program& program) {
  Micros missing{0};
  for (const Gap& gap : program.gaps_of(program.history().at(0).id)) {
    EXPECT_EQ(gap.cause, GapCause::disk);
    missing += gap.duration;
  }
  return missing;
}

TEST(Disk, WhatCouldNotBeOpenedUntilTheBroadcastWasOverIsSaidToBeMissing) {
  Program program("disk-never");
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 30, 0, "only", "1"}};
  refuse_logs(program, t, t + seconds(150));
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_TRUE(program.world.posts.empty());
  EXPECT_NEAR(std::chrono::duration<double>(missing_of_last(program)).count(), 60, 5);
  EXPECT_TRUE(program.stored().sessions.empty()) << "and it is over";
  const auto ended = program.history()[0].ended_at.value();
  EXPECT_LT(ended, t + seconds(75)) << "when it was last seen live";
}

TEST(Disk, WhatLaysInALogThatCouldNotBeOpenedAgainIsPostedOnceItCan) {
  Program program("disk-reopened");
  const Instant t = program.now();
  program.settings.part_limits.duration = seconds(60);
  program.world.broadcasts = {{t + seconds(5), 30, 0, "only", "1"}};
  program.run_for(seconds(25));
  refuse_logs(program, program.now(), t + seconds(180));
  program.run_for(seconds(400));
  ASSERT_EQ(program.history().size(), 1U);
  const std::string posted = program.posted_media();
  EXPECT_GE(std::ranges::count(posted, '<'), 8) << posted;
  EXPECT_TRUE(media_of(program.world.broadcasts[0]).starts_with(posted)) << posted;
  const double recorded = 2.0 * static_cast<double>(std::ranges::count(posted, '<'));
  EXPECT_NEAR(std::chrono::duration<double>(missing_of_last(program)).count(), 60 - recorded, 6);
  EXPECT_TRUE(program.stored().outbox.empty());
}

TEST(Disk, ABeginningThatCouldNotBeWrittenIsSaidToBeMissing) {
  Program program("disk-late");
  const Instant t = program.now();
  program.world.window = 100;  // so that the recorder itself misses nothing
  program.world.broadcasts = {{t + seconds(5), 30, 100, "only", "1"}};
  refuse_logs(program, t, t + seconds(35));
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U);
  const auto gaps = program.gaps_of(program.history()[0].id);
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps[0].cause, GapCause::disk);
  EXPECT_EQ(gaps[0].before_ordinal, 0U);
  EXPECT_EQ(gaps[0].duration, Micros(0)) << "this playlist has no clock, so nobody knows how long it is";
}

TEST(Disk, WhatCouldBeWrittenLateFromTheFirstSegmentOnHasNoGap) {
  Program program("disk-whole");
  const Instant t = program.now();
  program.world.window = 100;
  program.world.broadcasts = {{t + seconds(5), 30, 0, "only", "1"}};
  refuse_logs(program, t, t + seconds(15));
  program.run_for(seconds(300));
  ASSERT_EQ(program.history().size(), 1U);
  EXPECT_EQ(program.posted_media(), media_of(program.world.broadcasts[0]));
  EXPECT_TRUE(program.gaps_of(program.history()[0].id).empty());
}

/// The parts whose files recording.keep still keeps, as "first sequence".
std::set<std::int64_t> kept(Program& program) {
  std::set<std::int64_t> numbers;
  const auto stored = program.stored();
  for (const OutboxRow& row : stored.outbox) {
    const auto* part = std::get_if<session::RemovePart>(&row.effect);
    if (part == nullptr) continue;
    const auto session = std::ranges::find(stored.sessions, row.session, &session::Session::id);
    numbers.insert(session->parts.at(static_cast<std::size_t>(part->number) - 1).first_sequence);
  }
  return numbers;
}

TEST(Disk, PostedPartsStayAsLongAsAskedAndThenGo) {
  Program program("keep-time");
  program.settings.keep_posted = hours(2);
  program.world.broadcasts = {{program.now() + seconds(5), 20, 0, "only", "1"}};
  program.run_for(seconds(300));
  EXPECT_EQ(kept(program), (std::set<std::int64_t>{0, 5, 10, 15}));
  program.run_for(hours(1));
  EXPECT_EQ(kept(program).size(), 4U);
  program.run_for(hours(1));
  EXPECT_TRUE(kept(program).empty());
}

TEST(Disk, AllTogetherStayWithinTheSizeTheOldestPostedGoesFirst) {
  Program program("keep-size");
  program.settings.keep_posted = hours(1000);
  program.settings.keep_size = 100;  // a part is five segments of eight bytes or nine: "<only/12>"
  program.world.broadcasts = {{program.now() + seconds(5), 40, 10, "only", "1"}};
  program.run_for(seconds(400));
  EXPECT_EQ(std::ranges::count(program.posted_media(), '<'), 40) << "everything was posted";
  EXPECT_EQ(kept(program), (std::set<std::int64_t>{40, 45}));
}

TEST(Disk, WithoutTelegramNothingIsEverRemoved) {
  Program program("keep-all");
  program.settings.session_policy.publish = false;
  program.settings.keep_size = 1;
  program.settings.min_free = 1000;
  const Instant t = program.now();
  program.world.broadcasts = {{t + seconds(5), 20, 0, "only", "1"}};
  program.world.free_bytes = [t](Instant now) { return now >= t + seconds(30) ? 500U : 2000U; };
  program.run_for(seconds(300));
  EXPECT_EQ(program.history().size(), 1U);
  EXPECT_TRUE(kept(program).empty());
  EXPECT_FALSE(program.files_media().empty());
}

}  // namespace
}  // namespace rec::simulation
