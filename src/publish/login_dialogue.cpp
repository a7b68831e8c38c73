// The states of authorization are td_api.tl's.
#include "publish/login_dialogue.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "publish/tdlib_json.hpp"

namespace rec::tdlib {
namespace {

/// TDLib sleeps through flood waits of up to a minute by itself.
constexpr Millis kAnswerWithin{150'000};
/// The next state is told just before or just after the answer.
constexpr Millis kNextStateWithin{5'000};

std::string how_sent(const json::object& info) {
  const auto& type = child(info, "type");
  const auto kind = type_of(type);
  const std::string number = "+" + std::string(text(info, "phone_number"));
  if (kind.ends_with("TelegramMessage")) return "as a message in your other Telegram apps";
  if (kind.ends_with("Sms") || kind.ends_with("SmsWord") || kind.ends_with("SmsPhrase"))
    return "by SMS to " + number;
  if (kind.ends_with("MissedCall"))
    return "as the last digits of the number that calls " + number + " (" +
           std::string(text(type, "phone_number_prefix")) + "…)";
  if (kind.ends_with("Call")) return "by a call to " + number;
  if (kind.ends_with("Fragment")) return "to " + std::string(text(type, "url"));
  return "to " + number;
}

class Dialogue {
 public:
  Dialogue(LoginPerson& person, TdlibSession& session, Clock& clock)
      : person_(person), session_(session), clock_(clock) {}

  Task<> run() {
    REC_CO_CHECK(co_await begin());
    for (;;) {
      const std::string state(type_of(session_.authorization()));
      if (!wants_a_person(state)) co_return Result<void>{};
      REC_CO_CHECK(co_await answer(state));
    }
  }

 private:
  Task<> answer(std::string state) {
    if (state.ends_with("WaitPhoneNumber")) co_return co_await begin();
    if (state.ends_with("WaitCode") || state.ends_with("WaitEmailCode")) co_return co_await give_code(state);
    if (state.ends_with("WaitPassword")) co_return co_await give_password();
    if (state.ends_with("WaitOtherDeviceConfirmation")) co_return co_await show_link();
    if (state.ends_with("WaitRegistration")) {
      co_return fail(Errc::denied,
                     "Telegram: there is no account with this phone number; sign up in a Telegram app first");
    }
    co_return fail(Errc::denied, "Telegram: wants what only a Telegram app can do (" + state +
                                     "); sign in there first, then by QR code here");
  }

  /// By phone number, or by QR code.
  Task<> begin() {
    REC_CO_TRY(phone_, co_await person_.phone(std::exchange(trouble_, "")));
    if (!phone_.empty()) co_return co_await send_code();
    auto by_link = request("requestQrCodeAuthentication");
    by_link["other_user_ids"] = json::array();
    co_return co_await tell(std::move(by_link), "QR code");
  }

  Task<> send_code() {
    auto number = request("setAuthenticationPhoneNumber");
    number["phone_number"] = phone_;
    const std::string doing = "phone number " + phone_;
    co_return co_await tell(std::move(number), doing);
  }

  Task<> give_code(std::string state) {
    const bool by_email = state.ends_with("WaitEmailCode");
    const auto info = child(session_.authorization(), "code_info");
    const std::string sent =
        by_email ? "by e-mail to " + std::string(text(info, "email_address_pattern")) : how_sent(info);
    REC_CO_TRY(const std::string code, co_await person_.code(sent, std::exchange(trouble_, "")));
    if (code.empty()) co_return co_await send_another();
    auto check = request(by_email ? "checkAuthenticationEmailCode" : "checkAuthenticationCode");
    if (by_email) {
      auto email = request("emailAddressAuthenticationCode");
      email["code"] = code;
      check["code"] = std::move(email);
    } else {
      check["code"] = code;
    }
    REC_CO_CHECK(co_await tell(std::move(check), "code"));
    if (trouble_.find("EXPIRED") == std::string::npos) co_return Result<void>{};
    const std::string before = std::exchange(trouble_, "");
    REC_CO_CHECK(co_await send_another());
    if (trouble_.empty()) trouble_ = before + "; another one was sent";
    co_return Result<void>{};
  }

  /// By the next way that Telegram has, or else by the same.
  Task<> send_another() {
    auto resend = request("resendAuthenticationCode");
    const bool can = child(child(session_.authorization(), "code_info"), "next_type").contains("@type");
    if (can) {
      REC_CO_CHECK(co_await tell(std::move(resend), "another code"));
      if (trouble_.empty()) co_return Result<void>{};
      trouble_.clear();
    }
    co_return co_await send_code();
  }

  Task<> give_password() {
    const std::string hint(text(session_.authorization(), "password_hint"));
    REC_CO_TRY(const Secret password, co_await person_.password(hint, std::exchange(trouble_, "")));
    auto check = request("checkAuthenticationPassword");
    check["password"] = password.reveal();
    co_return co_await tell(std::move(check), "password");
  }

  Task<> show_link() {
    const auto shown = session_.authorization();
    person_.show_link(std::string(text(shown, "link")));
    while (session_.authorization() == shown) co_await session_.changed().wait();
    co_return Result<void>{};
  }

  /// Gives Telegram an answer. What is wrong with it is `trouble_`; an error ends the sign-in.
  Task<> tell(json::object answer, std::string doing) {
    const auto before = session_.authorization();
    const auto told = co_await session_.ask(std::move(answer), doing, kAnswerWithin);
    if (!told && told.error().code == Errc::invalid) {
      trouble_ = told.error().text;
      co_return Result<void>{};
    }
    if (!told) co_return fail(told.error());
    const auto until = clock_.steady() + kNextStateWithin;
    while (session_.authorization() == before && clock_.steady() < until)
      co_await session_.changed().wait_until(clock_, until);
    co_return Result<void>{};
  }

  LoginPerson& person_;
  TdlibSession& session_;
  Clock& clock_;
  std::string phone_{};
  std::string trouble_{};
};

}  // namespace

bool wants_a_person(std::string_view state) {
  for (const std::string_view ask :
       {"WaitPhoneNumber", "WaitPremiumPurchase", "WaitEmailAddress", "WaitEmailCode", "WaitCode",
        "WaitOtherDeviceConfirmation", "WaitRegistration", "WaitPassword"}) {
    if (state.ends_with(ask)) return true;
  }
  return false;
}

Task<> sign_in_with(LoginPerson& person, TdlibSession& session, Clock& clock) {
  Dialogue dialogue(person, session, clock);
  co_return co_await dialogue.run();
}

}  // namespace rec::tdlib
