// Which cookies files are in use: of channels that commands added or changed, too.
#pragma once
#include "app/channel_book.hpp"

namespace rec {

/// The configuration as check_cookies_files() is to look at it: its channels are those that have a cookies
/// file of their own now.
Config config_of_cookies(const ChannelBook& channels);

}  // namespace rec
