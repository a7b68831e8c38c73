// What doctor says of the chats, each with its cure.
#include "app/telegram_check.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/virtual_clock.hpp"
#include "tests/support/idle_publisher.hpp"

namespace rec {
namespace {

constexpr std::int64_t kOurChannel = -1001;
constexpr std::int64_t kGroup = -1002;
constexpr std::int64_t kClosed = -1003;

/// A Telegram of three chats, to one of which nobody may post.
class ChatsPublisher final : public test::IdlePublisher {
 public:
  Task<Account> account() override {
    if (silent) co_await clock->sleep(std::chrono::hours(1));
    if (refusal) co_return fail(*refusal);
    Account account;
    account.name = "@bot";
    co_return account;
  }
  Task<> check_chat(std::int64_t chat) override {
    if (away) co_return fail(Errc::unavailable, "the network is gone");
    if (chat == kClosed) co_return fail(Errc::denied, "it may not post there");
    co_return Result<void>{};
  }
  Task<std::vector<std::int64_t>> publish(PostRequest request) override {
    posts[request.chat] += request.text.text.find(request.marker) != std::string::npos ? 1 : 0;
    co_return std::vector<std::int64_t>{7};
  }
  Task<std::int64_t> resolve_chat(std::string reference) override {
    if (reference == "@recs") co_return kOurChannel;
    co_return fail(Errc::not_found, reference + " is no chat");
  }
  Task<std::vector<ChatInfo>> chats() override {
    co_return std::vector<ChatInfo>{{kOurChannel, "Recordings", "recs", true, true, linked}};
  }
  Task<> remove(std::int64_t chat, std::int64_t message) override {
    if (sticky) co_return fail(Errc::denied, "it may not delete");
    posts[chat] -= message == 7 ? 1 : 0;
    co_return Result<void>{};
  }

  Clock* clock = nullptr;
  std::optional<Error> refusal{};
  bool away = false, silent = false, sticky = false;
  std::int64_t linked = kGroup;
  std::map<std::int64_t, int> posts{};  ///< those that are there now
};

class TelegramCheckTest : public testing::Test {
 protected:
  Findings check(const TargetChats& target, bool try_it = false) {
    asio::io_context loop;
    VirtualClock clock(loop, Instant(Millis(1'800'000'000'000)));
    telegram.clock = &clock;
    std::optional<Result<Findings>> outcome;
    asio::co_spawn(
        loop, check_telegram(telegram, clock, {target}, try_it),
        [&](const std::exception_ptr&, Result<Findings> found) { outcome.emplace(std::move(found)); });
    clock.run_for(std::chrono::minutes(2));
    if (!outcome || !*outcome) {
      ADD_FAILURE() << "it never ended";
      return {};
    }
    return **outcome;
  }
  static int count(const Findings& found, Finding::Level level) {
    return static_cast<int>(std::ranges::count(found, level, &Finding::level));
  }
  ChatsPublisher telegram;
};

TEST_F(TelegramCheckTest, AllIsWellWhereItMayPostAndTheGroupIsTheChannelsOwn) {
  const auto found = check({"telegram.", ChatRef("@recs"), ChatRef(kGroup), std::nullopt});
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(count(found, Finding::Level::ok), 4) << found.back().text;
  EXPECT_NE(found[0].text.find("@bot, a bot"), std::string::npos) << found[0].text;
  EXPECT_NE(found[1].text.find("Recordings, -1001"), std::string::npos) << found[1].text;
}

TEST_F(TelegramCheckTest, AChatThatItMayNotPostToIsAnErrorThatNamesTheKeyAndWhoToAdd) {
  const auto found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, ChatRef(kClosed)});
  ASSERT_EQ(found.back().level, Finding::Level::error);
  EXPECT_NE(found.back().text.find("telegram.backup_channel_id: -1003"), std::string::npos)
      << found.back().text;
  EXPECT_NE(found.back().cure.find("@bot"), std::string::npos) << found.back().cure;
}

TEST_F(TelegramCheckTest, ANameThatIsNoChatIsAnError) {
  const auto found = check({"telegram.targets.x.", ChatRef("@nobody"), std::nullopt, std::nullopt});
  ASSERT_EQ(found.back().level, Finding::Level::error);
  EXPECT_NE(found.back().text.find("telegram.targets.x.channel_id: @nobody"), std::string::npos);
}

TEST_F(TelegramCheckTest, AGroupThatIsNotTheChannelsOwnIsAWarning) {
  for (const std::int64_t other : {std::int64_t{0}, std::int64_t{-1009}}) {
    telegram.linked = other;
    const auto found = check({"telegram.", ChatRef(kOurChannel), ChatRef(kGroup), std::nullopt});
    EXPECT_EQ(found.back().level, Finding::Level::warning) << found.back().text;
    EXPECT_NE(found.back().cure.find("link"), std::string::npos) << found.back().cure;
  }
}

TEST_F(TelegramCheckTest, WhoIsNotSignedInIsToldWhatToType) {
  telegram.refusal = Error{Errc::denied, "Telegram: not signed in", {}};
  const auto found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, std::nullopt});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].level, Finding::Level::error);
  EXPECT_EQ(found[0].cure, "streamrecorder login");
}

TEST_F(TelegramCheckTest, ATelegramThatIsAwayIsNoErrorOfTheConfiguration) {
  telegram.away = true;
  const auto found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, std::nullopt});
  EXPECT_EQ(count(found, Finding::Level::error), 0);
  EXPECT_EQ(found.back().level, Finding::Level::warning);
}

TEST_F(TelegramCheckTest, ATelegramThatSaysNothingIsNotWaitedForWithoutEnd) {
  telegram.silent = true;
  const auto found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, std::nullopt});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].text.find("in time"), std::string::npos) << found[0].text;
}

TEST_F(TelegramCheckTest, ATestMessageIsPostedAndRemoved) {
  auto found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, std::nullopt}, true);
  EXPECT_NE(found.back().text.find("posted a message and removed it"), std::string::npos);
  ASSERT_TRUE(telegram.posts.contains(kOurChannel));
  EXPECT_EQ(telegram.posts[kOurChannel], 0);
  telegram.sticky = true;
  found = check({"telegram.", ChatRef(kOurChannel), std::nullopt, std::nullopt}, true);
  EXPECT_EQ(found.back().level, Finding::Level::error);
  EXPECT_NE(found.back().cure.find("delete"), std::string::npos) << found.back().cure;
}

TEST_F(TelegramCheckTest, FindingsComeBackFromTheDaemonAsTheyWere) {
  const Findings said{{"telegram", Finding::Level::ok, "a", ""},
                      {"telegram", Finding::Level::error, "b", "c"}};
  const Findings heard = findings_of(findings_json(said));
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].level, Finding::Level::ok);
  EXPECT_EQ(heard[1].level, Finding::Level::error);
  EXPECT_EQ(heard[1].cure, "c");
  EXPECT_TRUE(findings_of({{"findings", "x"}}).empty());
}

}  // namespace
}  // namespace rec
