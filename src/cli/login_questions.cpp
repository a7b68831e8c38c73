#include "cli/login_questions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <limits>

namespace rec::cli {
namespace {

constexpr std::size_t kHashDigits = 32;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// 0: it is no number that could be one.
std::int64_t api_id_of(const std::string& text) {
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole && number > 0 && number <= std::numeric_limits<std::int32_t>::max() ? number : 0;
}

bool is_hash(const std::string& text) {
  return text.size() == kHashDigits && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

bool is_token(const std::string& text) {
  const auto colon = text.find(':');
  return colon != 0 && colon != std::string::npos && text.find_first_not_of("0123456789") == colon;
}

constexpr const char* kAboutApplication =
    "Telegram wants to know which application signs in: get api_id and api_hash at https://my.telegram.org\n"
    "under \"API development tools\"; any title will do. They are yours, keep them to yourself.\n";

constexpr const char* kAboutAccounts =
    "Who is to post?\n"
    "  1  a bot, recommended: make one with @BotFather, then make it an administrator of your channel. It "
    "can do\n"
    "     no more than what you allow it there. Files of up to 2000 MiB.\n"
    "  2  your own account, by phone number and code. Files of up to 4000 MiB with Premium. But whoever gets "
    "at\n"
    "     this machine's data folder has your whole account, and Telegram may limit or ban an account for "
    "what a\n"
    "     program does with it.\n"
    "  3  your own account, by QR code\n";

}  // namespace

LoginQuestions::LoginQuestions(Terminal& terminal, const LoginOptions& options, const TelegramConfig& known)
    : terminal_(terminal) {
  answers_.api_id = options.api_id != 0 ? options.api_id : api_id_of(environment("STREAMRECORDER_API_ID"));
  if (answers_.api_id == 0) answers_.api_id = known.api_id;
  answers_.api_hash = Secret(environment("STREAMRECORDER_API_HASH"));
  if (answers_.api_hash.empty()) answers_.api_hash = known.api_hash;
  const bool user = !options.phone.empty() || options.qr;
  if (!user) answers_.bot_token = known.bot_token;
  if (!user && answers_.bot_token.empty())
    answers_.bot_token = Secret(environment("STREAMRECORDER_BOT_TOKEN"));
  answers_.person.phone = options.phone;
  answers_.person.by_qr = options.qr;
  answers_.person.code = environment("STREAMRECORDER_CODE");
  answers_.person.password = Secret(environment("STREAMRECORDER_PASSWORD"));
  answers_.person.colours = !options.common.no_color;
  who_ = options.qr                                   ? Who::qr
         : !options.phone.empty()                     ? Who::phone
         : options.bot || !answers_.bot_token.empty() ? Who::bot
                                                      : Who::unknown;
}

Task<LoginAnswers> LoginQuestions::ask() {
  REC_CO_CHECK(co_await ask_application());
  if (who_ == Who::unknown) {
    REC_CO_CHECK(co_await ask_who());
  }
  if (who_ == Who::bot && answers_.bot_token.empty()) {
    REC_CO_CHECK(co_await ask_token());
  }
  answers_.person.by_qr = who_ == Who::qr;
  co_return answers_;
}

Task<> LoginQuestions::ask_application() {
  if (answers_.api_id != 0 && !answers_.api_hash.empty()) co_return Result<void>{};
  if (terminal_.there()) fmt::print(stderr, "{}", kAboutApplication);
  typed_application_ = true;
  while (answers_.api_id == 0) {
    Terminal::Question question{
        "api_id (a number):", false,
        "give --api-id NUMBER, or set telegram.api_id (from https://my.telegram.org)"};
    REC_CO_TRY(const std::string typed, co_await terminal_.ask(std::move(question)));
    answers_.api_id = api_id_of(typed);
  }
  while (answers_.api_hash.empty()) {
    Terminal::Question question{"api_hash (32 digits, not shown):", true,
                                "put it into STREAMRECORDER_API_HASH, or set telegram.api_hash"};
    REC_CO_TRY(const std::string typed, co_await terminal_.ask(std::move(question)));
    if (is_hash(typed)) answers_.api_hash = Secret(typed);
    if (!is_hash(typed)) fmt::print(stderr, "That is none: it has 32 digits, 0 to 9 and a to f.\n");
  }
  co_return Result<void>{};
}

Task<> LoginQuestions::ask_who() {
  if (terminal_.there()) fmt::print(stderr, "{}", kAboutAccounts);
  while (who_ == Who::unknown) {
    Terminal::Question question{
        "1, 2 or 3 [1]:", false,
        "put a bot's token into STREAMRECORDER_BOT_TOKEN, or give --phone NUMBER or --qr"};
    REC_CO_TRY(const std::string typed, co_await terminal_.ask(std::move(question)));
    if (typed.empty() || typed == "1") who_ = Who::bot;
    if (typed == "2") who_ = Who::phone;
    if (typed == "3") who_ = Who::qr;
  }
  co_return Result<void>{};
}

Task<> LoginQuestions::ask_token() {
  typed_token_ = true;
  while (answers_.bot_token.empty()) {
    Terminal::Question question{"The bot's token, from @BotFather, not shown:", true,
                                "put it into STREAMRECORDER_BOT_TOKEN"};
    REC_CO_TRY(const std::string typed, co_await terminal_.ask(std::move(question)));
    if (is_token(typed)) answers_.bot_token = Secret(typed);
    if (!is_token(typed)) fmt::print(stderr, "That is none: it looks like 1234567890:AAE….\n");
  }
  co_return Result<void>{};
}

bool LoginQuestions::may_ask_again(const Error& error) {
  if (error.code != Errc::denied || !terminal_.there()) return false;
  const bool application = error.text.find("api_id") != std::string::npos;
  if (application && typed_application_) {
    answers_.api_id = 0;
    answers_.api_hash = Secret();
    return true;
  }
  if (application || !typed_token_) return false;
  answers_.bot_token = Secret();
  return true;
}

}  // namespace rec::cli
