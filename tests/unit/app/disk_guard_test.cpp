// Disks that fill up and get room again, in virtual time: when recording pauses, what is asked to go first,
// and what people hear.
#include "app/disk_guard.hpp"

#include <gtest/gtest.h>

#include <map>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/virtual_clock.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
constexpr std::uint64_t kMb = 1'000'000;

class DiskGuardTest : public ::testing::Test {
 protected:
  void SetUp() override {
    settings_.data_folder = "/data";
    settings_.output_folder = "/out";
    settings_.min_free = 800 * kMb;
    space_ = {{"/data", {1, 5000 * kMb}}, {"/out", {1, 5000 * kMb}}};
  }
  void start() {
    DiskGuard::Needs needs{clock_, *worker_, settings_};
    needs.space_of = [this](const std::string& folder) -> Result<DiskSpace> {
      if (failure_) return fail(*failure_);
      return space_.at(folder);
    };
    needs.make_room = [this](OnDisk full) {
      full_.push_back(full);
      if (!full.parts) return false;
      ++asked_for_room_;
      return room_to_be_made_ > 0 && room_to_be_made_-- > 0;
    };
    needs.on_change = [this] { ++changes_; };
    guard_ = std::make_unique<DiskGuard>(needs);
    asio::co_spawn(io_, guard_->run(), asio::detached);
  }
  /// Both folders lie on one file system.
  void set_free(std::uint64_t bytes) { space_["/data"].free = space_["/out"].free = bytes; }
  void pass(std::chrono::seconds time) { clock_.run_for(time); }

  asio::io_context io_;
  VirtualClock clock_{io_, Instant{Millis(1'800'000'000'000)}};
  std::unique_ptr<Worker> worker_ = make_inline_worker();
  Settings settings_;
  std::map<std::string, DiskSpace> space_;
  std::optional<Error> failure_;
  int room_to_be_made_ = 0;
  int asked_for_room_ = 0;
  std::vector<OnDisk> full_;
  int changes_ = 0;
  std::unique_ptr<DiskGuard> guard_;
};

TEST_F(DiskGuardTest, C74_ItPausesBelowTheMarkAndGoesOnByItselfWithinThirtySeconds) {
  start();
  pass(1min);
  EXPECT_TRUE(guard_->room_to_record());
  set_free(799 * kMb);
  pass(5s);
  const auto refused = guard_->room_to_record();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_NE(refused.error().text.find("/data"), std::string::npos) << refused.error().text;
  EXPECT_NE(refused.error().text.find("recording.min_free"), std::string::npos) << refused.error().text;
  set_free(850 * kMb);
  pass(1min);
  EXPECT_FALSE(guard_->room_to_record()) << "hardly above the mark is not worth beginning again";
  set_free(900 * kMb);
  pass(30s);
  EXPECT_TRUE(guard_->room_to_record());
  EXPECT_EQ(changes_, 2) << "once per transition";
}

TEST_F(DiskGuardTest, C74_WhatMayGoGoesBeforeAnythingPauses) {
  start();
  pass(10s);
  EXPECT_EQ(asked_for_room_, 0) << "there is room";
  set_free(850 * kMb);
  pass(4s);
  EXPECT_GT(asked_for_room_, 0) << "near the mark";
  room_to_be_made_ = 3;
  set_free(700 * kMb);
  pass(4s);
  EXPECT_TRUE(guard_->room_to_record()) << "files are being removed";
  set_free(2000 * kMb);
  pass(10s);
  EXPECT_EQ(changes_, 0);
}

TEST_F(DiskGuardTest, RemovingThatBringsNoRoomIsNotWaitedForLong) {
  start();
  room_to_be_made_ = 1'000'000;
  set_free(700 * kMb);
  pass(30s);
  EXPECT_FALSE(guard_->room_to_record());
}

