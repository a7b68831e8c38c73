// Which channels there are and how each is to be treated: the lists of config.yaml, and what commands said on
// top. Decides and changes only itself: whoever asks keeps the order and has it done. One thread at a time.
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/channel_overrides.hpp"
#include "app/config.hpp"
#include "core/store_rows.hpp"
#include "ports/watcher.hpp"

namespace rec {

struct BookEntry {
  WatchedChannel watched;
  ChannelOverrides overrides{};          ///< in effect
  OverrideTexts commanded{};             ///< of `channel set`, as they were typed
  std::optional<ChannelId> continues{};  ///< see ConfiguredChannel
  bool by_itself = false;                ///< the same
  bool configured = false;               ///< it stands in config.yaml; else it is there by `channel add`
  bool disabled = false;                 ///< `enabled: false` in config.yaml
  bool paused = false;
};

class ChannelBook {
 public:
  /// Orders on channels that are neither in config.yaml nor added wait until they are.
  ChannelBook(Config config, std::vector<ChannelOrder> orders);

  /// Those of config.yaml first, then the others as they were added.
  [[nodiscard]] const std::vector<BookEntry>& entries() const { return entries_; }
  [[nodiscard]] const BookEntry* entry(const ChannelId& id) const;
  /// What was said of channels and cannot be done any more, a line each: a file that is gone, a key that is
  /// none now.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  [[nodiscard]] const Config& config() const { return config_; }

  /// The channel with that id, name or URL, or the only one whose id or name begins so. not_found: names the
  /// nearest; invalid: several do.
  [[nodiscard]] Result<ChannelId> find(const std::string& name) const;

  /// config.yaml says something else now; what commands said stays.
  void read_anew(Config config) {
    config_ = std::move(config);
    rebuild();
  }
  /// The telegram section as it is now: which targets there are.
  void post_by(const TelegramConfig& telegram) { config_.telegram = telegram; }

  struct Change {
    ChannelId channel;
    std::optional<ChannelOrder> order{};  ///< to be kept; unset: nothing has changed
    std::string text{};                   ///< what came of it, for people
  };
  // Errors change nothing. invalid: what was typed is wrong; conflict: not while it is as it is.
  /// One that is paused is resumed; one that is there is left alone.
  Result<Change> add(const std::string& url, Instant now);
  /// conflict: it stands in config.yaml.
  Result<Change> remove(const std::string& name);
  Result<Change> pause(const std::string& name, Instant now);
  Result<Change> resume(const std::string& name, Instant now);
  /// All values or none; "" takes back what was set. `folder` is where relative paths start.
  Result<Change> set(const std::string& name, const OverrideTexts& values, const std::string& folder,
                     Instant now);

 private:
  [[nodiscard]] ChannelOrder order_on(const ChannelId& id, Instant now) const;
  Change keep(ChannelOrder order, std::string text);
  [[nodiscard]] Result<void> check_target(const ChannelOverrides& overrides, const std::string& place) const;
  void rebuild();
  void apply_orders(BookEntry& entry, const ChannelOrder& order);

  Config config_;
  std::vector<ChannelOrder> orders_;  ///< in the order they came
  std::vector<BookEntry> entries_;
  std::vector<std::string> problems_;
};

}  // namespace rec
