// Pictures of what is live: however many look, hardly anything is made.
#include "app/live_pictures.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/virtual_clock.hpp"

namespace rec {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class PicturesOnVirtualTime : public testing::Test, public PictureMaker {
 protected:
  Task<std::string> picture_of(MediaRun run) override {
    ++at_once_;
    most_at_once_ = std::max(most_at_once_, at_once_);
    made_.push_back(run.extents.at(0).file);
    co_await clock_.sleep(takes_);
    --at_once_;
    if (broken_) co_return fail(Errc::corrupt, "no keyframe");
    co_return run.extents.at(0).file + " at " + std::to_string(made_.size());
  }
  /// What comes of it stands in `told`, in the order of the answers.
  void look(const std::string& session) {
    asio::co_spawn(io_, pictures_.of(SessionId(session)),
                   [this](std::exception_ptr, Result<std::string> jpeg) {
                     told.push_back(jpeg ? *jpeg : jpeg.error().text);
                   });
  }
  void pass(milliseconds time) { clock_.run_for(time); }

  asio::io_context io_;
  VirtualClock clock_{io_, Instant{}};
  static Task<MediaRun> newest_of(SessionId id) {
    MediaRun run;
    if (id != SessionId("none")) run.extents = {{id.str(), 0, 1}};
    co_return run;
  }
  LivePictures pictures_{clock_, this, newest_of};
  milliseconds takes_{300};
  bool broken_ = false;
  int at_once_ = 0;
  int most_at_once_ = 0;
  std::vector<std::string> made_;
  std::vector<std::string> told;
};

TEST_F(PicturesOnVirtualTime, AHundredWhoLookAtOneGetOnePicture) {
  for (int i = 0; i < 100; ++i) look("a");
  pass(seconds(2));
  EXPECT_EQ(made_.size(), 1u);
  ASSERT_EQ(told.size(), 100u);
  EXPECT_EQ(told.back(), "a at 1");
  pass(seconds(10));
  look("a");
  pass(milliseconds(1));
  EXPECT_EQ(made_.size(), 1u) << "it is still fresh";
  pass(seconds(10));
  look("a");
  pass(seconds(1));
  EXPECT_EQ(told.back(), "a at 2");
}

TEST_F(PicturesOnVirtualTime, NoMoreThanOneASecondAndOneAtATimeIsMade) {
  for (int i = 0; i < 40; ++i) look("s" + std::to_string(i));
  pass(seconds(30));
  EXPECT_EQ(most_at_once_, 1);
  EXPECT_LE(made_.size(), 10u);
  EXPECT_GE(made_.size(), 6u);
  ASSERT_EQ(told.size(), 40u) << "nobody waits for ever";
  takes_ = seconds(5);
  made_.clear();
  for (int i = 0; i < 5; ++i) look("slow" + std::to_string(i));
  pass(seconds(30));
  EXPECT_LE(made_.size(), 2u);
  EXPECT_EQ(told.size(), 45u);
}

TEST_F(PicturesOnVirtualTime, OneThatCannotBeMadeIsNotTriedOverAndOver) {
  broken_ = true;
  for (int i = 0; i < 20; ++i) {
    look("a");
    pass(milliseconds(500));
  }
  EXPECT_EQ(made_.size(), 1u);
  EXPECT_EQ(told.back(), "no keyframe");
}

TEST_F(PicturesOnVirtualTime, WhoeverGoesAwayHoldsUpNobody) {
  takes_ = std::chrono::hours(1);
  asio::cancellation_signal goes;
  asio::co_spawn(io_, pictures_.of(SessionId("a")),
                 asio::bind_cancellation_slot(goes.slot(), [](std::exception_ptr, Result<std::string>) {}));
  pass(milliseconds(10));
  goes.emit(asio::cancellation_type::terminal);
  pass(milliseconds(10));
  takes_ = milliseconds(300);
  look("b");
  pass(seconds(3));
  EXPECT_EQ(told, std::vector<std::string>{"b at 2"});
}

TEST_F(PicturesOnVirtualTime, OfWhatIsNotRecordedThereIsNone) {
  look("none");
  pass(milliseconds(1));
  EXPECT_EQ(told.back(), "nothing of it is being recorded");
  EXPECT_TRUE(made_.empty());
  LivePictures without(clock_, nullptr, {});
  asio::co_spawn(io_, without.of(SessionId("a")), [this](std::exception_ptr, Result<std::string> jpeg) {
    told.push_back(jpeg ? *jpeg : jpeg.error().text);
  });
  pass(milliseconds(1));
  EXPECT_EQ(told.back(), "no pictures are made here");
}

}  // namespace
}  // namespace rec
