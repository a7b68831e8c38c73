// A user's account instead of a bot's: signed in once by a person, then used by the publisher.
#include <gtest/gtest.h>

#include "tests/unit/publish/telegram_fixture.hpp"
#include "tests/unit/publish/user_login.hpp"

namespace rec::test {
namespace {

class UserTest : public TelegramTest {
 protected:
  void SetUp() override {
    TelegramTest::SetUp();
    if (!server_) return;
    sim::UserOptions user;
    user.phone = "79990000001";
    server_->add_user(user);
    const auto all = user_order("");
    ASSERT_EQ(sign_in_user({all.library, all.folder, all.proxy, user.phone, user.code}), "");
  }
  [[nodiscard]] ChildOrder user_order(const std::string& marker) const {
    auto all = order(marker);
    all.token.clear();
    return all;
  }
};

TEST_F(UserTest, ASignedInUserPostsWithoutAToken) {
  const auto line = publish_to_end(user_order("#muser1"));
  EXPECT_TRUE(line.starts_with("published ")) << line;
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(UserTest, AUsersPostWhoseAnswerWasLostIsMadeOnceAfterAKill) {
  auto all = user_order("#muser2");
  server_->lose_reply("messages.sendMessage", 100'000);
  KillableChild child(all);
  ASSERT_TRUE(eventually([&] { return posts().size() == 1; }));
  child.kill();
  server_->clear_faults();
  all.maybe_sent = true;
  const auto line = publish_to_end(all);
  EXPECT_TRUE(line.starts_with("published ")) << line;
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(UserTest, AUsersPostThatNobodyNotedIsFoundInTheHistory) {
  auto all = user_order("#muser3");
  all.files = {make_file("one.mp4", 100'000), make_file("two.mp4", 120'000)};
  KillableChild child(all);
  const auto said = child.line("published");
  child.kill();
  for (int i = 0; i < 120; ++i) server_->say(chat_, "somebody else");
  all.maybe_sent = true;
  EXPECT_EQ(publish_to_end(all), said);
  EXPECT_EQ(posts().size(), 122U);
}

}  // namespace
}  // namespace rec::test
