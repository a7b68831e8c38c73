// From the configuration, as people write it, to what the app goes by.
#pragma once
#include <string_view>
#include <vector>

#include "app/channel_book.hpp"
#include "app/settings.hpp"

namespace rec {

/// With the channels that the configuration names; those of commands are ChannelBook's. invalid: names the
/// key and the cure, where the configuration asks for what cannot be done (yet).
Result<Settings> settings_of(const Config& config);

/// How the channels of the book are watched and captured.
ChannelPlans channel_plans_of(const Config& config, const std::vector<BookEntry>& entries);

/// What a platform ("twitch", "youtube" or another) is reached through: its own proxy, else the general one;
/// "" = none.
std::string proxy_for(const Config& config, std::string_view platform);

/// How a page is captured that has no entry of its own.
CaptureSettings capture_settings_of(const Config& config, const WatchedChannel& watched);
YtDlpSettings ytdlp_settings_of(const Config& config);

/// The folder of state.path: it holds the store, the segment logs, Telegram's database and the lock.
std::string data_folder(const Config& config);

/// The resolver data file: recording.resolver_data, or `resolver.json` in the data folder. It need not be
/// there.
std::string resolver_data_path(const Config& config);

}  // namespace rec
