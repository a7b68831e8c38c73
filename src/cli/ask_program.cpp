#include "cli/ask_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <optional>
#include <thread>

#include "app/settings_of.hpp"
#include "app/telegram_account.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_task.hpp"
#include "cli/owner.hpp"
#include "control/control_socket.hpp"
#include "runtime/system_clock.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

/// A daemon that starts or ends holds the folder for a moment without listening.
constexpr auto kAskPatience = std::chrono::seconds(10);
constexpr auto kPause = std::chrono::milliseconds(100);

/// Nothing: nobody listens there.
using Told = std::optional<Result<json::object>>;

/// Nothing: somebody holds the folder.
Told do_at_rest(const Config& config, const AtRest& at_rest, Instant now) {
  if (::access(config.state.path.c_str(), F_OK) != 0 && errno == ENOENT) {
    auto told = at_rest(nullptr, now);  // nothing is made only to look at it, or for what is wrong
    if (told || told.error().code != Errc::unavailable) return told;
  }
  const auto lock = InstanceLock::acquire(data_folder(config));
  if (!lock && lock.error().code == Errc::conflict) return std::nullopt;
  if (!lock) return fail(lock.error());
  const auto store = SqliteStore::open(config.state.path);
  if (!store) return fail(store.error());
  return at_rest(store->get(), now);
}

}  // namespace

Task<std::optional<Result<json::object>>> ask_daemon(Clock& clock, std::string folder, std::string request,
                                                     json::object arguments) {
  auto daemon = co_await control::ControlClient::connect(clock, std::move(folder));
  if (!daemon && daemon.error().code == Errc::not_found) co_return Told();
  if (!daemon) co_return Told(fail(std::move(daemon).error()));
  auto told = co_await (*daemon)->call(std::move(request), std::move(arguments));
  co_return Told(std::move(told));
}

Result<json::object> ask_program(const Config& config, const std::string& request,
                                 const json::object& arguments, const AtRest& at_rest) {
  const std::string folder = data_folder(config);
  REC_CHECK(act_as_owner(folder));
  const auto until = std::chrono::steady_clock::now() + kAskPatience;
  for (;;) {
    asio::io_context io;
    SystemClock clock;
    auto asked = run_one_task(io, ask_daemon(clock, folder, request, arguments));
    if (!asked) return fail(std::move(asked).error());
    const bool over = std::chrono::steady_clock::now() >= until;
    const bool passing = *asked && !**asked && (*asked)->error().code == Errc::unavailable;
    if (*asked && (!passing || over)) return **std::move(asked);
    if (!*asked) {
      if (auto done = do_at_rest(config, at_rest, clock.now())) return *std::move(done);
      if (over) {
        return fail(Errc::unavailable, "another streamrecorder holds " + folder + "; it does not answer at " +
                                           control::socket_path(folder));
      }
    }
    std::this_thread::sleep_for(kPause);
  }
}

Config config_to_ask_by(const std::string& given, std::optional<Error>& wrong) {
  auto loaded = checked_config(given);
  if (loaded) return std::move(loaded->config);
  wrong = std::move(loaded).error();
  return config_as_far_as_it_goes(find_config_file(given).value_or(given));
}

Result<std::optional<json::object>> ask_daemon_alone(const Config& config, const std::string& request,
                                                     const json::object& arguments) {
  REC_CHECK(act_as_owner(data_folder(config)));
  asio::io_context io;
  SystemClock clock;
  REC_TRY(Told told, run_one_task(io, ask_daemon(clock, data_folder(config), request, arguments)));
  if (!told) return std::optional<json::object>();
  REC_TRY(json::object answer, *std::move(told));
  return std::optional(std::move(answer));
}

Asked ask_for_command(const std::string& given, const std::string& request, const json::object& arguments,
                      const AtRestBy& at_rest) {
  std::optional<Error> wrong;
  const Config config = config_to_ask_by(given, wrong);
  if (!wrong) {
    const AtRest here = [&](Store* store, Instant now) { return at_rest(config, store, now); };
    return {ask_program(config, request, arguments, here)};
  }
  if (wrong->code != Errc::invalid) return {fail(*std::move(wrong)), true};
  auto told = ask_daemon_alone(config, request, arguments);
  if (told && !*told) {
    wrong->text += "\nand no streamrecorder answers in " + data_folder(config) +
                   ", which is the data folder as far as that file can be read";
    return {fail(*std::move(wrong)), true};
  }
  fmt::print(stderr, "streamrecorder: warning: the program that runs goes by what it read before this:\n{}\n",
             wrong->text);
  if (!told) return {fail(std::move(told).error())};
  return {**std::move(told)};
}

int report_asked(const Asked& asked) {
  const Error& error = asked.told.error();
  if (asked.configuration) return report(error, kConfiguration);
  if (error.code == Errc::invalid) return report(error, kUsage);
  if (error.code == Errc::conflict) return report(error, kFailed);  // 6 is for a second `run` alone
  return report(error);
}

Result<LoadedConfig> file_or_defaults(const std::string& given) {
  const auto path = find_config_file(given);
  if (path) return load_config(*path);
  if (!given.empty() || path.error().code != Errc::not_found) return fail(path.error());
  return default_config();
}

Result<LoadedConfig> config_or_defaults(const std::string& given) {
  REC_TRY(LoadedConfig loaded, file_or_defaults(given));
  const auto taken = take_telegram_account(loaded.config);
  if (!taken) loaded.warnings.push_back(taken.error().text);
  const TelegramConfig& telegram = loaded.config.telegram;
  const bool chat = telegram.channel_id || !telegram.targets.empty();
  if (taken && chat && !telegram_configured(loaded.config)) {
    loaded.warnings.emplace_back(
        "telegram: it says where to post, and nobody has signed in, so nothing is posted and recordings stay "
        "in "
        "recording.output_dir; streamrecorder login");
  }
  return loaded;
}

Result<LoadedConfig> checked_config(const std::string& given) {
  REC_TRY(LoadedConfig loaded, config_or_defaults(given));
  REC_TRY([[maybe_unused]] const Settings settings, settings_of(loaded.config));
  return loaded;
}

}  // namespace rec::cli
