// Targets and channels of the Python program's runtime configuration: what its Telegram commands made of
// config.yaml, which it did not look at again. They become orders, as `target` and `channel` commands leave
// them: they go before config.yaml, so nothing in it has to be changed. Pure.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/channel_book.hpp"
#include "app/import_line.hpp"
#include "app/target_book.hpp"
#include "core/target_order.hpp"

namespace rec {

struct OldTarget {
  std::string id{};
  std::int64_t channel = 0;
  std::int64_t discussion = 0;  ///< 0 = none, as for the backup
  std::int64_t backup = 0;
  std::optional<bool> compression{};
  std::optional<double> default_size_gb{};
  std::optional<double> premium_size_gb{};
};
struct OldSource {
  std::string platform{};
  std::string handle{};
  std::string target = "default";
  bool enabled = true;
};
struct OldRuntime {
  std::vector<OldTarget> targets{};
  std::vector<OldSource> sources{};
  std::vector<std::string> troubles{};  ///< rows that cannot be read, a line each
};
/// `data` of the rows of runtime_targets and runtime_sources.
OldRuntime old_runtime_of(const std::vector<std::string>& targets, const std::vector<std::string>& sources);
/// Of the JSON file that its `/config export` writes, or that one of its first versions kept: `targets` and
/// `sources`, as lists or by their ids. invalid: it is no such file.
Result<OldRuntime> old_runtime_of_json(std::string_view text);

/// Its target's name here: letters, digits, - and _; "" for its default.
std::string old_target_name(const std::string& profile);

struct RuntimeOrders {
  std::vector<TargetOrder> targets{};
  std::vector<ChannelOrder> channels{};
};
/// What is to be said so that all is as it was there; a line for each thing. What was said here before, by
/// commands or an earlier import, stays. `config` is what config.yaml says alone, `kept` and `kept_channels`
/// what commands have said.
RuntimeOrders orders_of(const OldRuntime& runtime, const Config& config, const std::vector<TargetOrder>& kept,
                        const std::vector<ChannelOrder>& kept_channels, Instant now, ImportLines& lines);

}  // namespace rec