TEST_F(DiskGuardTest, C74_AnotherFullDiskForFinishedPartsStopsNoRecording) {
  space_["/out"] = {2, 100 * kMb};
  start();
  pass(10s);
  EXPECT_TRUE(guard_->room_to_record());
  EXPECT_FALSE(guard_->room_for_part(1));
  EXPECT_EQ(changes_, 1);
  const auto views = guard_->views();
  ASSERT_EQ(views.size(), 2U);
  EXPECT_FALSE(views[0].paused);
  EXPECT_EQ(views[1].folder, "/out");
  EXPECT_TRUE(views[1].paused);
  space_["/out"].free = 900 * kMb;
  pass(10s);
  EXPECT_TRUE(guard_->room_for_part(50 * kMb));
  EXPECT_FALSE(guard_->room_for_part(200 * kMb)) << "it would leave less than min_free";
}

TEST_F(DiskGuardTest, OnlyWhatLiesOnTheFullDiskIsAskedToGo) {
  space_["/data"] = {2, 100 * kMb};
  start();
  pass(4s);
  ASSERT_FALSE(full_.empty());
  EXPECT_TRUE(full_.back().segments);
  EXPECT_FALSE(full_.back().parts) << "posted parts would go for nothing";
  space_["/data"].free = 5000 * kMb;
  space_["/out"].free = 100 * kMb;
  pass(4s);
  EXPECT_FALSE(full_.back().segments);
  EXPECT_TRUE(full_.back().parts);
}

TEST_F(DiskGuardTest, OnTheSameDiskPartsAreMadeWhileRecordingPausesForThatIsHowRoomComesBack) {
  set_free(700 * kMb);
  start();
  pass(10s);
  EXPECT_FALSE(guard_->room_to_record());
  EXPECT_TRUE(guard_->room_for_part(600 * kMb));
  EXPECT_FALSE(guard_->room_for_part(650 * kMb)) << "the store needs some";
}

TEST_F(DiskGuardTest, ADiskThatCannotBeAskedStaysAsItWas) {
  start();
  pass(10s);
  failure_ = Error{Errc::unavailable, "stale file handle", {}};
  pass(1min);
  EXPECT_TRUE(guard_->room_to_record());
  failure_.reset();
  set_free(1);
  pass(4s);
  EXPECT_FALSE(guard_->room_to_record());
  failure_ = Error{Errc::unavailable, "stale file handle", {}};
  pass(1min);
  EXPECT_FALSE(guard_->room_to_record());
}

TEST_F(DiskGuardTest, WithoutAMarkNothingIsAsked) {
  settings_.min_free = 0;
  failure_ = Error{Errc::corrupt, "was asked", {}};
  start();
  pass(10s);
  EXPECT_TRUE(guard_->room_to_record());
  EXPECT_TRUE(guard_->room_for_part(1ULL << 60U));
  EXPECT_TRUE(guard_->views().empty());
}

TEST(DiskSpace, AFolderThatIsNotThereYetIsOnTheDiskOfTheOneAboveIt) {
  const test::TempFolder folder;
  const auto here = disk_space_of(folder.path());
  const auto below = disk_space_of(folder / "not/there/yet");
  ASSERT_TRUE(here && below);
  EXPECT_EQ(here->device, below->device);
  EXPECT_GT(below->free, 0U);
}

TEST(DiskSpace, TheRoomOfASmallDiskIsToldAsItFills) {
  const test::SmallDisk disk(4U << 20U);
  if (!disk.refusal().empty()) GTEST_SKIP() << disk.refusal();
  const auto before = disk_space_of(disk / "data");
  test::write_bytes(disk / "filler", std::string(1U << 20U, 'x'));
  const auto after = disk_space_of(disk / "data");
  ASSERT_TRUE(before && after);
  EXPECT_EQ(before->free, 4U << 20U);
  EXPECT_EQ(after->free, 3U << 20U);
}

}  // namespace
}  // namespace rec
