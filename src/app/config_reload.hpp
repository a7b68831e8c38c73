// The configuration file of a program that runs, read again when it changes or when somebody says so. A file
// that is wrong changes nothing. What may change is handed on as a whole; whoever gets it goes by it.
// Decision thread only; files are a Worker's.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/config.hpp"
#include "app/config_change.hpp"
#include "app/notifier.hpp"
#include "runtime/clock.hpp"
#include "runtime/worker.hpp"

namespace rec {

class ConfigReload {
 public:
  struct Needs {
    asio::any_io_executor executor;
    Clock& clock;
    Worker& files;
    /// The file there is, "" = none. Called on the worker.
    std::function<std::string()> find{};
    /// Reads and checks it whole. Called on the worker. Errors: as load_config().
    std::function<Result<LoadedConfig>(const std::string& path)> load{};
    /// Has the program go by the configuration, of which these values have changed.
    std::function<Task<>(Config, ConfigChanges)> apply{};
    bool publishing = false;  ///< the program has signed in to Telegram
  };
  /// `started` is what the program was started with.
  ConfigReload(Needs needs, LoadedConfig started);

  /// Reads the file now. The answer: `file`, `changed`, `changes[]` (`key`, `was`, `is`, `counts`),
  /// `needs_restart[]`, `warnings[]`, `text`. invalid: it is wrong, and nothing has changed; the text has a
  /// line for each mistake. While watch() runs.
  Task<boost::json::object> reload();
  /// The same, soon; what comes of it is told in the log. For a signal.
  void ask();
  /// Looks at the file every second until it is cancelled, and reads it when it has changed and was quiet
  /// for one look; one that is wrong every half a minute, for what it names may have come.
  Task<> watch();

  /// What is wrong with the file, a line for each mistake; "" = nothing. What was read before counts.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// `file` (or null), `read_at`, `error` (or null), `needs_restart[]`.
  [[nodiscard]] boost::json::object state() const;

 private:
  Task<LoadedConfig> read();
  Task<boost::json::object> read_and_take_up();
  Task<boost::json::object> take_up(LoadedConfig read);
  [[nodiscard]] Result<void> is_whole(const LoadedConfig& read) const;
  void note_trouble(const std::string& text);
  Task<bool> has_changed();
  asio::awaitable<void> until_next_look();

  Needs needs_;
  Config started_;
  Config now_;  ///< what is in effect of the file
  bool said_something_ = false;
  std::string path_;
  std::string stamp_{};  ///< of what was read last
  std::string seen_{};   ///< of the last look
  SteadyTime tried_at_{};
  Instant read_at_{};
  std::string trouble_{};
  std::vector<std::string> warnings_;
  std::vector<std::string> needs_restart_{};
  std::uint64_t asked_ = 0;
  std::uint64_t answered_ = 0;
  Result<boost::json::object> answer_{};
  Notifier wake_;
};

}  // namespace rec
