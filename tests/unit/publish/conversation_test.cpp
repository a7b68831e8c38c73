// People talk to the account, through the real TDLib.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kSpeaker = 400'000'001;

class ConversationTest : public PublisherTest {
 protected:
  void SetUp() override {
    PublisherTest::SetUp();
    group_ = server_->add_channel({.title = "Control", .broadcast = false});
    talk().listen(group_, 0);
  }
  Conversation& talk() { return publisher_->conversation(); }
  Asked next() {
    auto asked = run(talk().next());
    EXPECT_TRUE(asked) << asked.error().text;
    return asked ? *asked : Asked();
  }
  /// All that is heard until this is, which is said for that.
  std::vector<std::string> heard_until(const std::string& last) {
    server_->say(group_, last);
    std::vector<std::string> heard;
    while (heard.empty() || heard.back() != last) {
      const auto asked = run(talk().next());
      if (!asked) ADD_FAILURE() << asked.error().text;
      if (!asked) break;
      heard.push_back(asked->text);
    }
    return heard;
  }
  Result<void> say(Saying saying) { return run(talk().say(std::move(saying))); }

  std::int64_t group_ = 0;
};

TEST_F(ConversationTest, WhatPeopleSayIsHeardAndAnsweredBelowIt) {
  ASSERT_TRUE(run(publisher_->account()));
  const int id = server_->say(group_, "/status \"a b\"", {.name = "Ann"});
  const Asked asked = next();
  EXPECT_EQ(asked.text, "/status \"a b\"");
  EXPECT_EQ(asked.person, kSpeaker);
  EXPECT_EQ(asked.name, "Ann");
  EXPECT_EQ(asked.message, static_cast<std::int64_t>(id) << 20U);
  EXPECT_EQ(asked.press, 0);
  EXPECT_FALSE(asked.own);
  EXPECT_LT(asked.ago, std::chrono::minutes(2));
  Saying saying;
  saying.text = "**not bold** <b> @all";
  saying.reply_to = asked.message;
  ASSERT_TRUE(say(saying));
  const auto posts = posts_in(group_);
  ASSERT_EQ(posts.size(), 2U);
  EXPECT_EQ(posts[1].text, saying.text);
  EXPECT_EQ(posts[1].reply_to, id);
  for (const auto& entity : posts[1].entities) EXPECT_NE(entity.type, "messageEntityBold");
}

TEST_F(ConversationTest, BotsForwardsEditsAndOtherChatsAreNotHeard) {
  ASSERT_TRUE(run(publisher_->account()));
  server_->say(group_, "of a bot", {.id = 77, .bot = true});
  server_->say(group_, "forwarded", {.forwards = true});
  server_->say(chat_, "elsewhere");
  const int edited = server_->say(group_, "first");
  EXPECT_EQ(next().text, "first");
  server_->rewrite(group_, edited, "/stop last");
  server_->say(group_, "as the group", {.id = 78, .anonymous = true});
  const Asked anonymous = next();
  EXPECT_EQ(anonymous.text, "as the group");
  EXPECT_EQ(anonymous.person, 0);
  server_->say(group_, "last");
  EXPECT_EQ(next().text, "last");
}

TEST_F(ConversationTest, ALongAnswerIsSeveralMessagesWithTheButtonsBelowTheLast) {
  Saying saying;
  for (int i = 0; i < 300; ++i) saying.text += "line " + std::to_string(i) + " of a list that does not end\n";
  saying.buttons = {{{"Refresh", "status"}, {"Stop", "session stop 1"}}, {{"No", "-"}}};
  ASSERT_TRUE(say(saying));
  const auto posts = posts_in(group_);
  ASSERT_EQ(posts.size(), 3U);
  EXPECT_TRUE(posts[0].text.starts_with("line 0 "));
  EXPECT_TRUE(posts[1].text.starts_with("line "));
  EXPECT_THAT(posts[0].buttons, IsEmpty());
  ASSERT_EQ(posts[2].buttons.size(), 3U);
  EXPECT_EQ(posts[2].buttons[1].label, "Stop");
  EXPECT_EQ(posts[2].buttons[1].data, "session stop 1");
}

TEST_F(ConversationTest, APressedButtonIsHeardAnsweredAndItsMessageChanged) {
  Saying saying;
  saying.text = "Stop?";
  saying.buttons = {{{"Yes", "!session stop 1"}}};
  ASSERT_TRUE(say(saying));
  const int id = posts_in(group_)[0].id;
  const auto press = server_->press(group_, id, "!session stop 1", {.name = "Ann"});
  const Asked asked = next();
  EXPECT_EQ(asked.text, "!session stop 1");
  EXPECT_EQ(asked.person, kSpeaker);
  EXPECT_EQ(asked.press, press);
  EXPECT_EQ(asked.message, static_cast<std::int64_t>(id) << 20U);
  ASSERT_TRUE(run(talk().notice(asked.press, "stopped")));
  EXPECT_EQ(server_->notice_of(press), "stopped");
  Saying done;
  done.text = "Stopped";
  ASSERT_TRUE(run(talk().change(asked.message, done)));
  ASSERT_TRUE(run(talk().change(asked.message, done))) << "so already";
  const auto posts = posts_in(group_);
  ASSERT_EQ(posts.size(), 1U);
  EXPECT_EQ(posts[0].text, "Stopped");
  EXPECT_THAT(posts[0].buttons, IsEmpty());
  server_->press(group_, id, std::string(200, '\xff'));
  EXPECT_EQ(next().text.size(), 200U) << "anybody can send anything";
}

