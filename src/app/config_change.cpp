#include "app/config_change.hpp"

#include <algorithm>

#include "app/config.hpp"
#include "app/config_fields.hpp"

namespace rec {
namespace {

constexpr std::size_t kShortValue = 60;

}  // namespace

ConfigChanges config_changes(const Config& now, const Config& read) {
  ConfigChanges changes;
  for (const Field<Config>& field : config_fields()) {
    if (!field.same || field.same(now, read)) continue;
    changes.push_back({field.info.key, field.info.counts, field.show(now), field.show(read)});
  }
  return changes;
}

Config taken_up(Config now, const Config& read) {
  for (const Field<Config>& field : config_fields()) {
    if (field.copy && field.info.counts != Counts::after_restart) field.copy(now, read);
  }
  return now;
}

std::vector<std::string> wants_restart(const Config& started, const Config& read, bool publishing) {
  std::vector<std::string> keys;
  const bool telegram_is_new = !publishing && telegram_configured(read);
  for (const ConfigChange& change : config_changes(started, read)) {
    // Telegram's library got the general proxy when it was started, and no other.
    const bool proxy_of_telegram = change.key == "proxy" && publishing && started.telegram.proxy.empty();
    const bool first_telegram =
        telegram_is_new && (change.key == "telegram.channel_id" || change.key == "telegram.targets" ||
                            (change.key == "control.enabled" && read.control.enabled));
    if (change.counts == Counts::after_restart || proxy_of_telegram || first_telegram)
      keys.push_back(change.key);
  }
  return keys;
}

bool touches(const ConfigChanges& changes, std::initializer_list<std::string_view> keys) {
  return std::ranges::any_of(changes, [&](const ConfigChange& change) {
    return std::ranges::any_of(keys, [&](std::string_view key) {
      const bool below = change.key.size() > key.size() && change.key[key.size()] == '.';
      return change.key.starts_with(key) && (change.key.size() == key.size() || below);
    });
  });
}

std::string change_text(const ConfigChange& change) {
  const bool told =
      change.was != change.is && change.was.size() <= kShortValue && change.is.size() <= kShortValue;
  return told ? fmt::format("{}: {} → {}", change.key, change.was, change.is) : change.key;
}

}  // namespace rec
