#include "core/phantom.hpp"

namespace rec {

std::optional<std::string> phantom_reason(const FileFacts& file, const PhantomRules& rules) {
  if (!rules.enabled || (rules.only_on_continuation && !file.continuation)) return {};
  if (rules.ask_platform && file.twitch && file.live.value_or(true)) return {};
  if (rules.duplicate_check && file.repeats) return "it repeats the end of the file before it";
  // Twitch serves such pieces behind an end; elsewhere a short piece is what a restart left of a broadcast.
  if (!file.twitch) return {};
  const bool is_short = file.duration > Millis(0) && file.duration < rules.min_duration;
  const bool is_small = file.bytes > 0 && file.bytes < rules.min_bytes;
  if (!is_short || !is_small) return {};
  return "it is short (" + std::to_string(file.duration.count() / 1000) + " s) and small (" +
         std::to_string(file.bytes / 1'000'000) + " MB)";
}

}  // namespace rec
