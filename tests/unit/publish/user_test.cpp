// A user's account instead of a bot's: signed in once by a person, then used by the publisher.
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "publish/proxy_links.hpp"
#include "publish/tdlib_client.hpp"
#include "publish/tdlib_json.hpp"
#include "runtime/signal.hpp"
#include "runtime/system_clock.hpp"
#include "tests/unit/publish/telegram_fixture.hpp"

namespace rec::test {
namespace {

/// What `streamrecorder login` does: phone, code, a database that stays.
class UserLogin {
 public:
  UserLogin(const asio::any_io_executor& executor, Clock& clock, ChildOrder order)
      : clock_(clock),
        order_(std::move(order)),
        changed_(executor),
        client_(
            executor, clock,
            {std::filesystem::read_symlink("/proc/self/exe").string(), "tdlib-host", order_.library},
            [this](const boost::json::object& update) {
              if (tdlib::type_of(update) != "updateAuthorizationState") return;
              state_ = tdlib::type_of(tdlib::child(update, "authorization_state"));
              changed_.notify();
            },
            [] {}) {}

  Task<> sign_in(std::string phone, std::string code) {
    REC_CO_CHECK(co_await client_.start());
    REC_CO_CHECK(co_await reach("authorizationStateWaitTdlibParameters"));
    REC_CO_TRY(auto proxy, tdlib::parse_proxy(order_.proxy));
    auto add = tdlib::request("addProxy");
    add["proxy"] = std::move(proxy);
    add["enable"] = true;
    REC_CO_CHECK(client_.post(std::move(add)));
    REC_CO_CHECK(client_.post(parameters()));
    REC_CO_CHECK(co_await reach("authorizationStateWaitPhoneNumber"));
    auto number = tdlib::request("setAuthenticationPhoneNumber");
    number["phone_number"] = phone;
    REC_CO_CHECK(client_.post(std::move(number)));
    REC_CO_CHECK(co_await reach("authorizationStateWaitCode"));
    auto check = tdlib::request("checkAuthenticationCode");
    check["code"] = code;
    REC_CO_CHECK(client_.post(std::move(check)));
    REC_CO_CHECK(co_await reach("authorizationStateReady"));
    co_await client_.close();
    co_return Result<void>{};
  }

 private:
  boost::json::object parameters() const {
    auto all = tdlib::request("setTdlibParameters");
    all["database_directory"] = order_.folder + "/user";
    all["files_directory"] = order_.folder + "/user/files";
    all["use_file_database"] = true;
    all["use_chat_info_database"] = true;
    all["use_message_database"] = true;
    all["api_id"] = 1;
    all["api_hash"] = "0123456789abcdef0123456789abcdef";
    all["system_language_code"] = "en";
    all["device_model"] = "test";
    all["application_version"] = "1";
    return all;
  }
  Task<> reach(std::string state) {
    const auto deadline = clock_.steady() + std::chrono::seconds(20);
    while (state_ != state && clock_.steady() < deadline) co_await changed_.wait_until(clock_, deadline);
    if (state_ == state) co_return Result<void>{};
    co_return fail(Errc::timed_out, "not " + state + " but " + state_);
  }

  Clock& clock_;
  ChildOrder order_;
  Signal changed_;
  std::string state_{};
  TdlibClient client_;
};

class UserTest : public TelegramTest {
 protected:
  void SetUp() override {
    TelegramTest::SetUp();
    if (!server_) return;
    sim::UserOptions user;
    user.phone = "79990000001";
    server_->add_user(user);
    asio::io_context loop;
    SystemClock clock;
    UserLogin login(loop.get_executor(), clock, user_order(""));
    std::string failed = "it never ended";
    auto signing = [&login, &failed, &user]() -> asio::awaitable<void> {
      const auto done = co_await login.sign_in(user.phone, user.code);
      failed = done ? std::string() : done.error().text;
    };
    asio::co_spawn(loop, signing(), asio::detached);
    loop.run_for(std::chrono::seconds(60));
    ASSERT_EQ(failed, "");
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
