// `streamrecorder login`: the only command that asks questions.
#include <fmt/format.h>

#include <filesystem>

#include <boost/json/serialize.hpp>

#include "app/settings_of.hpp"
#include "app/telegram_account.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/login_questions.hpp"
#include "cli/login_text.hpp"
#include "cli/one_task.hpp"
#include "cli/owner.hpp"
#include "cli/telegram_publisher.hpp"
#include "publish/login.hpp"
#include "runtime/system_clock.hpp"
#include "store/instance_lock.hpp"

namespace rec::cli {
namespace {

/// Who is signed in, and where that may post.
struct SignedIn {
  Account account{};
  std::vector<ChatInfo> chats{};
  std::string chats_trouble{};  ///< why there are none, "" = there are
};

struct LoginScene {
  asio::io_context& io;
  Clock& clock;
  Terminal& terminal;
  const Config& file;  ///< what config.yaml says alone
  const LoginOptions& options;
};

int report_login(const Error& error) {
  const Error told{error.code, login_trouble(error), {}};
  if (error.code == Errc::invalid) return report(told, kUsage);
  if (error.code == Errc::not_found) return report(told, kMissingProgram);
  if (error.code == Errc::conflict) return report(told, kFailed);  // 6 is for a second `run` alone
  return report(told);
}

/// With a person it may sign in anew; without one, only what is signed in already.
Task<SignedIn> sign_in_once(LoginScene scene, Config config, LoginPerson* person) {
  REC_CO_TRY(TdlibOptions options, tdlib_options_for(config));
  options.person = person;
  const auto publisher = make_tdlib_publisher(scene.io.get_executor(), scene.clock, std::move(options));
  SignedIn made;
  REC_CO_TRY(made.account, co_await publisher->account());
  auto chats = co_await publisher->chats();
  if (chats) {
    made.chats = *std::move(chats);
  } else {
    made.chats_trouble = chats.error().text;
  }
  co_await publisher->close();
  co_return made;
}

bool has_user_session(const Config& config) {
  std::error_code ignored;
  return std::filesystem::exists(std::filesystem::path(data_folder(config)) / "telegram" / "user", ignored);
}

/// Who is signed in already; nothing: nobody.
Task<std::optional<SignedIn>> already(LoginScene scene, Config config) {
  const bool something = !config.telegram.bot_token.empty() || has_user_session(config);
  if (config.telegram.api_id == 0 || config.telegram.api_hash.empty() || !something)
    co_return std::optional<SignedIn>();
  auto found = co_await sign_in_once(scene, std::move(config), nullptr);
  if (found) co_return std::optional(*std::move(found));
  if (found.error().code == Errc::denied) co_return std::optional<SignedIn>();
  co_return fail(std::move(found).error());
}

/// What the file does not say is kept beside the store, and told.
Result<void> keep(const Config& file, const LoginAnswers& answers) {
  const bool all_in_file = !file.telegram.bot_token.empty() && file.telegram.api_id != 0;
  if (all_in_file) return {};
  TelegramAccount account{answers.api_id, answers.api_hash, answers.bot_token};
  if (!file.telegram.bot_token.empty()) account.bot_token = Secret();
  REC_CHECK(keep_telegram_account(file, account));
  fmt::print(stderr, "Kept in {} (0600): api_id, api_hash{}. config.yaml goes before it.\n",
             telegram_account_path(file), account.bot_token.empty() ? "" : ", the bot's token");
  if (answers.bot_token.empty())
    fmt::print(stderr,
               "The session is in {}/telegram/user, encrypted with {}/telegram.key: whoever has both has the "
               "account.\n",
               data_folder(file), data_folder(file));
  return {};
}

Task<SignedIn> converse(LoginScene scene) {
  const bool as_user = scene.options.qr || !scene.options.phone.empty();
  if (as_user && !scene.file.telegram.bot_token.empty())
    co_return fail(Errc::invalid,
                   "config.yaml has telegram.bot_token, and `run` would sign in with that; remove it first");
  Config config = scene.file;
  REC_CO_CHECK(take_telegram_account(config));
  REC_CO_TRY(auto before, co_await already(scene, config));
  if (before) {
    fmt::print(stderr,
               "Signed in already. For another account: streamrecorder login --log-out, then again.\n");
    co_return *std::move(before);
  }
  LoginQuestions questions(scene.terminal, scene.options, config.telegram);
  for (;;) {
    REC_CO_TRY(const LoginAnswers answers, co_await questions.ask());
    config.telegram.api_id = answers.api_id;
    config.telegram.api_hash = answers.api_hash;
    config.telegram.bot_token = answers.bot_token;
    TerminalPerson person(scene.terminal, answers.person);
    auto done = co_await sign_in_once(scene, config, &person);
    if (done) {
      REC_CO_CHECK(keep(scene.file, answers));
      co_return *std::move(done);
    }
    if (!questions.may_ask_again(done.error())) co_return fail(std::move(done).error());
    fmt::print(stderr, "{}\n", done.error().text);
  }
}

Task<SignedIn> look(LoginScene scene) {
  Config config = scene.file;
  REC_CO_CHECK(take_telegram_account(config));
  REC_CO_TRY(auto before, co_await already(scene, std::move(config)));
  if (before) co_return *std::move(before);
  co_return fail(Errc::denied, "nobody is signed in to Telegram: streamrecorder login");
}

Task<> log_out(LoginScene scene) {
  Config config = scene.file;
  auto taken = take_telegram_account(config);
  const bool something = !config.telegram.bot_token.empty() || has_user_session(config);
  if (taken && something && config.telegram.api_id != 0) {
    REC_CO_TRY(TdlibOptions options, tdlib_options_for(config));
    REC_CO_CHECK(co_await log_out_of_telegram(scene.io.get_executor(), scene.clock, std::move(options)));
  }
  REC_CO_CHECK(forget_telegram_account(scene.file));
  fmt::print(stderr, "Signed out.\n");
  if (!scene.file.telegram.bot_token.empty())
    fmt::print(stderr, "config.yaml still has telegram.bot_token: `run` signs in with it again.\n");
  co_return Result<void>();
}

void print_signed_in(const LoginScene& scene, const SignedIn& made) {
  if (scene.options.common.json) {
    fmt::print("{}\n", boost::json::serialize(login_json(made.account, made.chats)));
    return;
  }
  fmt::print("Signed in as {} ({}).\n", made.account.name,
             made.account.bot       ? "a bot"
             : made.account.premium ? "a user with Premium"
                                    : "a user");
  if (made.chats_trouble.empty())
    fmt::print("{}", chats_table(made.account, made.chats));
  else
    fmt::print(stderr, "Its chats cannot be listed: {}\n", made.chats_trouble);
  if (!scene.file.telegram.channel_id && scene.file.telegram.targets.empty())
    fmt::print(
        stderr,
        "Next, say where to post: streamrecorder target add default CHAT\n"
        "CHAT is a number of these, an @name or a t.me link; then: streamrecorder target test default\n");
}

Error held_by_daemon(const Error& error, bool only_looks) {
  const std::string what = only_looks
                               ? "`streamrecorder doctor` asks it who is signed in"
                               : "end it (systemctl stop, or Ctrl-C where it runs), sign in, start it again";
  return {Errc::conflict,
          "Telegram's session has one owner, and that runs: " + what + " (" + error.text + ")",
          {}};
}

}  // namespace

int login_command(const LoginOptions& options) {
  const auto loaded = file_or_defaults(options.common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  asio::io_context io;
  SystemClock clock;
  Terminal terminal(io.get_executor());  // first: to somebody else it may not open
  if (const auto owner = act_as_owner(data_folder(loaded->config)); !owner) return report(owner.error());
  const auto lock = InstanceLock::acquire(data_folder(loaded->config));
  if (!lock && lock.error().code == Errc::conflict)
    return report_login(held_by_daemon(lock.error(), options.status));
  if (!lock) return report(lock.error());
  const LoginScene scene{io, clock, terminal, loaded->config, options};
  int signalled = 0;
  if (options.log_out) {
    const auto done = run_one_task(io, log_out(scene), signalled);
    if (signalled != 0) return 128 + signalled;
    return done ? kDone : report_login(done.error());
  }
  const auto made = run_one_task(io, options.status ? look(scene) : converse(scene), signalled);
  if (signalled != 0) {
    fmt::print(stderr, "\nGiven up; nothing was kept.\n");
    return 128 + signalled;
  }
  if (!made) return report_login(made.error());
  print_signed_in(scene, *made);
  return kDone;
}

}  // namespace rec::cli
