// How large an MP4 and its index are. Blocking, any thread.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace rec::media {

struct FileIndex {
  std::uint64_t file_bytes = 0;
  std::uint64_t index_bytes = 0;  ///< of the moov box; 0 = there is none
};

/// Walks the file's top boxes. not_found, denied.
Result<FileIndex> index_of(const std::string& path);

}  // namespace rec::media
