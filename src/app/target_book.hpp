// Where recordings can be posted: the telegram section, its targets, and what commands said on top. Decides
// and changes only itself: whoever asks keeps the order and has it done. One thread at a time.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/config.hpp"
#include "core/target_order.hpp"

namespace rec {

/// The telegram section's own target, by the name that commands know it by. One of that name under
/// telegram.targets goes before it.
inline constexpr const char* kDefaultTarget = "default";

/// What a channel's `target` names under telegram.targets; "" = the telegram section's own.
inline std::string target_named(const TelegramConfig& telegram, const std::string& name) {
  return name == kDefaultTarget && !telegram.targets.contains(name) ? std::string() : name;
}

using TargetTexts = std::map<std::string, std::string>;

class TargetBook {
 public:
  /// `file` is what config.yaml says alone.
  TargetBook(TelegramConfig file, std::vector<TargetOrder> orders);

  struct Entry {
    TargetConfig target{};    ///< in effect
    TargetTexts commanded{};  ///< what commands said of it
    bool configured = false;  ///< it stands in config.yaml
  };
  /// By name, without a default that has no chat.
  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }
  /// The section as it is in effect.
  [[nodiscard]] const TelegramConfig& telegram() const { return telegram_; }
  /// What was said and cannot be done any more, a line each.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  /// not_found: names the nearest.
  [[nodiscard]] Result<std::string> find(const std::string& name) const;

  /// config.yaml says something else now; what commands said stays.
  void read_anew(TelegramConfig file) {
    file_ = std::move(file);
    rebuild();
  }

  struct Change {
    std::string name{};
    std::optional<TargetOrder> order{};  ///< to be kept; unset: nothing has changed
    std::string text{};                  ///< what came of it, for people
  };
  // Errors change nothing. invalid: what was typed is wrong; conflict: not while it is as it is.
  /// conflict: there is one of that name.
  Result<Change> add(const std::string& name, const TargetTexts& values, Instant now);
  /// All values or none; "" takes back what was set.
  Result<Change> set(const std::string& name, const TargetTexts& values, Instant now);
  /// Takes back all that commands said. conflict: it stands in config.yaml alone.
  Result<Change> remove(const std::string& name);

 private:
  [[nodiscard]] TargetOrder order_on(const std::string& name, Instant now) const;
  /// The order if its target holds; else what is wrong.
  [[nodiscard]] Result<TargetOrder> checked(TargetOrder order, const TargetTexts& values) const;
  void keep(const TargetOrder& order);
  void rebuild();
  [[nodiscard]] bool is_section(const std::string& name) const;
  [[nodiscard]] TargetConfig configured(const std::string& name) const;

  TelegramConfig file_;
  TelegramConfig telegram_;
  std::vector<TargetOrder> orders_;
  std::map<std::string, Entry> entries_;
  std::vector<std::string> problems_;
};

}  // namespace rec
