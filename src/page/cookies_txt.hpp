// Looks a cookie up in a cookies.txt (Netscape format). libcurl gets the file as it is; this is for the one
// cookie that Twitch wants in a header.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace rec::page {

/// The value of the cookie `name` that `host` would be sent over https; "" when there is none or it has
/// expired. Lines that begin with #HttpOnly_ count, other lines with # do not. Pure.
std::string cookie_in(std::string_view text, std::string_view host, std::string_view name, Instant now);

/// The same of a file; "" when it cannot be read. Blocking; small.
std::string cookie_of_file(const std::string& path, std::string_view host, std::string_view name,
                           Instant now);

}  // namespace rec::page
