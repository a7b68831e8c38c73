// What `login` must know before Telegram is asked: the application, and who is to sign in. It comes from the
// command line, the environment, the configuration, or the person at the terminal, in this order.
#pragma once
#include "app/config.hpp"
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "cli/terminal_person.hpp"

namespace rec::cli {

struct LoginAnswers {
  std::int64_t api_id = 0;
  Secret api_hash{};
  Secret bot_token{};  ///< empty: a user
  TerminalPerson::Given person{};
};

class LoginQuestions {
 public:
  /// `known` is what the configuration and an earlier login say.
  LoginQuestions(Terminal& terminal, const LoginOptions& options, const TelegramConfig& known);
  /// All answers; of those that were given before only what may_ask_again() has taken back is asked for.
  Task<LoginAnswers> ask();
  /// Whether what Telegram refused was typed, so that it can be typed anew.
  bool may_ask_again(const Error& error);

 private:
  enum class Who { unknown, bot, phone, qr };
  Task<> ask_application();
  Task<> ask_who();
  Task<> ask_token();

  Terminal& terminal_;
  LoginAnswers answers_{};
  Who who_ = Who::unknown;
  bool typed_application_ = false;
  bool typed_token_ = false;
};

}  // namespace rec::cli
