// When a URL or a playback token ends to be valid, as far as it says so itself. Pure.
#pragma once
#include <optional>
#include <string_view>

#include "base/time.hpp"

namespace rec::capture {

/// `expire`, `expires` or `exp` as seconds since 1970: a query parameter, a path component `/expire/<n>/`, or
/// a member of a token (`exp=<n>~hmac=…`). The earliest, when there are several.
std::optional<Instant> expiry_of_url(std::string_view url);

/// The member `expires` of Twitch's token, a JSON object.
std::optional<Instant> expiry_of_token(std::string_view json);

}  // namespace rec::capture
