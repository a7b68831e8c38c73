// What is watched now as a configuration, for what looks at configurations: with what commands said.
#pragma once
#include "app/channel_book.hpp"

namespace rec {

/// The book's configuration; its channels are all that the book has, under `channels`, with what is in effect
/// for each.
Config config_of_channels(const ChannelBook& channels);

}  // namespace rec
