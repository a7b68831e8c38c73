// The publisher in this process, the real TDLib in its own, against the simulated Telegram.
#include "publish/tdlib_publisher.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "tests/unit/publish/own_children.hpp"
#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

using TdlibPublisherTest = PublisherTest;

/// Posts two at the same time; the first error, if any.
Task<> publish_both(Publisher& publisher, PostRequest a, PostRequest b) {
  using asio::experimental::awaitable_operators::operator&&;
  auto [x, y] = co_await (publisher.publish(std::move(a)) && publisher.publish(std::move(b)));
  if (!x) co_return fail(x.error());
  if (!y) co_return fail(y.error());
  co_return Result<void>{};
}

TEST_F(TdlibPublisherTest, TellsWhoItIsAndWhatItMaySend) {
  const auto account = run(publisher_->account());
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_TRUE(account->bot);
  EXPECT_FALSE(account->premium);
  EXPECT_FALSE(account->name.empty());
  EXPECT_EQ(account->max_file_bytes, 2000ULL << 20U);
  EXPECT_EQ(account->caption_limit, 1024);
}

TEST_F(TdlibPublisherTest, AWrongTokenIsDeniedByItsNameInTheSettings) {
  auto all = options();
  all.bot_token = Secret("2000:wrong");
  open(all);
  const auto account = run(publisher_->account());
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::denied);
  EXPECT_NE(account.error().text.find("telegram.bot_token"), std::string::npos) << account.error().text;
  EXPECT_EQ(account.error().text.find("2000:wrong"), std::string::npos);
}

TEST_F(TdlibPublisherTest, WithoutTokenAndSignInItSaysHowToSignIn) {
  auto all = options();
  all.bot_token = Secret();
  open(all);
  const auto account = run(publisher_->account());
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::denied);
  EXPECT_NE(account.error().text.find("streamrecorder login"), std::string::npos);
}

TEST_F(TdlibPublisherTest, AMissingLibraryIsAnErrorAndNotAHang) {
  auto all = options();
  all.library = (folder_ / "no-such-library.so").string();
  open(all);
  const auto account = run(publisher_->account());
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::unavailable);
}

TEST_F(TdlibPublisherTest, AChatItMayPostInIsFine) { EXPECT_TRUE(run(publisher_->check_chat(chat_))); }

TEST_F(TdlibPublisherTest, AChatThatDoesNotExistIsNotFound) {
  const auto checked = run(publisher_->check_chat(-1001999999999));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::not_found);
  EXPECT_NE(checked.error().text.find("-1001999999999"), std::string::npos);
}

TEST_F(TdlibPublisherTest, AChannelWithoutTheRightToPostIsDenied) {
  sim::ChannelOptions closed;
  closed.title = "Closed";
  closed.can_post = false;
  const auto checked = run(publisher_->check_chat(server_->add_channel(closed)));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, Errc::denied);
}

TEST_F(TdlibPublisherTest, ATextIsPostedWithItsBoldPartsAndInSilence) {
  auto post = text_post("#mtext1", "🔴 Канал live");
  post.text.bold = {{5, 10}};
  post.silent = true;
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  ASSERT_EQ(posts().size(), 1U);
  EXPECT_EQ(posts()[0].text, "🔴 Канал live\n#mtext1");
  EXPECT_TRUE(posts()[0].silent);
  bool bold = false;
  const auto seen = posts();
  for (const auto& entity : seen[0].entities) {
    bold = bold || (entity.type == "messageEntityBold" && entity.offset == 3 && entity.length == 5);
  }
  EXPECT_TRUE(bold);
  EXPECT_EQ(ids->at(0), static_cast<std::int64_t>(posts()[0].id) << 20U);
}

