// What a release of yt-dlp says of itself: checksums and version. Pure.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::capture {

/// The SHA-256 of that file, 64 hex digits in lower case, from lines of "DIGEST  NAME". not_found.
Result<std::string> checksum_of(std::string_view sums, std::string_view asset);

/// 64 hex digits in lower case.
std::string sha256_hex(std::string_view bytes);

/// Like "2026.11.01", and fit to be a folder's name.
bool is_ytdlp_version(std::string_view text);

}  // namespace rec::capture
