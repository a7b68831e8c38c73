#include "base/private_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/fd.hpp"
#include "base/folders.hpp"

namespace rec {
namespace {

constexpr std::size_t kMostBytes = 65'536;

Result<void> write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) return fail(errno_error(errno, "cannot write " + path));
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  if (::fsync(fd) != 0) return fail(errno_error(errno, "cannot sync " + path));
  return {};
}

}  // namespace

Result<void> write_private_file(const std::string& path, std::string_view bytes) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  REC_CHECK(make_folders(folder));
  const std::string temporary = path + ".new";
  ::unlink(temporary.c_str());
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return fail(errno_error(errno, "cannot create " + temporary));
  auto done = write_all(fd.get(), bytes, temporary);
  if (done && ::rename(temporary.c_str(), path.c_str()) != 0)
    done = fail(errno_error(errno, "cannot replace " + path));
  if (!done) {
    ::unlink(temporary.c_str());
    return done;
  }
  return sync_folder(folder);
}

Result<std::optional<std::string>> read_private_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd && errno == ENOENT) return std::optional<std::string>();
  if (!fd) return fail(errno_error(errno, "cannot open " + path));
  std::string bytes;
  char chunk[4096];
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk, sizeof chunk);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error(errno, "cannot read " + path));
    if (got == 0) return std::optional(std::move(bytes));
    bytes.append(chunk, static_cast<std::size_t>(got));
    if (bytes.size() > kMostBytes) return fail(Errc::corrupt, path + ": too large to be what it should be");
  }
}

}  // namespace rec
