// Reading a span of a file, whole or not at all.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace rec {

/// Appends the bytes [offset, offset + length) of the file to `bytes`. corrupt: the file ends before that;
/// else errno_error. Errors name the path.
Result<void> read_at(int descriptor, const std::string& path, std::uint64_t offset, std::uint64_t length,
                     std::string& bytes);

}  // namespace rec
