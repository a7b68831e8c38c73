// `streamrecorder run`: the daemon.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/config.hpp"
#include "app/config_channels.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/targets.hpp"
#include "cli/ask_program.hpp"
#include "cli/commands.hpp"
#include "cli/companion.hpp"
#include "cli/control_group.hpp"
#include "cli/exit_codes.hpp"
#include "cli/house.hpp"
#include "cli/owner.hpp"
#include "cli/reloading.hpp"
#include "cli/telegram_publisher.hpp"
#include "cli/telling.hpp"
#include "cli/watchers.hpp"
#include "cli/web_door.hpp"
#include "control/control_socket.hpp"
#include "runtime/service_manager.hpp"
#include "store/instance_lock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::cli {
namespace {

Result<void> configure_logging(const Config& config, const CommonOptions& options) {
  log::Options logging;
  logging.level = config.logging.level;
  if (!options.log_level.empty()) log::parse_level(options.log_level, logging.level);
  logging.color = !options.no_color;
  logging.file = config.logging.file;
  logging.max_bytes = config.logging.max_size;
  logging.backups = static_cast<std::size_t>(config.logging.backup_count);
  try {
    log::configure(logging);
  } catch (const std::exception& error) {
    return fail(Errc::invalid, "logging.file: " + std::string(error.what()));
  }
  return {};
}

// A token that is wrong from the very first start ends the program, so that its owner sees it at once. One
// that was good once does not: a revoked token must not cost recordings.
Task<> first_sign_in(Publisher& publisher, App& app, std::string marker, Error& fatal, std::string& said) {
  const bool signed_in_before = std::filesystem::exists(marker);
  for (;;) {
    auto account = co_await publisher.account();
    if (account) {
      log::info("telegram.signed_in", {{"account", account->name}, {"bot", account->bot ? "yes" : "no"}});
      said.clear();
      if (std::FILE* file = std::fopen(marker.c_str(), "we")) std::fclose(file);
      co_return Result<void>();
    }
    if (std::exchange(said, account.error().text) != said)
      log::error("telegram.sign_in_failed", {{"error", said}});
    if (account.error().code == Errc::denied && !signed_in_before) {
      fatal = account.error();
      app.stop();
      co_return Result<void>();
    }
    const bool refused = account.error().code == Errc::denied;  // does not mend itself
    asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::seconds(refused ? 3600 : 10));
    co_await pause.async_wait(asio::use_awaitable);
  }
}

struct Books {
  TargetBook targets;
  ChannelBook channels;  ///< its configuration has the targets of commands, too
};

/// The service, and the doors to it. Without the socket the program records all the same.
struct Doors {
  Doors(App& app, House& house, Books& books, Telling& telling, ConfigReload& config)
      : service(
            {app.model(),
             app.settings(),
             house.clock,
             *house.store,
             *house.store_worker,
             [&app](const SessionId& id) { return app.progress_of(id); },
             [&app] { return app.disks(); },
             &books.channels,
             [&app](ChannelOrder order, ChannelPlans plans) {
               return app.change_channels(std::move(order), std::move(plans));
             },
             [&app](const ChannelId& id) { return app.news_of(id); },
             [&app] { return app.watch_reports(); },
             [&app](SessionId id, SessionAction action) { return app.act_on_session(std::move(id), action); },
             house.publisher.get(),
             &books.targets,
             [&app, &channels = books.channels](TargetOrder order) {
               return app.change_targets(std::move(order), main_target_of(channels.config()),
                                         targets_of(channels.config()));
             },
             [&app](FilePost post) { return app.post_files(std::move(post)); },
             [&telling] { return telling.incidents(); },
             house.chores.get(),
             [&app] { return app.upload_report(); },
             [&config] { return config.reload(); },
             [&config] { return config.state(); },
             house.publisher == nullptr ? nullptr : &house.publisher->conversation(),
             house.pictures.get(),
             [&app](SessionId id) { return app.newest_media(std::move(id)); }}),
        group(house, service) {}
  void open_socket(House& house, const std::string& folder) {
    auto opened =
        control::ControlServer::open(house.io.get_executor(), house.clock, folder,
                                     [this](std::string request, boost::json::object arguments) {
                                       return service.call(std::move(request), std::move(arguments));
                                     });
    if (!opened) return log::error("control.no_socket", {{"error", opened.error().text}});
    socket = *std::move(opened);
  }
  void open_web(House& house, const Config& config) {
    web = std::make_unique<WebDoor>(house.io.get_executor(), house.clock, config, service);
  }
  void go_by(const Config& config, const ConfigChanges& changes) {
    if (web && touches(changes, {"language"})) web->speak(config.language);
    if (touches(changes, {"language", "control", "jobs.control_concurrency"})) group.change();
  }
  void close() {
    if (socket) socket->stop();
    if (web) web->close();
  }

  Service service;
  std::unique_ptr<control::ControlServer> socket{};
  std::unique_ptr<WebDoor> web{};
  ControlGroup group;
};

/// When the app has ended, while Telegram is still there.
asio::awaitable<void> close_tellers(Reloading& reloading, Telling& telling, Doors& doors) {
  co_await reloading.close();
  co_await doors.group.close();
  co_await telling.close();
}

