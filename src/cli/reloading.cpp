#include "cli/reloading.hpp"

#include "app/settings_of.hpp"
#include "app/upload_view.hpp"
#include "base/log_level.hpp"
#include "cli/ask_program.hpp"
#include "cli/watchers.hpp"

namespace rec::cli {
namespace {

constexpr std::chrono::milliseconds kUntilAppIsLoaded{50};

ConfigReload::Needs file_needs(House& house, const std::string& given) {
  ConfigReload::Needs needs{house.io.get_executor(), house.clock, *house.chores};
  needs.find = [given] { return find_config_file(given).value_or(""); };
  needs.load = checked_config;
  needs.publishing = house.publisher != nullptr;
  return needs;
}

}  // namespace

Reloading::Reloading(Needs needs, LoadedConfig started)
    : needs_(std::move(needs)),
      reload_(
          [this] {
            ConfigReload::Needs of_file = file_needs(needs_.house, needs_.given);
            of_file.apply = [this](Config file, ConfigChanges changes) {
              return apply(std::move(file), std::move(changes));
            };
            return of_file;
          }(),
          std::move(started)),
      tasks_(needs_.house.io.get_executor(), [](const std::string& name, const Error& error) {
        log::error("task.failed", {{"task", name}, {"error", error.text}});
      }) {
  needs_.telling.watch_file([this] { return reload_.trouble(); });
}

void Reloading::start() { tasks_.start("config_file", reload_.watch()); }

asio::awaitable<void> Reloading::close() {
  tasks_.cancel_all();
  co_await tasks_.join();
}

// What commands said of targets and channels goes before the file, as it did at the start.
Task<> Reloading::apply(Config file, ConfigChanges changes) {
  while (!needs_.app.loaded()) co_await needs_.house.clock.sleep(kUntilAppIsLoaded);
  needs_.targets.read_anew(file.telegram);
  Config config = std::move(file);
  config.telegram = needs_.targets.telegram();
  needs_.channels.read_anew(config);
  for (const std::string& problem : needs_.targets.problems())
    log::warn("target.order_unusable", {{"text", problem}});
  for (const std::string& problem : needs_.channels.problems())
    log::warn("channel.order_unusable", {{"text", problem}});
  REC_CO_TRY(Settings settings, settings_of(config));
  static_cast<ChannelPlans&>(settings) = channel_plans_of(config, needs_.channels.entries());
  needs_.house.config = std::move(config);
  REC_CO_CHECK(co_await needs_.app.change_settings(std::move(settings)));
  co_return co_await go_by(std::move(changes));
}

Task<> Reloading::go_by(ConfigChanges changes) {
  House& house = needs_.house;
  const Config& config = house.config;
  if (touches(changes, {"logging.level"}) && !needs_.level_by_option) log::set_level(config.logging.level);
  if (on_change_) on_change_(changes);
  if (touches(changes, {"telegram.upload_speed_limit_mbps"}) && house.publisher)
    house.publisher->set_upload_cap(upload_cap_of(config));
  if (touches(changes, {"youtube.requests_per_minute"}))
    house.youtube_requests->change(static_cast<std::size_t>(config.youtube.requests_per_minute),
                                   static_cast<std::size_t>(config.youtube.reserved_requests()));
  const bool watching =
      touches(changes, {"twitch.client_id", "twitch.client_secret", "twitch.check_interval", "twitch.proxy",
                        "proxy", "youtube.check_interval", "youtube.requests_per_minute"});
  if (watching) REC_CO_CHECK(co_await watch_anew());
  if (touches(changes, {"notify", "hooks", "incidents", "telegram.channel_id", "proxy"}))
    REC_CO_CHECK(co_await needs_.telling.change());
  co_return Result<void>();
}

Task<> Reloading::watch_anew() {
  House& house = needs_.house;
  former_watchers_ = std::exchange(house.watchers, watchers_for(house));
  std::vector<Watcher*> watchers;
  for (const auto& one : house.watchers) watchers.push_back(one.get());
  REC_CO_CHECK(co_await needs_.app.change_watchers(std::move(watchers)));
  former_watchers_.clear();
  co_return Result<void>();
}

}  // namespace rec::cli
