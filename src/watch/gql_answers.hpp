// GraphQL's batches: what is asked about channels, and what is answered. Pure; any bytes may come.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "watch/twitch_book.hpp"

namespace rec {

/// One operation a channel, an array of them.
std::string gql_request_body(const std::vector<TwitchKey>& keys);

/// What the answers say of the channels, in the order of `keys`; those whose operation failed are left out.
/// corrupt: no list of as many answers; unavailable: every operation failed.
Result<std::vector<ChannelNews>> read_gql(std::string_view body, const std::vector<TwitchKey>& keys);

}  // namespace rec
