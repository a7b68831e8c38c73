// TDLib's memory of a channel may be wrong after a kill: what it does not find may be there all the same.
#include <gtest/gtest.h>

#include "tests/unit/publish/publisher_fixture.hpp"
#include "tests/unit/publish/user_login.hpp"

namespace rec::test {
namespace {

/// As bot, and as user.
class ForgetfulTest : public PublisherTest, public testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    PublisherTest::SetUp();
    if (!server_) return;
    server_->say(chat_, "hello");
    if (GetParam()) open_as_user();
    const auto ids = run(publisher_->publish(text_post("#rfirst")));
    ASSERT_TRUE(ids) << ids.error().text;
    first_ = ids->at(0);
    close();
  }
  /// What another process posts whose memory is lost afterwards.
  std::vector<std::int64_t> post_and_forget(const PostRequest& post) {
    auto other = options();
    other.folder = (folder_ / "other").string();
    if (GetParam()) {
      const auto o = order("");
      EXPECT_EQ(sign_in_user({o.library, other.folder, o.proxy, "79990000001", "12345"}), "");
    }
    open(other);
    auto ids = run(publisher_->publish(post));
    EXPECT_TRUE(ids) << ids.error().text;
    close();
    server_->hide_news(true);
    open(options());
    return ids ? *ids : std::vector<std::int64_t>();
  }
  std::int64_t first_ = 0;
};

TEST_P(ForgetfulTest, APostThatTdlibHasNoticedButForgottenIsFoundAndNotMadeAgain) {
  auto post = album_post("#rghost1", 2);
  const auto ids = post_and_forget(post);
  post.maybe_sent = true;
  post.after_message = first_;
  const auto again = run(publisher_->publish(post));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ(*again, ids);
  EXPECT_EQ(posts().size(), 4U);
}

TEST_P(ForgetfulTest, ItIsEditedCopiedAndRemovedToo) {
  auto post = album_post("#rghost2", 1);
  const auto backup = server_->add_channel({.title = "Backup"});
  server_->say(backup, "hello");
  const auto ids = post_and_forget(post);
  ASSERT_EQ(ids.size(), 1U);
  post.copy_of = MessageRange{chat_, ids};
  post.chat = backup;
  const auto copied = run(publisher_->publish(post));
  EXPECT_TRUE(copied) << copied.error().text;
  EXPECT_EQ(posts_in(backup).size(), 2U);
  EXPECT_TRUE(run(publisher_->edit_caption(chat_, ids[0], {"Edited\n#rghost2", {}})));
  EXPECT_EQ(posts().back().text, "Edited\n#rghost2");
  EXPECT_TRUE(run(publisher_->remove(chat_, ids[0])));
  EXPECT_EQ(posts().size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(Accounts, ForgetfulTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "User" : "Bot"; });

}  // namespace
}  // namespace rec::test
