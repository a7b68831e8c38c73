// The steps of authorization, one after the other.
#include "tests/unit/publish/user_login.hpp"

#include <filesystem>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "publish/proxy_links.hpp"
#include "publish/tdlib_client.hpp"
#include "publish/tdlib_json.hpp"
#include "runtime/signal.hpp"
#include "runtime/system_clock.hpp"

namespace rec::test {
namespace {

/// What `streamrecorder login` does: phone, code, a database that stays.
class UserLogin {
 public:
  UserLogin(const asio::any_io_executor& executor, Clock& clock, SignInOrder order)
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
  SignInOrder order_;
  Signal changed_;
  std::string state_{};
  TdlibClient client_;
};

}  // namespace

std::string sign_in_user(const SignInOrder& order) {
  asio::io_context loop;
  SystemClock clock;
  UserLogin login(loop.get_executor(), clock, order);
  std::string failed = "it never ended";
  auto signing = [&login, &failed, &order]() -> asio::awaitable<void> {
    const auto done = co_await login.sign_in(order.phone, order.code);
    failed = done ? std::string() : done.error().text;
  };
  asio::co_spawn(loop, signing(), asio::detached);
  loop.run_for(std::chrono::seconds(60));
  return failed;
}

}  // namespace rec::test