/// A `status` that looks into the store holds the lock for an instant; that is no second instance.
Result<InstanceLock> acquire_in_time(const std::string& folder) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  for (;;) {
    auto lock = InstanceLock::acquire(folder);
    const bool held = !lock && lock.error().code == Errc::conflict;
    if (!held || std::chrono::steady_clock::now() >= until) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

int no_channel() {
  return report(
      {Errc::invalid,
       "no channel to watch; add one with `streamrecorder channel add URL`, or under twitch.channels, "
       "youtube.channels or channels in config.yaml",
       {}},
      kConfiguration);
}

/// The targets and channels of the configuration and those of commands, and how each is to be treated.
/// not_found: there is no file, there are no channels, and nothing is left to be finished.
Result<Books> books_for(const LoadedConfig& loaded, Store& store) {
  const Config& file = loaded.config;
  REC_TRY(StoreSnapshot kept, store.load());
  TargetBook targets(file.telegram, std::move(kept.target_orders));
  Config config = file;
  config.telegram = targets.telegram();
  Books books{std::move(targets), ChannelBook(std::move(config), std::move(kept.orders))};
  for (const std::string& problem : books.targets.problems())
    log::warn("target.order_unusable", {{"text", problem}});
  for (const std::string& problem : books.channels.problems())
    log::warn("channel.order_unusable", {{"text", problem}});
  if (loaded.path.empty() && books.channels.entries().empty() && kept.sessions.empty())
    return fail(Errc::not_found, "no channel");
  return books;
}

int run_with(const LoadedConfig& loaded, const RunOptions& options) {
  const Config& file = loaded.config;
  if (const auto there = check_media_program(); !there) return report(there.error(), kMissingProgram);
  auto lock = acquire_in_time(data_folder(file));
  if (!lock) return report(lock.error());
  auto store = SqliteStore::open(file.state.path);
  if (!store) return report(store.error(), store.error().code == Errc::no_space ? kDiskFull : kFailed);
  auto books = books_for(loaded, **store);
  if (!books && books.error().code == Errc::not_found) return no_channel();
  if (!books) return report(books.error());
  const Config config = books->channels.config();
  auto settings = settings_of(config);
  if (!settings) return report(settings.error(), kConfiguration);
  static_cast<ChannelPlans&>(*settings) = channel_plans_of(config, books->channels.entries());
  House house(config);
  house.store = *std::move(store);
  house.watch_memory = std::make_shared<WatchMemory>(
      (std::filesystem::path(data_folder(config)) / "watch.json").string(), *house.chores);
  house.watchers = watchers_for(house);
  if (settings->session_policy.publish) {
    auto publisher = publisher_for(config, house.io.get_executor(), house.clock);
    if (!publisher) return report(publisher.error(), kMissingProgram);
    house.publisher = *std::move(publisher);
  }
  App app(house.needs(), *std::move(settings));
  Supervisor sign_in(house.io.get_executor(), [](const std::string&, const Error&) {});
  Telling telling(house, app);
  telling.know(books->channels);
  const bool level_by_option = !options.common.log_level.empty();
  Reloading reloading(
      {house, app, books->targets, books->channels, telling, options.common.config, level_by_option}, loaded);
  Doors doors(app, house, *books, telling, reloading.file());
  reloading.on_change([&doors, &house](const ConfigChanges& changes) { doors.go_by(house.config, changes); });
  doors.open_socket(house, data_folder(config));
  doors.open_web(house, config);
  doors.group.change();
  Error fatal{};
  if (house.publisher) {
    const std::string marker = (std::filesystem::path(data_folder(config)) / "telegram.signed_in").string();
    sign_in.start("sign_in", first_sign_in(*house.publisher, app, marker, fatal, telling.telegram_trouble()));
  }
  int signalled = 0;
  log::info("program.started", {{"channels", app.channel_count()}});
  if (app.channel_count() == 0)
    log::info("program.waits",
              {{"text",
                "no channel is watched yet; add one by `streamrecorder channel add URL`, on the "
                "dashboard or in the configuration"}});
  telling.start();
  reloading.start();
  service_manager::say(fmt::format("READY=1\nSTATUS={} channels", app.channel_count()));
  const auto stop = [&](int number) {
    signalled = number;
    service_manager::say("STOPPING=1");
    log::info("program.stopping", {{"signal", number}});
    sign_in.cancel_all();
    doors.close();
    app.stop();
  };
  const auto close_all = [&] { return close_tellers(reloading, telling, doors); };
  auto ended = house.run(app, stop, close_all, [&] { reloading.file().ask(); });
  if (!ended) return report(ended.error(), ended.error().code == Errc::no_space ? kDiskFull : kFailed);
  if (!fatal.text.empty()) return report(fatal);
  log::info("program.stopped");
  return signalled == 0 ? kDone : 128 + signalled;
}

}  // namespace

int run_command(const RunOptions& options) {
  const auto loaded = config_or_defaults(options.common.config);
  if (!loaded) return report(loaded.error(), kConfiguration);
  const Config& config = loaded->config;
  // Without a file nothing says that a program is wanted here.
  if (loaded->path.empty() && !std::filesystem::exists(config.state.path)) return no_channel();
  if (const auto owner = act_as_owner(data_folder(config)); !owner) return report(owner.error());
  setenv("TZ", loaded->config.timezone.c_str(),
         1);  // before any thread: the whole process shows this time zone
  tzset();
  const auto logging = configure_logging(loaded->config, options.common);
  if (!logging) return report(logging.error(), kConfiguration);
  for (const std::string& warning : loaded->warnings) log::warn("config.warning", {{"text", warning}});
  return run_with(*loaded, options);
}

}  // namespace rec::cli
