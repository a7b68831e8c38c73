// mkstemp (mode 0600), write, and unlink at the end.
#include "capture/private_copy.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "base/whole_file.hpp"

namespace rec::capture {

Result<std::unique_ptr<PrivateCopy>> PrivateCopy::of(const std::string& path) {
  REC_TRY(const std::string bytes, whole_file(path));
  std::error_code error;
  auto name = (std::filesystem::temp_directory_path(error) / "cookies-XXXXXX").string();
  const int fd = ::mkstemp(name.data());
  if (fd < 0) return fail(errno_error(errno, name));
  std::unique_ptr<PrivateCopy> copy(new PrivateCopy(name));
  const auto written = ::write(fd, bytes.data(), bytes.size());
  const int failure = errno;
  ::close(fd);
  if (written != static_cast<ssize_t>(bytes.size()))
    return fail(errno_error(written < 0 ? failure : ENOSPC, name));
  return copy;
}

PrivateCopy::~PrivateCopy() { ::unlink(path_.c_str()); }

}  // namespace rec::capture
