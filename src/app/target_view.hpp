// The targets as `target list --json` tells them. Pure.
#pragma once
#include <boost/json/object.hpp>

#include "app/channel_book.hpp"
#include "app/target_book.hpp"

namespace rec {

/// `{"running", "targets": [{"name", "source", "values", "set_by_command", "channels"}], "problems"}`;
/// docs/interface.md says what they are.
boost::json::object targets_json(const TargetBook& targets, const ChannelBook& channels, bool running);

/// The section with the chats of the targets that such a list tells of; the rest of them as it was.
TelegramConfig with_told_chats(TelegramConfig telegram, const boost::json::object& list);

/// The channels that post to it, as ids.
std::vector<std::string> channels_of_target(const std::string& target, const ChannelBook& channels);

}  // namespace rec
