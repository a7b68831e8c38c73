// SHA-256 of a file.
#pragma once
#include <string>

#include "base/result.hpp"

namespace rec::media {

struct FileDigest {
  std::string sha256;  ///< 64 hex digits
  std::uint64_t bytes = 0;
};

/// Reads the file once, in order. Blocking. not_found, denied, corrupt (the disk cannot read it).
Result<FileDigest> sha256_of(const std::string& path);

}  // namespace rec::media
