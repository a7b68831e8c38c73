// What a refusal tells of a post: whether it may be on Telegram all the same.
#include <gtest/gtest.h>

#include "tests/unit/publish/publisher_fixture.hpp"

namespace rec::test {
namespace {

/// What the app keeps of a post: may it have reached Telegram? If not, it can be skipped and cancelled.
class Kept {
 public:
  explicit Kept(bool may_be_there = false) : may_be_there_(may_be_there) {}
  PostRequest request(PostRequest post) {
    post.maybe_sent = may_be_there_;
    post.about_to_send = [this] { return note(true); };
    post.not_sent = [this] { return note(false); };
    return post;
  }
  [[nodiscard]] bool may_be_there() const { return may_be_there_; }

 private:
  Task<> note(bool may_be_there) {
    may_be_there_ = may_be_there;
    co_return Result<void>{};
  }
  bool may_be_there_;
};

using RefusalTest = PublisherTest;

TEST_F(RefusalTest, APostWhoseAnswerWasLostWithTheProgramIsThereOnceThoughItsSecondSendIsRefused) {
  const auto first = order("#mtwice1");
  server_->lose_reply("messages.sendMessage", 100'000);
  KillableChild child(first);
  ASSERT_TRUE(eventually([&] { return posts().size() == 1; }));
  child.kill();
  server_->clear_faults();
  const int lost = server_->failed("messages.sendMessage");
  server_->fail_next("messages.sendMessage", 1, 403, "CHAT_WRITE_FORBIDDEN");
  server_->delay_replies("messages.sendMessage", std::chrono::milliseconds(300));
  Kept kept(true);
  for (int tries = 0; tries < 3; ++tries) {
    const auto ids = run(publisher_->publish(kept.request(text_post(first.marker))));
    EXPECT_EQ(server_->failed("messages.sendMessage") - lost, 1) << "TDLib sends it again";
    if (ids) break;
    EXPECT_EQ(ids.error().code, Errc::denied) << ids.error().text;
    EXPECT_TRUE(kept.may_be_there()) << "what was refused is the second send";
  }
  EXPECT_EQ(posts().size(), 1U);
}

TEST_F(RefusalTest, WhatTelegramWantsToWaitForIsNotThereAndCanBeSkippedMeanwhile) {
  for (const auto* method : {"messages.sendMessage", "upload.saveFilePart"}) {
    auto post = text_post("#mwait1");
    if (method[0] == 'u') post.files = {part("part.mp4", 400'000)};
    server_->fail_next(method, 1, 420, "FLOOD_WAIT_40");
    Kept kept;
    const auto refused = run(publisher_->publish(kept.request(post)));
    ASSERT_FALSE(refused) << method;
    EXPECT_EQ(refused.error().code, Errc::rate_limited) << refused.error().text;
    EXPECT_FALSE(kept.may_be_there()) << method;
    EXPECT_TRUE(posts().empty());
  }
}

}  // namespace
}  // namespace rec::test