TEST_F(TdlibPublisherTest, AVideoIsPostedSoThatItPlays) {
  auto post = text_post("#mvideo1");
  post.files = {part("part.mp4", 400'000)};
  std::uint64_t told = 0;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  int marked = 0;
  post.about_to_send = [&marked]() -> Task<> {
    ++marked;
    co_return Result<void>{};
  };
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  ASSERT_EQ(posts().size(), 1U);
  const auto file = posts()[0].file.at(0);
  EXPECT_TRUE(file.video);
  EXPECT_TRUE(file.supports_streaming);
  EXPECT_EQ(file.size, 400'000U);
  EXPECT_EQ(file.duration, 61);
  EXPECT_EQ(file.width, 1920);
  EXPECT_EQ(file.height, 1080);
  EXPECT_EQ(told, 400'000U);
  EXPECT_EQ(marked, 1);
}

TEST_F(TdlibPublisherTest, AThumbnailIsSentAlong) {
  auto post = text_post("#mthumb1");
  post.files = {part("part.mp4", 100'000)};
  post.files[0].thumbnail = make_file("part.jpg", 4'000);
  post.files[0].thumbnail_width = 320;
  post.files[0].thumbnail_height = 180;
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_TRUE(posts().at(0).file.at(0).has_thumbnail);
}

TEST_F(TdlibPublisherTest, ADatabaseThatAnotherProgramUsesIsAConflict) {
  auto holder_order = order("#mholder1");
  holder_order.hang_before_send = true;
  KillableChild holder(holder_order);
  ASSERT_EQ(holder.line("sending"), "sending");
  const auto refused = run(publisher_->account());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict) << refused.error().text;
  holder.kill();
  EXPECT_TRUE(run(publisher_->account()));
}

TEST_F(TdlibPublisherTest, AnUploadThatStandsStillIsGivenBackAndThenMadeOnce) {
  auto all = options();
  all.give_up_after = Millis(2500);
  open(all);
  server_->delay_replies("upload.saveFilePart", std::chrono::hours(1));
  auto post = text_post("#mstuck1");
  post.files = {part("part.mp4", 300'000)};
  const auto stuck = run(publisher_->publish(post));
  ASSERT_FALSE(stuck);
  EXPECT_EQ(stuck.error().code, Errc::conflict) << stuck.error().text;
  server_->clear_faults();
  server_->drop_connections();
  post.maybe_sent = true;
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(TdlibPublisherTest, TwoChatsArePostedToAtTheSameTime) {
  const auto other = server_->add_channel(sim::ChannelOptions{.title = "Other"});
  auto first = text_post("#mone1");
  auto second = text_post("#mtwo1");
  second.chat = other;
  first.files = {part("one.mp4", 200'000)};
  second.files = {part("two.mp4", 200'000)};
  const auto done = run(publish_both(*publisher_, first, second));
  EXPECT_TRUE(done) << done.error().text;
  EXPECT_EQ(posts().size(), 1U);
  EXPECT_EQ(server_->posts(other).size(), 1U);
}

/// TDLib has 4 MiB on the way, of one file after the other: the second one waits for longer than a post may
/// stand still.
class TwoUploads : public TdlibPublisherTest {
 protected:
  void SetUp() override {
    TdlibPublisherTest::SetUp();
    if (!server_) return;
    auto all = options();
    all.give_up_after = kGiveUp;
    open(all);
    ASSERT_TRUE(run(publisher_->account()));
    server_->delay_replies("upload.saveBigFilePart", std::chrono::milliseconds(500));
    first_ = text_post("#mlong2");
    second_ = text_post("#mbehind1");
    second_.chat = server_->add_channel(sim::ChannelOptions{.title = "Other"});
    second_.files = {part("behind.mp4", 11U << 20U)};
    second_.progress = [this](std::uint64_t) {
      if (!second_begun_) second_begun_ = clock_.steady();
    };
  }
  void expect_both(std::size_t mebibytes) {
    first_.files = {part("long.mp4", mebibytes << 20U)};
    begun_ = clock_.steady();
    const auto done = run(publish_both(*publisher_, first_, second_));
    EXPECT_TRUE(done) << done.error().text;
    EXPECT_GT(clock_.steady() - begun_, kGiveUp);
    EXPECT_EQ(posts().size(), 1U);
    EXPECT_EQ(posts_in(second_.chat).size(), 1U);
  }
  static constexpr Millis kGiveUp{5000};
  PostRequest first_, second_;
  SteadyTime begun_{};
  std::optional<SteadyTime> second_begun_{};
};

TEST_F(TwoUploads, TheOneThatWaitsForTheOtherIsNotTakenForStuck) {
  expect_both(64);
  ASSERT_TRUE(second_begun_);
  EXPECT_GT(*second_begun_ - begun_, kGiveUp);
}

TEST_F(TwoUploads, NorIsItWhenTdlibWasKilledAndGoesOnWithBoth) {
  bool killed = false;
  first_.progress = [&killed](std::uint64_t bytes) {
    if (bytes < (4U << 20U) || std::exchange(killed, true)) return;
    for (const pid_t pid : own_children()) ::kill(pid, SIGKILL);
  };
  expect_both(68);
  EXPECT_TRUE(killed);
}

TEST_F(TdlibPublisherTest, AnAlbumStaysTogetherAndInOrder) {
  auto post = text_post("#malbum1");
  for (int i = 1; i <= 3; ++i) post.files.push_back(part("part" + std::to_string(i) + ".mp4", 100'000U * i));
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  const auto all = posts();
  ASSERT_EQ(all.size(), 3U);
  ASSERT_EQ(ids->size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(all[i].file.at(0).size, 100'000U * (i + 1));
    EXPECT_EQ(all[i].grouped_id, all[0].grouped_id);
    EXPECT_EQ(all[i].text.empty(), i > 0);
  }
  EXPECT_NE(all[0].grouped_id, 0);
}

TEST_F(TdlibPublisherTest, ACaptionThatIsTooLongIsCutAndKeepsItsMarker) {
  auto post = text_post("#mlong1", std::string(3000, 'x'));
  post.files = {part("part.mp4", 10'000)};
  ASSERT_TRUE(run(publisher_->publish(post)));
  EXPECT_TRUE(posts().at(0).text.ends_with("…\n#mlong1"));
}

TEST_F(TdlibPublisherTest, WhenTheMarkCannotBeStoredNothingIsPosted) {
  auto post = text_post("#mmark1");
  post.about_to_send = []() -> Task<> { co_return fail(Errc::no_space, "the disk is full"); };
  const auto ids = run(publisher_->publish(post));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::no_space);
  EXPECT_TRUE(posts().empty());
}

TEST_F(TdlibPublisherTest, AFloodWaitIsHandedOnWithItsTime) {
  server_->fail_next("messages.sendMessage", 1, 420, "FLOOD_WAIT_40");
  const auto ids = run(publisher_->publish(text_post("#mflood1")));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::rate_limited);
  EXPECT_EQ(ids.error().retry_after, std::optional(Millis(40'000)));
  EXPECT_TRUE(run(publisher_->publish(text_post("#mflood1"))));
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(TdlibPublisherTest, AFloodWaitDuringAnUploadIsHandedOnToo) {
  server_->fail_next("upload.saveFilePart", 1, 420, "FLOOD_PREMIUM_WAIT_40");
  auto post = text_post("#mflood2");
  post.files = {part("part.mp4", 400'000)};
  const auto ids = run(publisher_->publish(post));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::rate_limited) << ids.error().text;
  post.maybe_sent = true;
  EXPECT_TRUE(run(publisher_->publish(post)));
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(TdlibPublisherTest, OneBadFileOfAnAlbumIsToldByItsOwnError) {
  server_->fail_next("messages.uploadMedia", 1, 400, "FILE_PARTS_INVALID");
  auto post = text_post("#mbad1");
  for (int i = 1; i <= 3; ++i) post.files.push_back(part("part" + std::to_string(i) + ".mp4", 100'000U * i));
  const auto ids = run(publisher_->publish(post));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::invalid) << ids.error().text;
  EXPECT_TRUE(posts().empty());
}

TEST_F(TdlibPublisherTest, ALostRightIsDenied) {
  server_->fail_next("messages.sendMessage", 1, 403, "CHAT_WRITE_FORBIDDEN");
  const auto ids = run(publisher_->publish(text_post("#mright1")));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::denied);
}

TEST_F(TdlibPublisherTest, AnAlbumOfWhichAPartIsMissingIsPostedAnewAsAWhole) {
  auto post = text_post("#mhalf1");
  for (int i = 1; i <= 2; ++i) post.files.push_back(part("part" + std::to_string(i) + ".mp4", 100'000U * i));
  ASSERT_TRUE(run(publisher_->publish(post)));
  post.files.push_back(part("part3.mp4", 300'000U));
  post.maybe_sent = true;
  const auto ids = run(publisher_->publish(post));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(ids->size(), 3U);
  EXPECT_EQ(posts().size(), 3U);
}

TEST_F(TdlibPublisherTest, AnEditIsSeenAndTheSameAgainIsFine) {
  const auto ids = run(publisher_->publish(text_post("#medit1")));
  ASSERT_TRUE(ids);
  for (int i = 0; i < 2; ++i) {
    const auto edited = run(publisher_->edit_text(chat_, ids->at(0), {"Done\n#medit1", {{0, 4}}}));
    EXPECT_TRUE(edited) << edited.error().text;
  }
  EXPECT_EQ(posts().at(0).text, "Done\n#medit1");
}

TEST_F(TdlibPublisherTest, AfterARestartAnOldMessageCanStillBeEditedAndRemoved) {
  const auto ids = run(publisher_->publish(text_post("#mold1")));
  ASSERT_TRUE(ids);
  publisher_.reset();
  std::filesystem::remove_all(order("").folder);
  open(options());
  EXPECT_TRUE(run(publisher_->edit_text(chat_, ids->at(0), {"Done", {}})));
  EXPECT_EQ(posts().at(0).text, "Done");
  EXPECT_TRUE(run(publisher_->remove(chat_, ids->at(0))));
  EXPECT_TRUE(posts().empty());
}

TEST_F(TdlibPublisherTest, WhatIsGoneNeedsNoEditAndNoRemoval) {
  const auto ids = run(publisher_->publish(text_post("#mgone1")));
  ASSERT_TRUE(ids);
  EXPECT_TRUE(run(publisher_->remove(chat_, ids->at(0))));
  EXPECT_TRUE(posts().empty());
  EXPECT_TRUE(run(publisher_->remove(chat_, ids->at(0))));
  EXPECT_TRUE(run(publisher_->edit_text(chat_, ids->at(0), {"Done", {}})));
  const auto never = std::int64_t{9999} << 20U;
  EXPECT_TRUE(run(publisher_->remove(chat_, never)));
  EXPECT_TRUE(run(publisher_->edit_text(chat_, never, {"Done", {}})));
}

TEST_F(TdlibPublisherTest, AClosedOneRefusesInsteadOfHanging) {
  ASSERT_TRUE(run(publisher_->account()));
  auto closing = [](Publisher& publisher) -> Task<> {
    co_await publisher.close();
    co_return Result<void>{};
  };
  ASSERT_TRUE(run(closing(*publisher_)));
  const auto account = run(publisher_->account());
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::cancelled);
}

}  // namespace
}  // namespace rec::test
