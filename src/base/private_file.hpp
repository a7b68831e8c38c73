// Small files that are nobody else's business: keys, tokens.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec {

/// Replaces the file as a whole, mode 0600, durably; creates its folder (0700) if it is missing. Errors are
/// those of errno_error, and name the path. Blocking.
Result<void> write_private_file(const std::string& path, std::string_view bytes);
/// The whole file; nothing when it is not there. corrupt: it is larger than 64 KiB. Blocking.
Result<std::optional<std::string>> read_private_file(const std::string& path);

}  // namespace rec
