// ISO 14496-12, 4.2: size and name of a box.
#include "media_av/file_index.hpp"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "media_av/extent_bytes.hpp"

namespace rec::media {

Result<FileIndex> index_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) < 0) return fail(errno_error(errno, "opening " + path));
  FileIndex out;
  out.file_bytes = static_cast<std::uint64_t>(status.st_size);
  ExtentBytes bytes({MediaRun{{{path, 0, out.file_bytes}}, {}}});
  std::array<std::uint8_t, 16> head{};
  for (std::uint64_t at = 0; bytes.read(at, head) >= 8;) {
    std::uint64_t size = 0;
    const bool large = head[0] == 0 && head[1] == 0 && head[2] == 0 && head[3] == 1;
    for (std::size_t i = large ? 8 : 0; i < (large ? 16U : 4U); ++i) size = size << 8U | head[i];
    if (size < 8) break;
    if (std::memcmp(head.data() + 4, "moov", 4) == 0) out.index_bytes = size;
    at += size;
  }
  return out;
}

}  // namespace rec::media
