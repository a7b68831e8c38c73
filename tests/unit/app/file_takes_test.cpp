// Places for a program that writes files: known before they are there, given out again when they stayed
// empty.
#include "app/file_takes.hpp"

#include <filesystem>
#include <fstream>

#include "tests/support/temp_folder.hpp"
#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

using test::kSession;

class FileTakesTest : public test::LedgerTest {
 protected:
  void SetUp() override {
    settings_.data_folder = temp_ / "data%s [x]";
    LedgerTest::SetUp();
    desk_->go_live();
  }
  FileTakeSink::Needs needs() {
    return {ledger(), *desk_->worker, desk_->clock, settings_, growth_, {}, [this] { return room_; }};
  }
  FilePlace begin(FileTakeSink& sink) {
    auto place = desk_->wait_for(sink.begin_file());
    EXPECT_TRUE(place) << place.error().text;
    return place ? *std::move(place) : FilePlace{};
  }
  static void write(const FilePlace& place, std::size_t bytes) {
    std::ofstream(place.folder + "/media.mp4.part") << std::string(bytes, 'x');
  }
  [[nodiscard]] const std::vector<session::FileTake>& files() const { return desk_->session().files; }

  test::TempFolder temp_;
  GrowthBySession growth_;
  Result<void> room_{};
};

TEST_F(FileTakesTest, APlaceIsInTheStoreWhenItIsGivenOutAndItsNameHasNothingOfTheTitle) {
  FileTakeSink sink(needs(), kSession, false);
  const FilePlace place = begin(sink);
  EXPECT_TRUE(std::filesystem::is_empty(place.folder));
  EXPECT_EQ(place.folder, take_folder(kSession, 1, settings_));
  const auto kept = stored().sessions.at(0).files;
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept[0].folder, place.folder);
  EXPECT_EQ(kept[0].state, session::FileState::recording);
  EXPECT_TRUE(kept[0].stem.ends_with("part001")) << kept[0].stem;
}

TEST_F(FileTakesTest, APlaceThatStayedEmptyIsGivenOutAgainAndOneThatDidNotIsNot) {
  FileTakeSink sink(needs(), kSession, false);
  const FilePlace first = begin(sink);
  EXPECT_EQ(*desk_->wait_for(sink.measure(first)), 0U);
  EXPECT_EQ(begin(sink).number, 1);
  write(first, 100);
  EXPECT_EQ(*desk_->wait_for(sink.measure(first)), 100U);
  sink.end_file(1);
  EXPECT_EQ(begin(sink).number, 2);
  EXPECT_EQ(files()[0].state, session::FileState::recorded);
  EXPECT_TRUE(files()[1].stem.ends_with("part002")) << files()[1].stem;
}

TEST_F(FileTakesTest, NoTwoRunsShareANameThoughOneOfThemBecameNoPart) {
  FileTakeSink sink(needs(), kSession, false);
  write(begin(sink), 100);
  (void)desk_->wait_for(sink.measure({1, take_folder(kSession, 1, settings_)}));
  sink.end_file(1);
  write(begin(sink), 100);
  (void)desk_->wait_for(sink.measure({2, take_folder(kSession, 2, settings_)}));
  sink.end_file(2);
  ledger().session_event(kSession, session::FileCut{1, {}, desk_->clock.now()});
  begin(sink);
  EXPECT_NE(files()[1].stem, files()[2].stem);
  EXPECT_LT(files()[1].stem, files()[2].stem);
}

TEST_F(FileTakesTest, FootageIsHeardOfAndTheBeginningsNameSortsFirst) {
  FileTakeSink sink(needs(), kSession, true);
  const FilePlace place = begin(sink);
  EXPECT_TRUE(files()[0].beginning);
  EXPECT_TRUE(files()[0].stem.ends_with("part000")) << files()[0].stem;
  write(place, 50'000);
  (void)desk_->wait_for(sink.measure(place));
  EXPECT_EQ(growth_.at(kSession).bytes, 50'000U);
  EXPECT_FALSE(desk_->session().status_marker.empty()) << "the first footage begins the status message";
}

TEST_F(FileTakesTest, WithoutRoomARunIsNotBegunAndARunningOneHearsOfIt) {
  FileTakeSink sink(needs(), kSession, false);
  const FilePlace place = begin(sink);
  room_ = fail(Errc::no_space, "the disk is full");
  EXPECT_EQ(desk_->wait_for(sink.measure(place)).error().code, Errc::no_space);
  EXPECT_EQ(desk_->wait_for(sink.begin_file()).error().code, Errc::timed_out) << "it waits";
  room_ = {};
  desk_->clock.run_for(std::chrono::seconds(10));
  EXPECT_EQ(files().size(), 1U) << "the empty place again";
}

TEST_F(FileTakesTest, WhatIsMissingOfFilesIsEachAGapOfItsOwnAndInTheStore) {
  FileTakeSink sink(needs(), kSession, false);
  begin(sink);
  sink.gap(1, std::chrono::seconds(4), GapCause::window_slid);
  sink.gap(1, std::chrono::seconds(4), GapCause::window_slid);
  sink.gap(2, std::chrono::seconds(30), GapCause::offline);
  const auto& gaps = ledger().model().gaps.at(kSession);
  ASSERT_EQ(gaps.size(), 3U) << "none takes another's place";
  EXPECT_EQ(gaps[2].duration, std::chrono::seconds(30));
  EXPECT_EQ(gaps[2].cause, GapCause::offline);
  for (const Gap& gap : gaps)
    EXPECT_GT(gap.before_ordinal, desk_->session().next_ordinal()) << "not in a part of segments";
  desk_->clock.run_for(std::chrono::seconds(1));
  const auto known = stored().gaps;
  EXPECT_EQ(std::ranges::count(known, kSession, &GapRow::session), 3);
}

TEST_F(FileTakesTest, HowOldTheNewestFootageIsSaysItsFile) {
  EXPECT_EQ(*desk_->wait_for(newest_footage_age(desk_->session(), *desk_->worker, desk_->clock)),
            std::nullopt);
  FileTakeSink sink(needs(), kSession, false);
  const FilePlace place = begin(sink);
  EXPECT_EQ(*desk_->wait_for(newest_footage_age(desk_->session(), *desk_->worker, desk_->clock)),
            std::nullopt);
  write(place, 100);
  const auto written =
      std::filesystem::file_time_type::clock::from_sys(desk_->clock.now() - std::chrono::minutes(10));
  std::filesystem::last_write_time(place.folder + "/media.mp4.part", written);
  EXPECT_EQ(*desk_->wait_for(newest_footage_age(desk_->session(), *desk_->worker, desk_->clock)),
            std::chrono::minutes(10));
}

TEST_F(FileTakesTest, ASessionThatIsOverTakesNoFile) {
  ledger().session_event(kSession, session::Ended{desk_->clock.now()});
  FileTakeSink sink(needs(), kSession, false);
  EXPECT_EQ(desk_->wait_for(sink.begin_file()).error().code, Errc::conflict);
}

}  // namespace
}  // namespace rec
