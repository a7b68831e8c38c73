// Copies of what was posted, made by Telegram itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

class CopiesTest : public PublisherTest {
 protected:
  void SetUp() override {
    PublisherTest::SetUp();
    if (server_) backup_ = server_->add_channel({.title = "Backup"});
  }
  PostRequest copy_of(PostRequest original, std::vector<std::int64_t> ids) const {
    original.chat = backup_;
    original.copy_of = MessageRange{chat_, std::move(ids)};
    return original;
  }
  std::int64_t backup_ = 0;
};

TEST_F(CopiesTest, AnAlbumIsCopiedAsAnAlbumThatSaysWhereItIsFromWithoutAnUpload) {
  const auto album = album_post("#rcopy1");
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids) << ids.error().text;
  const auto uploaded = server_->bytes_received();
  auto copy = copy_of(album, *ids);
  copy.silent = true;
  const auto copied = run(publisher_->publish(copy));
  ASSERT_TRUE(copied) << copied.error().text;
  const auto all = posts_in(backup_);
  ASSERT_EQ(all.size(), 3U);
  ASSERT_EQ(copied->size(), 3U);
  EXPECT_NE(all[0].grouped_id, 0);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(copied->at(i), id_of(all[i]));
    EXPECT_EQ(all[i].grouped_id, all[0].grouped_id);
    EXPECT_EQ(all[i].file.at(0).sha256, posts().at(i).file.at(0).sha256);
    EXPECT_EQ(all[i].forwarded_from, chat_);
    EXPECT_TRUE(all[i].silent);
  }
  EXPECT_EQ(all[0].text, "A stream\n#rcopy1");
  EXPECT_EQ(server_->bytes_received(), uploaded);
}

TEST_F(CopiesTest, AVideoAndATextAreCopiedToo) {
  for (const int files : {0, 1}) {
    const auto original = files == 0 ? text_post("#rcopy2") : album_post("#rcopy3", files);
    const auto ids = run(publisher_->publish(original));
    ASSERT_TRUE(ids) << ids.error().text;
    const auto copied = run(publisher_->publish(copy_of(original, *ids)));
    ASSERT_TRUE(copied) << copied.error().text;
  }
  EXPECT_EQ(posts_in(backup_).size(), 2U);
}

TEST_F(CopiesTest, ACopyThatWasMadeAlreadyIsFoundAndNotMadeAgain) {
  const auto album = album_post("#rcopy4");
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids);
  auto copy = copy_of(album, *ids);
  const auto first = run(publisher_->publish(copy));
  ASSERT_TRUE(first);
  close();
  std::filesystem::remove_all(order("").folder);
  open(options());
  copy.maybe_sent = true;
  const auto second = run(publisher_->publish(copy));
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(*second, *first);
  EXPECT_EQ(posts_in(backup_).size(), 3U);
}

TEST_F(CopiesTest, ACopyWhoseAnswerIsLostOrNeverComesIsMadeOnce) {
  const auto album = album_post("#rcopy5");
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids);
  server_->lose_reply("messages.forwardMessages", 1);
  EXPECT_TRUE(run(publisher_->publish(copy_of(album, *ids))));
  EXPECT_EQ(posts_in(backup_).size(), 3U);
  const auto other = album_post("#rcopy6");
  const auto others = run(publisher_->publish(other));
  ASSERT_TRUE(others);
  server_->delay_replies("messages.forwardMessages", std::chrono::hours(1));
  const auto copied = run(publisher_->publish(copy_of(other, *others)));
  EXPECT_TRUE(copied) << copied.error().text;
  EXPECT_EQ(posts_in(backup_).size(), 6U);
}

TEST_F(CopiesTest, WhatIsGoneOrHoldsNoMarkerIsNotCopied) {
  const auto album = album_post("#rcopy7");
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids);
  auto unmarked = copy_of(album, {ids->at(1), ids->at(2)});
  const auto refused = run(publisher_->publish(unmarked));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid) << refused.error().text;
  ASSERT_TRUE(run(publisher_->remove(chat_, ids->at(1))));
  const auto gone = run(publisher_->publish(copy_of(album, *ids)));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::invalid) << "it is made sure of, and then final: " << gone.error().text;
  EXPECT_TRUE(posts_in(backup_).empty());
}

TEST_F(CopiesTest, OfAProtectedChannelABotMakesACopyOfItsOwn) {
  chat_ = server_->add_channel({.title = "Protected", .no_forwards = true});
  const auto album = album_post("#rcopy8");
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids) << ids.error().text;
  const auto copied = run(publisher_->publish(copy_of(album, *ids)));
  ASSERT_TRUE(copied) << copied.error().text;
  ASSERT_EQ(posts_in(backup_).size(), 3U);
  EXPECT_EQ(posts_in(backup_).at(0).forwarded_from, 0);
}

TEST_F(CopiesTest, OfAProtectedChannelAUserIsToldWhatToAllow) {
  chat_ = server_->add_channel({.title = "Protected", .no_forwards = true});
  for (const auto chat : {chat_, backup_}) server_->say(chat, "hello");
  open_as_user();
  const auto album = album_post("#rcopy9", 2);
  const auto ids = run(publisher_->publish(album));
  ASSERT_TRUE(ids) << ids.error().text;
  const auto copied = run(publisher_->publish(copy_of(album, *ids)));
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, Errc::denied) << copied.error().text;
  EXPECT_THAT(copied.error().text, testing::HasSubstr("Restrict saving content"));
}

TEST_F(CopiesTest, ACaptionIsEditedAndKeepsTheFileAndTheMarker) {
  const auto ids = run(publisher_->publish(album_post("#rcaption1", 1)));
  ASSERT_TRUE(ids);
  for (int i = 0; i < 2; ++i) {
    const auto edited =
        run(publisher_->edit_caption(chat_, ids->at(0), {std::string(3000, 'x') + "\n#rcaption1", {{0, 4}}}));
    EXPECT_TRUE(edited) << edited.error().text;
  }
  EXPECT_TRUE(posts().at(0).text.ends_with("…\n#rcaption1"));
  EXPECT_EQ(posts().at(0).file.at(0).size, 100'000U);
  EXPECT_TRUE(run(publisher_->edit_caption(chat_, std::int64_t{9999} << 20U, {"gone", {}})));
}

}  // namespace
}  // namespace rec::test
