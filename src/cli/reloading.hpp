// The configuration of `run` while it runs: the file is watched, and what changes in it is handed to
// everything that goes by it. Decision thread only.
#pragma once
#include <functional>
#include <string>

#include "app/channel_book.hpp"
#include "app/config_reload.hpp"
#include "app/target_book.hpp"
#include "cli/house.hpp"
#include "cli/telling.hpp"

namespace rec::cli {

class Reloading {
 public:
  struct Needs {
    House& house;
    App& app;
    TargetBook& targets;
    ChannelBook& channels;
    Telling& telling;
    std::string given{};           ///< --config
    bool level_by_option = false;  ///< --log-level goes before the file
  };
  /// `started` is what the program was started with. What is given outlives it.
  Reloading(Needs needs, LoadedConfig started);
  void start();
  /// Before what it needs goes.
  asio::awaitable<void> close();

  ConfigReload& file() { return reload_; }
  /// Hears what has changed, when the house's configuration says it.
  void on_change(std::function<void(const ConfigChanges&)> callback) { on_change_ = std::move(callback); }

 private:
  Task<> apply(Config file, ConfigChanges changes);
  Task<> go_by(ConfigChanges changes);
  Task<> watch_anew();

  Needs needs_;
  std::function<void(const ConfigChanges&)> on_change_{};
  ConfigReload reload_;
  /// Nobody asks them any more, but what they began may not have ended.
  std::vector<std::unique_ptr<Watcher>> former_watchers_{};
  Supervisor tasks_;
};

}  // namespace rec::cli
