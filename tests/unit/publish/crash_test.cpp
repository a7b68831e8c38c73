// kill -9 at every point of a post, with and without a lost answer: it must be there once, whatever happens.
#include <gtest/gtest.h>

#include "publish/rich_text.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"

namespace rec::test {
namespace {

enum class Kind { text, video, album };

std::string kind_name(const testing::TestParamInfo<Kind>& info) {
  constexpr const char* kNames[] = {"Text", "Video", "Album"};
  return kNames[static_cast<std::size_t>(info.param)];
}

class CrashTest : public TelegramTest, public testing::WithParamInterface<Kind> {
 protected:
  ChildOrder post_order() {
    ChildOrder all = order("#mcrash1");
    const int count = GetParam() == Kind::text ? 0 : GetParam() == Kind::video ? 1 : 3;
    for (int i = 0; i < count; ++i)
      all.files.push_back(make_file("part" + std::to_string(i) + ".mp4", 300'000));
    return all;
  }
  [[nodiscard]] std::string method() const {
    constexpr const char* kMethods[] = {"messages.sendMessage", "messages.sendMedia",
                                        "messages.sendMultiMedia"};
    return kMethods[static_cast<std::size_t>(GetParam())];
  }
  [[nodiscard]] std::size_t items() const { return GetParam() == Kind::album ? 3 : 1; }
  static ChildOrder again(ChildOrder all) {
    all.maybe_sent = true;
    return all;
  }
  /// A message that the bot itself has sent, and a clean end: TDLib knows the channel and its state from then
  /// on.
  std::int64_t post_something_first() {
    auto first = order("#mfirst1");
    first.close_at_end = true;
    const auto line = publish_to_end(first);
    EXPECT_TRUE(line.starts_with("published ")) << line;
    return std::stoll("0" + line.substr(std::min(line.size(), std::string("published ").size())));
  }
  [[nodiscard]] std::vector<sim::PostSnapshot> posts_of(const std::string& marker) const {
    std::vector<sim::PostSnapshot> found;
    std::int64_t album = -1;
    for (const auto& post : posts()) {
      if (has_marker(post.text, marker)) album = post.grouped_id != 0 ? post.grouped_id : -1;
      if (has_marker(post.text, marker) || post.grouped_id == album) found.push_back(post);
    }
    return found;
  }
  /// The child said exactly the ids of the posts, and there is nothing else in the channel.
  void expect_once(const std::string& line, std::size_t others = 0) {
    const auto found = posts_of("#mcrash1");
    std::string wanted = "published";
    for (const auto& post : found) wanted += " " + std::to_string(static_cast<std::int64_t>(post.id) << 20U);
    EXPECT_EQ(line, wanted);
    EXPECT_EQ(found.size(), items());
    EXPECT_EQ(posts().size(), items() + others);
  }
};

TEST_P(CrashTest, KilledBeforeItWasSentItIsPostedOnceByTheNextRun) {
  auto all = post_order();
  all.hang_before_send = true;
  KillableChild child(all);
  ASSERT_EQ(child.line("sending"), "sending");
  child.kill();
  EXPECT_TRUE(posts().empty());
  all.hang_before_send = false;
  expect_once(publish_to_end(again(all)));
}

TEST_P(CrashTest, KilledWhileTelegramHasNotHeardOfItItIsPostedOnce) {
  const auto all = post_order();
  const auto first = post_something_first();
  server_->cut_before(method(), 100'000);
  const int before = server_->count(method());
  KillableChild child(all);
  // TDLib writes its log beside sending: by its third try that is done.
  ASSERT_TRUE(eventually([&] { return server_->count(method()) > before + 2; }));
  child.kill();
  server_->clear_faults();
  auto next = again(all);
  next.after_message = first;
  expect_once(publish_to_end(next), 1);
  EXPECT_EQ(server_->count("channels.getMessages"), 0)
      << "it was in TDLib's own queue, and not sought elsewhere";
}

TEST_P(CrashTest, KilledWhenTheAnswerWasLostItIsNotPostedTwice) {
  const auto first = post_something_first();
  const auto all = post_order();
  server_->lose_reply(method(), 100'000);
  KillableChild child(all);
  ASSERT_TRUE(eventually([&] { return posts().size() == items() + 1; }));
  child.kill();
  server_->clear_faults();
  auto next = again(all);
  next.after_message = first;
  expect_once(publish_to_end(next), 1);
}

TEST_P(CrashTest, TheFirstPostOfAChannelIsNotPostedTwiceEither) {
  auto look = order("#mlook1");
  look.only_check = look.close_at_end = true;
  ASSERT_EQ(publish_to_end(look), "published");
  const auto all = post_order();
  server_->lose_reply(method(), 100'000);
  KillableChild child(all);
  ASSERT_TRUE(eventually([&] { return posts().size() == items(); }));
  child.kill();
  server_->clear_faults();
  expect_once(publish_to_end(again(all)));
}

TEST_P(CrashTest, KilledWhenItWasPostedButNotYetNotedItIsFound) {
  const auto all = post_order();
  KillableChild child(all);
  const auto said = child.line("published");
  child.kill();
  const auto line = publish_to_end(again(all));
  EXPECT_EQ(line, said);
  expect_once(line);
}

TEST_P(CrashTest, ALostAnswerAloneIsMadeGoodByTheSameRun) {
  server_->lose_reply(method(), 1);
  expect_once(publish_to_end(post_order()));
}

TEST_P(CrashTest, AnAnswerThatNeverComesIsReplacedByALookAtTheChat) {
  const auto all = post_order();
  server_->delay_replies(method(), std::chrono::hours(1));
  expect_once(publish_to_end(all));
}

TEST_P(CrashTest, WithItsDatabaseLostItIsFoundOnTheServer) {
  const auto first = post_something_first();
  const auto all = post_order();
  server_->lose_reply(method(), 100'000);
  KillableChild child(all);
  ASSERT_TRUE(eventually([&] { return posts().size() == items() + 1; }));
  child.kill();
  server_->clear_faults();
  std::filesystem::remove_all(all.folder);
  for (int i = 0; i < 150; ++i) server_->say(chat_, "somebody else");
  auto next = again(all);
  next.after_message = first;
  expect_once(publish_to_end(next), 151);
}

TEST_P(CrashTest, WithoutAnyIdToBeginAtItIsFoundAmongTheNewest) {
  for (int i = 0; i < 700; ++i) server_->say(chat_, "long ago");
  const auto all = post_order();
  KillableChild child(all);
  const auto said = child.line("published");
  child.kill();
  std::filesystem::remove_all(all.folder);
  const auto line = publish_to_end(again(all));
  EXPECT_EQ(line, said);
  expect_once(line, 700);
}

INSTANTIATE_TEST_SUITE_P(Posts, CrashTest, testing::Values(Kind::text, Kind::video, Kind::album), kind_name);

class UploadCrashTest : public TelegramTest {
 protected:
  static std::uint64_t uploaded_bytes(const std::string& line) {
    constexpr std::string_view kWord = "uploaded ";
    return line.starts_with(kWord) ? std::stoull(line.substr(kWord.size())) : 0;
  }
};

TEST_F(UploadCrashTest, AnUploadThatWasKilledGoesOnWhereItStopped) {
  auto all = order("#mbig1");
  constexpr std::size_t kBytes = 24U << 20U;
  all.files = {make_file("big.mp4", kBytes)};
  server_->delay_replies("upload.saveBigFilePart", std::chrono::milliseconds(200));
  KillableChild child(all);
  std::string line;
  while (uploaded_bytes(line) < kBytes / 2) {
    line = child.line("uploaded ");
    ASSERT_TRUE(line.starts_with("uploaded ")) << line;
  }
  child.kill();
  server_->clear_faults();
  const auto received = server_->bytes_received();
  all.maybe_sent = true;
  line = publish_to_end(all);
  EXPECT_TRUE(line.starts_with("published ")) << line;
  ASSERT_EQ(posts().size(), 1U);
  EXPECT_EQ(posts()[0].file.at(0).size, kBytes);
  // What it had in flight (4 MiB), or had acknowledged out of order, is sent again; not the rest.
  EXPECT_LT(server_->bytes_received() - received, kBytes * 3 / 4) << "before the kill: " << received;
}

}  // namespace
}  // namespace rec::test
