// What a receiver checks a webhook's body by, and names for messengers that hold no secret.
#pragma once
#include <string>
#include <string_view>

namespace rec::notify {

/// HMAC-SHA256, 64 hex digits.
std::string hmac_sha256(std::string_view key, std::string_view text);
/// The first hex digits of the text's SHA-256: tells it from others and gives nothing of it away.
std::string short_hash(std::string_view text, std::size_t digits = 8);

}  // namespace rec::notify
