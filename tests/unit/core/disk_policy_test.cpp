// Pausing at the low-water mark, coming back, and the word in time: by readings alone.
#include "core/disk_policy.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rec::disk {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t kGb = 1'000'000'000;
const Policy kPolicy{.min_free = 8 * kGb};

/// A disk that is read again and again; what it says is collected.
struct Disk {
  void read(std::uint64_t free, std::chrono::seconds later = 2s, bool gaining = false) {
    now += later;
    Step taken = step(std::move(state), {now, free}, policy, gaining);
    state = std::move(taken.next);
    said.insert(said.end(), taken.notices.begin(), taken.notices.end());
  }
  Policy policy = kPolicy;
  State state{};
  SteadyTime now{};
  std::vector<Notice> said{};
};

TEST(DiskPolicy, C74_BelowTheMarkItPausesAndSaysSoOnce) {
  Disk disk;
  disk.read(8 * kGb);
  EXPECT_FALSE(disk.state.paused) << "exactly the mark is enough";
  for (int i = 0; i < 5; ++i) disk.read(8 * kGb - 1 - static_cast<std::uint64_t>(i));
  EXPECT_TRUE(disk.state.paused);
  EXPECT_EQ(disk.said, std::vector{Notice::paused});
}

TEST(DiskPolicy, C74_ItComesBackOnlyWithSomeRoomBeyondTheMark) {
  Disk disk;
  disk.read(1 * kGb);
  disk.read(8 * kGb);
  disk.read(9 * kGb - 1);
  EXPECT_TRUE(disk.state.paused) << "it would flutter";
  disk.read(9 * kGb);
  EXPECT_FALSE(disk.state.paused);
  disk.read(8 * kGb);
  EXPECT_FALSE(disk.state.paused);
  EXPECT_EQ(disk.said, (std::vector{Notice::paused, Notice::resumed}));
}

TEST(DiskPolicy, WhatIsBeingRemovedIsWaitedForBeforeAPause) {
  Disk disk;
  disk.read(7 * kGb, 2s, true);
  EXPECT_FALSE(disk.state.paused);
  disk.read(7 * kGb, 2s, false);
  EXPECT_TRUE(disk.state.paused);
}

TEST(DiskPolicy, WithoutAMarkThereIsNoGuard) {
  Disk disk;
  disk.policy.min_free = 0;
  for (int minute = 0; minute < 30; ++minute) disk.read(static_cast<std::uint64_t>(30 - minute), 60s);
  disk.read(0);
  EXPECT_TRUE(disk.said.empty());
  EXPECT_TRUE(disk.state.history.empty());
}

TEST(DiskPolicy, LessThanSixHoursIsSaidOnceAndTakenBackOnce) {
  Disk disk;
  std::uint64_t free = 108 * kGb;
  for (int minute = 0; minute < 40; ++minute) disk.read(free -= kGb / 10, 60s);
  EXPECT_TRUE(disk.said.empty()) << "16 hours are left";
  for (int minute = 0; minute < 40; ++minute) disk.read(free -= kGb / 2, 60s);
  EXPECT_EQ(disk.said, std::vector{Notice::runs_out});
  const auto remaining = left(disk.state, {disk.now, free}, disk.policy);
  ASSERT_TRUE(remaining);
  const double hours = static_cast<double>(free - 8 * kGb) / (30.0 * static_cast<double>(kGb));
  EXPECT_NEAR(static_cast<double>(remaining->count()), hours * 3600, 60);
  for (int minute = 0; minute < 60; ++minute) disk.read(free, 60s);
  EXPECT_EQ(disk.said, (std::vector{Notice::runs_out, Notice::lasts}));
}

TEST(DiskPolicy, OnePartBeingMadeIsNoForecast) {
  Disk disk;
  disk.read(30 * kGb, 60s);
  for (int i = 0; i < 30; ++i) disk.read(30 * kGb - static_cast<std::uint64_t>(i) * kGb / 15, 2s);
  EXPECT_TRUE(disk.said.empty());
  EXPECT_EQ(left(disk.state, {disk.now, 28 * kGb}, disk.policy), std::nullopt);
}

TEST(DiskPolicy, ItRemembersHalfAnHourAndNotMore) {
  Disk disk;
  for (int i = 0; i < 43'200; ++i) disk.read(100 * kGb + static_cast<std::uint64_t>(i));
  EXPECT_LE(disk.state.history.size(), 32U);
}

// Whatever a disk does: never two of the same kind in a row, and the last word is what is so.
RC_GTEST_PROP(DiskPolicyProperty, EveryTransitionIsSaidOnce, (std::vector<std::uint32_t> readings)) {
  Disk disk;
  for (const std::uint32_t free : readings) disk.read(std::uint64_t{free} * 5, 30s);
  bool paused = false;
  bool warned = false;
  for (const Notice notice : disk.said) {
    bool& known = notice == Notice::paused || notice == Notice::resumed ? paused : warned;
    const bool becomes = notice == Notice::paused || notice == Notice::runs_out;
    RC_ASSERT(known != becomes);
    known = becomes;
  }
  RC_ASSERT(paused == disk.state.paused);
  RC_ASSERT(warned == disk.state.warned);
  if (!readings.empty()) {
    const std::uint64_t last = std::uint64_t{readings.back()} * 5;
    RC_ASSERT(last >= disk.policy.min_free || disk.state.paused);
    RC_ASSERT(last < roomy_mark(disk.policy) || !disk.state.paused);
  }
}

}  // namespace
}  // namespace rec::disk
