// Signing in as people do: what Telegram asks, what they answer, and what they get wrong.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <deque>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "publish/tdlib_publisher.hpp"
#include "runtime/system_clock.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"

namespace rec::test {
namespace {

constexpr const char* kPhone = "79990000001";

/// Answers from a list, and notes what was asked. Without an answer left it gives up.
class Scripted final : public LoginPerson {
 public:
  Task<std::string> phone(std::string trouble) override { return next("phone", std::move(trouble)); }
  Task<std::string> code(std::string sent, std::string trouble) override {
    sent_ways.push_back(std::move(sent));
    return next("code", std::move(trouble));
  }
  Task<Secret> password(std::string hint, std::string trouble) override {
    hints.push_back(std::move(hint));
    REC_CO_TRY(auto answer, co_await next("password", std::move(trouble)));
    co_return Secret(std::move(answer));
  }
  void show_link(std::string link) override {
    links.push_back(std::move(link));
    if (on_link) on_link(links.back());
  }

  std::deque<std::pair<std::string, std::string>> answers{};  ///< to which question, what
  std::vector<std::string> troubles{}, sent_ways{}, hints{}, links{};
  std::function<void(const std::string&)> on_link{};

 private:
  Task<std::string> next(std::string question, std::string trouble) {
    if (!trouble.empty()) troubles.push_back(question + ": " + trouble);
    if (answers.empty() || answers.front().first != question)
      co_return fail(Errc::cancelled, "nobody answers the question for a " + question);
    auto answer = std::move(answers.front().second);
    answers.pop_front();
    co_return answer;
  }
};

class LoginTest : public TelegramTest {
 protected:
  TdlibOptions options(LoginPerson* person) {
    TdlibOptions options;
    options.host = {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host"};
    options.library = server_->library_path().string();
    options.folder = (folder_ / "tdlib").string();
    options.api_id = 1;
    options.api_hash = "0123456789abcdef0123456789abcdef";
    options.proxies = {"socks5://127.0.0.1:" + std::to_string(server_->proxy_port())};
    options.database_key = Secret("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
    options.person = person;
    return options;
  }
  /// Signs in, or fails to, and closes the database again.
  static Result<Account> sign_in(TdlibOptions options) {
    asio::io_context loop;
    SystemClock clock;
    const auto publisher = make_tdlib_publisher(loop.get_executor(), clock, std::move(options));
    std::optional<Result<Account>> outcome;
    auto task = [&]() -> asio::awaitable<void> {
      outcome = co_await publisher->account();
      co_await publisher->close();
      loop.stop();
    };
    asio::co_spawn(loop, task(), [](const std::exception_ptr&) {});
    loop.run_for(std::chrono::seconds(100));
    return outcome ? std::move(*outcome) : fail(Errc::timed_out, "it never ended");
  }
  void add_user(const std::string& password = "", bool code_by_email = false) {
    sim::UserOptions user;
    user.phone = kPhone;
    user.password = password;
    user.hint = password.empty() ? "" : "the cat";
    user.code_by_email = code_by_email;
    server_->add_user(user);
  }
  Scripted person_;
};

TEST_F(LoginTest, AUserSignsInWithTheCodeAndStaysSignedIn) {
  add_user();
  person_.answers = {{"phone", kPhone}, {"code", "12345"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_FALSE(account->bot);
  EXPECT_EQ(person_.sent_ways, std::vector<std::string>{"as a message in your other Telegram apps"});
  const auto again = sign_in(options(nullptr));
  EXPECT_TRUE(again) << again.error().text;
}

TEST_F(LoginTest, NobodyIsAskedWhereNobodyIs) {
  add_user();
  const auto account = sign_in(options(nullptr));
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::denied);
  EXPECT_NE(account.error().text.find("streamrecorder login"), std::string::npos) << account.error().text;
}

TEST_F(LoginTest, AWrongNumberAndAWrongCodeAreAskedForAgain) {
  add_user();
  person_.answers = {{"phone", "49000"}, {"phone", kPhone}, {"code", "11111"}, {"code", "12345"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  ASSERT_EQ(person_.troubles.size(), 2U);
  EXPECT_NE(person_.troubles[0].find("PHONE_NUMBER_INVALID"), std::string::npos) << person_.troubles[0];
  EXPECT_NE(person_.troubles[1].find("PHONE_CODE_INVALID"), std::string::npos) << person_.troubles[1];
}

TEST_F(LoginTest, ACodeThatIsTooOldIsReplacedByAnotherOne) {
  add_user();
  server_->fail_next("auth.signIn", 1, 400, "PHONE_CODE_EXPIRED");
  person_.answers = {{"phone", kPhone}, {"code", "12345"}, {"code", "12345"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  ASSERT_EQ(person_.troubles.size(), 1U);
  EXPECT_NE(person_.troubles[0].find("another one was sent"), std::string::npos) << person_.troubles[0];
  EXPECT_EQ(server_->count("auth.resendCode") + server_->count("auth.sendCode"), 2);
}

TEST_F(LoginTest, AnotherCodeComesWhenItIsAskedFor) {
  add_user();
  person_.answers = {{"phone", kPhone}, {"code", ""}, {"code", "12345"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  ASSERT_EQ(person_.sent_ways.size(), 2U);
  EXPECT_EQ(person_.sent_ways[1], std::string("by SMS to +") + kPhone);
}

TEST_F(LoginTest, ACodeMayComeByEMail) {
  add_user("", true);
  person_.answers = {{"phone", kPhone}, {"code", "54321"}, {"code", "12345"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_EQ(person_.sent_ways.at(0), "by e-mail to u***@example.org");
  EXPECT_EQ(person_.troubles.size(), 1U);
}

TEST_F(LoginTest, APasswordIsProvedAfterTheCode) {
  add_user("correct horse");
  person_.answers = {
      {"phone", kPhone}, {"code", "12345"}, {"password", "wrong horse"}, {"password", "correct horse"}};
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_EQ(person_.hints.at(0), "the cat");
  ASSERT_EQ(person_.troubles.size(), 1U);
  EXPECT_NE(person_.troubles[0].find("PASSWORD_HASH_INVALID"), std::string::npos) << person_.troubles[0];
}

TEST_F(LoginTest, AQrCodeThatIsScannedSignsIn) {
  add_user();
  person_.answers = {{"phone", ""}};
  person_.on_link = [&](const std::string& link) { EXPECT_TRUE(server_->scan_qr(link, kPhone)); };
  const auto account = sign_in(options(&person_));
  ASSERT_TRUE(account) << account.error().text;
  EXPECT_TRUE(person_.links.at(0).starts_with("tg://login?token=")) << person_.links[0];
}

TEST_F(LoginTest, AfterAQrCodeThePasswordIsAskedForToo) {
  add_user("correct horse");
  person_.answers = {{"phone", ""}, {"password", "correct horse"}};
  person_.on_link = [&](const std::string& link) { EXPECT_TRUE(server_->scan_qr(link, kPhone)); };
  const auto account = sign_in(options(&person_));
  EXPECT_TRUE(account) << account.error().text;
}

TEST_F(LoginTest, AFloodWaitSaysHowLong) {
  add_user();
  server_->fail_next("auth.sendCode", 1, 420, "FLOOD_WAIT_4000");
  person_.answers = {{"phone", kPhone}};
  const auto account = sign_in(options(&person_));
  ASSERT_FALSE(account);
  EXPECT_EQ(account.error().code, Errc::rate_limited);
  EXPECT_EQ(account.error().retry_after, Millis(4'000'000)) << account.error().text;
}

TEST_F(LoginTest, WhoGivesUpHalfWayBeginsAnewNextTime) {
  add_user("correct horse");
  person_.answers = {{"phone", kPhone}, {"code", "12345"}};  // and no password
  EXPECT_EQ(sign_in(options(&person_)).error().code, Errc::cancelled);
  EXPECT_EQ(sign_in(options(nullptr)).error().code, Errc::denied);
  person_.answers = {{"phone", kPhone}, {"code", "12345"}, {"password", "correct horse"}};
  const auto account = sign_in(options(&person_));
  EXPECT_TRUE(account) << account.error().text;
}

TEST_F(LoginTest, ADatabaseThatIsNotEncryptedIsTakenOver) {
  add_user();
  person_.answers = {{"phone", kPhone}, {"code", "12345"}};
  auto open = options(&person_);
  open.database_key = Secret();
  ASSERT_TRUE(sign_in(open));
  const auto encrypted = sign_in(options(nullptr));
  EXPECT_TRUE(encrypted) << encrypted.error().text;
  open.person = nullptr;
  const auto without = sign_in(open);
  ASSERT_FALSE(without) << "its key is not needed";
  EXPECT_NE(without.error().text.find("telegram.key"), std::string::npos) << without.error().text;
  EXPECT_EQ(without.error().code, Errc::denied);
  EXPECT_TRUE(sign_in(options(nullptr)));
}

TEST_F(LoginTest, WhatTdlibKeepsIsForItsOwnerAlone) {
  add_user();
  person_.answers = {{"phone", kPhone}, {"code", "12345"}};
  const auto before = umask(022);
  ASSERT_TRUE(sign_in(options(&person_)));
  umask(before);
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_ / "tdlib")) {
    const auto mode = entry.symlink_status().permissions();
    EXPECT_EQ(static_cast<unsigned>(mode) & 077U, 0U) << entry.path();
    files += entry.is_regular_file() ? 1 : 0;
  }
  EXPECT_GT(files, 0);
}

}  // namespace
}  // namespace rec::test
