// Makes a copy of libtdjson.so that trusts the simulator instead of Telegram: nothing else in it changes.
#pragma once
#include <filesystem>
#include <string>

#include "base/result.hpp"

namespace rec::sim {

/// Copies `source` to `target` with both server keys (PKCS#1 PEMs as long as `pem`) replaced by `pem`. The
/// copy appears whole or not at all. not_found: no such library (run npm ci --prefix tools/telegram);
/// corrupt: there are not exactly two keys of that length in it; no_space.
Result<void> patch_library(const std::filesystem::path& source, const std::filesystem::path& target,
                           const std::string& pem);

}  // namespace rec::sim
