// Base64 (RFC 4648, section 4). Pure.
#pragma once
#include <string>
#include <string_view>

namespace rec {

/// With `=` at the end where it needs them.
std::string base64(std::string_view bytes);
/// The bytes before the first character that is none of it; "" of nothing.
std::string from_base64(std::string_view text);

}  // namespace rec
