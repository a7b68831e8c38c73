// A small file as a whole. Blocking.
#pragma once
#include <cerrno>
#include <fstream>
#include <iterator>
#include <string>

#include "base/result.hpp"

namespace rec {

/// Its bytes. Errors are those of errno_error, and name the path. Of a folder, and of what breaks off, what
/// could be read.
inline Result<std::string> whole_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(errno_error(errno != 0 ? errno : ENOENT, path));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace rec
