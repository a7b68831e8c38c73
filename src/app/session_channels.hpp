// Whose sessions are meant where a channel is named.
#pragma once
#include <set>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/channel_book.hpp"
#include "app/settings.hpp"
#include "core/session.hpp"
#include "ports/store.hpp"

namespace rec {

/// Those of the sessions that have that id, name or URL, for a channel may have been removed or renamed
/// since, and the one that the book finds by it. Errors: ChannelBook::find's, where neither knows it.
Result<std::set<ChannelId>> channels_meant(const std::string& name, const ChannelBook& book,
                                           const std::vector<const session::Session*>& sessions);

/// As sessions_at_rest() of service.hpp, which knows no channels but those of the sessions.
Result<boost::json::object> sessions_at_rest(Store* store, const Config& config, const Settings& settings,
                                             const std::string& request, const boost::json::object& arguments,
                                             Instant now);

}  // namespace rec
