#include "spool/read_at.hpp"

#include <unistd.h>

#include <cerrno>

namespace rec {

Result<void> read_at(int descriptor, const std::string& path, std::uint64_t offset, std::uint64_t length,
                     std::string& bytes) {
  const std::size_t start = bytes.size();
  bytes.resize(start + length);
  std::size_t done = 0;
  while (done < length) {
    const ssize_t got =
        ::pread(descriptor, bytes.data() + start + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error(errno, "cannot read " + path));
    if (got == 0) return fail(Errc::corrupt, path + ": ends too early");
    done += static_cast<std::size_t>(got);
  }
  return {};
}

}  // namespace rec
