// `streamrecorder status`: asks the daemon, or reads the store where none runs.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include <boost/json/serialize.hpp>

#include "app/config.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/one_task.hpp"
#include "cli/status_text.hpp"
#include "control/control_socket.hpp"
#include "runtime/system_clock.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

/// A daemon that starts or ends holds the folder for a moment without listening.
constexpr auto kPatience = std::chrono::seconds(10);
constexpr auto kPause = std::chrono::milliseconds(100);

Task<json::object> ask_daemon(Clock& clock, std::string folder) {
  REC_CO_TRY(auto daemon, co_await control::ControlClient::connect(clock, std::move(folder)));
  json::object nothing;
  co_return co_await daemon->call("status", std::move(nothing));
}

Result<json::object> read_store(const Config& config, const Settings& settings, Instant now) {
  if (::access(config.state.path.c_str(), F_OK) != 0 && errno == ENOENT) {
    return status_at_rest(nullptr, settings, now);  // and nothing is created only to look at it
  }
  REC_TRY(const InstanceLock lock, InstanceLock::acquire(data_folder(config)));
  REC_TRY(const auto store, SqliteStore::open(config.state.path));
  return status_at_rest(store.get(), settings, now);
}

Result<json::object> status_of_program(const Config& config, const Settings& settings) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    asio::io_context io;
    SystemClock clock;
    auto told = run_one_task(io, ask_daemon(clock, data_folder(config)));
    const bool over = std::chrono::steady_clock::now() >= until;
    const bool passing = !told && told.error().code == Errc::unavailable;
    const bool nobody = !told && told.error().code == Errc::not_found;
    if (!nobody && (!passing || over)) return told;
    if (nobody) {
      auto read = read_store(config, settings, clock.now());
      if (read || read.error().code != Errc::conflict) return read;
      if (over) {
        return fail(Errc::unavailable, read.error().text + "; it does not answer at " +
                                           control::socket_path(data_folder(config)));
      }
    }
    std::this_thread::sleep_for(kPause);
  }
}

}  // namespace

int status_command(const StatusOptions& options) {
  auto path = find_config_file(options.common.config);
  if (!path) return report(path.error(), kConfiguration);
  auto loaded = load_config(*path);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const auto settings = settings_of(loaded->config);
  if (!settings) return report(settings.error(), kConfiguration);
  const auto status = status_of_program(loaded->config, *settings);
  if (!status) return report(status.error());
  fmt::print("{}{}", options.common.json ? json::serialize(*status) : status_text(*status),
             options.common.json ? "\n" : "");
  return kDone;
}

}  // namespace rec::cli
