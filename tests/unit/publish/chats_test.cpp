// Chats as people name them, the list of them, and where comments go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/chat_reference.hpp"
#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

using tdlib::ChatReference;
using tdlib::parse_chat_reference;

TEST(ChatReference, ANumberANameAndEveryKindOfLinkNameAChat) {
  const ChatReference number(std::int64_t{-1001234567890});
  const ChatReference name(std::string("some_channel"));
  for (const auto* written : {"-1001234567890", " -1001234567890\n", "https://t.me/c/1234567890",
                              "https://t.me/c/1234567890/17", "t.me/c/1234567890"})
    EXPECT_EQ(*parse_chat_reference(written), number) << written;
  for (const auto* written :
       {"@some_channel", "some_channel", "https://t.me/some_channel", "http://telegram.me/some_channel/12",
        "t.me/s/some_channel", "T.ME/some_channel?boost", "https://www.telegram.dog/some_channel",
        "https://some_channel.t.me", "tg://resolve?domain=some_channel&post=3"})
    EXPECT_EQ(*parse_chat_reference(written), name) << written;
}

TEST(ChatReference, AnInviteLinkIsRefusedWithWhatToDoInstead) {
  for (const auto* written : {"https://t.me/+AbCdEf0123", "t.me/joinchat/AbCdEf0123", "+AbCdEf0123",
                              "tg://join?invite=AbCdEf0123"}) {
    const auto parsed = parse_chat_reference(written);
    ASSERT_FALSE(parsed) << written;
    EXPECT_EQ(parsed.error().code, Errc::invalid);
    EXPECT_THAT(parsed.error().text, testing::HasSubstr("invite link")) << written;
  }
}

TEST(ChatReference, WhatNamesNoChatIsRefused) {
  for (const auto* written : {"", "@", "@x", "my channel", "https://example.com/some_channel", "t.me/",
                              "t.me", "1abc", "0", "@9channel", "t.me/c/x", "https://t.me/c/-5", "русский"})
    EXPECT_FALSE(parse_chat_reference(written)) << written;
}

class ChatsTest : public PublisherTest {};

TEST_F(ChatsTest, ANameIsResolvedAndAMissingOneIsNotFound) {
  sim::ChannelOptions named;
  named.username = "recordings";
  const auto chat = server_->add_channel(named);
  const auto found = run(publisher_->resolve_chat("https://t.me/recordings"));
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(*found, chat);
  EXPECT_TRUE(run(publisher_->check_chat(*found)));
  const auto missing = run(publisher_->resolve_chat("@no_such_channel"));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Errc::not_found);
  EXPECT_THAT(missing.error().text, testing::HasSubstr("@no_such_channel"));
}

TEST_F(ChatsTest, AUserIsShownTheChatsItIsInWithItsRightsAndTheDiscussion) {
  const auto talked =
      server_->add_channel({.title = "Talked about", .username = "talked", .discussion = true});
  const auto closed = server_->add_channel({.title = "Closed", .can_post = false});
  for (const auto chat : {chat_, talked, closed, server_->discussion_of(talked)}) server_->say(chat, "hello");
  open_as_user();
  const auto all = run(publisher_->chats());
  ASSERT_TRUE(all) << all.error().text;
  ASSERT_EQ(all->size(), 4U);
  for (const auto& chat : *all) {
    EXPECT_EQ(chat.can_post, chat.id != closed) << chat.title;
    EXPECT_EQ(chat.discussion, chat.id == talked ? server_->discussion_of(talked) : 0) << chat.title;
    EXPECT_EQ(chat.channel, chat.id != server_->discussion_of(talked)) << chat.title;
    EXPECT_EQ(chat.username, chat.id == talked ? "talked" : "");
  }
}

TEST_F(ChatsTest, ABotIsShownTheChatsItHasHeardOf) {
  ASSERT_TRUE(run(publisher_->account()));
  EXPECT_TRUE(run(publisher_->publish(text_post("#rheard"))));
  const auto all = run(publisher_->chats());
  ASSERT_TRUE(all) << all.error().text;
  EXPECT_THAT(*all, testing::Contains(testing::Field(&ChatInfo::id, chat_)));
}