TEST_F(ConversationTest, WhatWasSaidMeanwhileIsHeardWithItsAge) {
  ASSERT_TRUE(run(publisher_->account()));
  server_->say(group_, "first");
  EXPECT_EQ(next().text, "first");
  close();
  server_->say(group_, "/status", {.ago = std::chrono::hours(1)});
  open(options());
  talk().listen(group_, 0);
  const Asked asked = next();
  EXPECT_EQ(asked.text, "/status");
  EXPECT_GE(asked.ago, std::chrono::minutes(59));
}

TEST_F(ConversationTest, AUserHearsTooAndItsOwnerMaySpeakThroughIt) {
  open_as_user();
  talk().listen(group_, 0);
  const Account account = *run(publisher_->account());
  ASSERT_FALSE(account.bot);
  server_->say(group_, "/status");
  EXPECT_EQ(next().text, "/status");
  Saying saying;
  saying.text = "an answer";
  saying.buttons = {{{"Yes", "y"}}};
  ASSERT_TRUE(say(saying));
  const auto own = posts_in(group_).back().sender;
  EXPECT_THAT(posts_in(group_).back().buttons, IsEmpty());
  server_->say(group_, "/sources", {.id = own});
  const Asked asked = next();
  EXPECT_EQ(asked.text, "/sources") << "not its own answer";
  EXPECT_TRUE(asked.own);
  EXPECT_EQ(asked.person, own);
  EXPECT_EQ(*run(talk().deaf_to(group_, "/")), "");
}

TEST_F(ConversationTest, WhatIsSaidBeforeAUsersLibraryHasOpenedTheGroupIsHeardOnceAndInOrder) {
  open_as_user();
  talk().listen(group_, 0);
  server_->say(group_, "before it signs in");
  ASSERT_TRUE(run(publisher_->account()));
  server_->say(group_, "before it opens the group");
  EXPECT_THAT(heard_until("one"), ElementsAre("before it signs in", "before it opens the group", "one"));
  EXPECT_THAT(heard_until("two"), ElementsAre("two"));
}

TEST_F(ConversationTest, AUserWhoListensForTheFirstTimeHearsNothingOfYesterday) {
  server_->say(group_, "yesterday", {.ago = std::chrono::hours(24)});
  open_as_user();
  talk().listen(group_, 0);
  EXPECT_THAT(heard_until("today"), ElementsAre("today"));
}

TEST_F(ConversationTest, AUserThatComesBackHearsWhatWasSaidSinceAndNothingTwice) {
  open_as_user();
  talk().listen(group_, 0);
  ASSERT_TRUE(run(publisher_->account()));
  server_->say(group_, "dealt with");
  const Asked last = next();
  ASSERT_EQ(last.text, "dealt with");
  EXPECT_THAT(heard_until("heard, and cut off by a kill"), SizeIs(1));
  close();
  server_->say(group_, "away", {.ago = std::chrono::hours(1)});
  open(options());
  talk().listen(group_, last.message);
  EXPECT_THAT(heard_until("back"), ElementsAre("heard, and cut off by a kill", "away", "back"));
}

TEST_F(ConversationTest, InAnotherGroupNothingOfTheOneBeforeIsHeard) {
  for (const bool user : {false, true}) {
    if (user) open_as_user();
    talk().listen(group_, 0);
    ASSERT_TRUE(run(publisher_->account()));
    EXPECT_THAT(heard_until("here").back(), "here");
    server_->say(group_, "said in the old one, and not heard any more");
    const auto old = std::exchange(group_, server_->add_channel({.title = "Other", .broadcast = false}));
    talk().listen(group_, 0);
    server_->say(old, "nobody listens");
    EXPECT_THAT(heard_until("there"), ElementsAre("there")) << (user ? "user" : "bot");
    talk().listen(old, 0);
    group_ = old;
    EXPECT_THAT(heard_until("here again").back(), "here again");
  }
}

TEST_F(ConversationTest, ABotThatIsNotShownAllThatIsSaidSaysHowThatIsMended) {
  EXPECT_EQ(*run(talk().deaf_to(group_, "/")), "") << "an administrator";
  const auto plain = server_->add_channel({.title = "Plain", .broadcast = false, .administered = false});
  EXPECT_THAT(*run(talk().deaf_to(plain, "/")), HasSubstr("/setprivacy"));
  EXPECT_FALSE(run(talk().deaf_to(-1009999999999, "/")));
}

TEST_F(ConversationTest, ABotWhosePrivacyModeWasSwitchedOffMeanwhileHearsAll) {
  ASSERT_TRUE(run(publisher_->account()));
  close();
  server_->let_read_groups("1000:secret", true);
  open(options());
  const auto plain = server_->add_channel({.title = "Plain", .broadcast = false, .administered = false});
  EXPECT_EQ(*run(talk().deaf_to(plain, "/")), "");
}

TEST_F(ConversationTest, WhatIsSaidWhileTheConnectionBreaksIsHeard) {
  ASSERT_TRUE(run(publisher_->account()));
  server_->say(group_, "before");
  EXPECT_EQ(next().text, "before");
  server_->refuse_connections(true);
  server_->drop_connections();
  server_->say(group_, "after");
  server_->refuse_connections(false);
  EXPECT_EQ(next().text, "after");
}

}  // namespace
}  // namespace rec::test
