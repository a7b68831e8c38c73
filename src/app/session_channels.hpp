// Whose sessions are meant where a channel is named.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "app/channel_book.hpp"
#include "core/session.hpp"

namespace rec {

/// Those of the sessions that have that id, name or URL, for a channel may have been removed or renamed
/// since, and the one that the book finds by it. Errors: ChannelBook::find's, where neither knows it.
Result<std::set<ChannelId>> channels_meant(const std::string& name, const ChannelBook& book,
                                           const std::vector<const session::Session*>& sessions);

}  // namespace rec