class CommentsTest : public PublisherTest {
 protected:
  void SetUp() override {
    PublisherTest::SetUp();
    if (!server_) return;
    channel_ = server_->add_channel({.title = "Talked about", .discussion = true});
    group_ = server_->discussion_of(channel_);
    server_->say(channel_, "hello");
  }
  std::int64_t post(const std::string& marker, int files = 0) {
    auto request = files == 0 ? text_post(marker) : album_post(marker, files);
    request.chat = channel_;
    const auto ids = run(publisher_->publish(request));
    EXPECT_TRUE(ids) << ids.error().text;
    return ids ? ids->at(0) : 0;
  }
  /// The place, asked for until it is there.
  std::optional<CommentPlace> place_of(std::int64_t message) {
    for (int i = 0; i < 50; ++i) {
      const auto place = run(publisher_->comment_place(channel_, message));
      EXPECT_TRUE(place) << place.error().text;
      if (!place || *place) return place ? *place : std::nullopt;
      pause_shortly();
    }
    return std::nullopt;
  }
  /// A comment there is a reply to Telegram's own forward of the message.
  void expect_comment(std::int64_t message, const std::string& marker) {
    const auto place = place_of(message);
    ASSERT_TRUE(place);
    EXPECT_EQ(place->chat, group_);
    auto comment = album_post(marker, 1);
    comment.chat = place->chat;
    comment.reply_to = place->reply_to;
    const auto ids = run(publisher_->publish(comment));
    ASSERT_TRUE(ids) << ids.error().text;
    const auto all = posts_in(group_);
    EXPECT_EQ(all.back().text, "A stream\n" + marker);
    const auto forward =
        std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == all.back().reply_to; });
    ASSERT_NE(forward, all.end());
    EXPECT_EQ(forward->forwarded_from, channel_);
    EXPECT_EQ(id_of(*forward), place->reply_to);
  }
  std::int64_t channel_ = 0, group_ = 0;
};

TEST_F(CommentsTest, ABotCommentsOnAPostItHasJustMade) { expect_comment(post("#rpost1"), "#rcomment1"); }

TEST_F(CommentsTest, ABotCommentsOnTheFirstFileOfAnAlbum) {
  expect_comment(post("#rpost2", 2), "#rcomment2");
}

TEST_F(CommentsTest, ABotThatDidNotHearOfTheForwardFindsItAmongThousandsAndBeyondWhatWasDeleted) {
  for (int i = 0; i < 300; ++i) server_->say(group_, "before");
  const auto message = post("#rpost3");
  for (int i = 0; i < 1200; ++i) server_->say(group_, "after");
  server_->delete_messages(group_, 20, 280);
  server_->delete_messages(group_, 700, 1100);
  close();
  std::filesystem::remove_all(order("").folder);
  open(options());
  expect_comment(message, "#rcomment3");
}

TEST_F(CommentsTest, AUserCommentsInTheThreadOfThePost) {
  open_as_user();
  expect_comment(post("#rpost4", 2), "#rcomment4");
}

TEST_F(CommentsTest, WithoutADiscussionGroupThereIsNoPlaceAndNoError) {
  for (const bool user : {false, true}) {
    if (user) open_as_user();
    const auto ids = run(publisher_->publish(text_post(user ? "#ralone2" : "#ralone1")));
    ASSERT_TRUE(ids) << ids.error().text;
    const auto place = run(publisher_->comment_place(chat_, ids->at(0)));
    ASSERT_TRUE(place) << place.error().text;
    EXPECT_FALSE(*place);
  }
}

TEST_F(CommentsTest, ACommentOnWhatIsGoneIsNotPostedAsAMessageOfItsOwn) {
  auto comment = text_post("#rlost1");
  comment.reply_to = std::int64_t{4711} << 20U;
  const auto ids = run(publisher_->publish(comment));
  ASSERT_FALSE(ids);
  EXPECT_EQ(ids.error().code, Errc::invalid) << "it is made sure of, and then final";
  EXPECT_TRUE(posts().empty());
}

}  // namespace
}  // namespace rec::test
