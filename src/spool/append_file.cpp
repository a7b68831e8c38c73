// Appending, cutting and syncing by plain system calls.
#include "spool/append_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "spool/read_at.hpp"

namespace rec {

Result<AppendFile> AppendFile::open(std::string path) {
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!fd) return fail(errno_error(errno, "cannot open " + path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return fail(errno_error(errno, "cannot stat " + path));
  return AppendFile(std::move(path), std::move(fd), static_cast<std::uint64_t>(info.st_size));
}

AppendFile::AppendFile(std::string path, Fd fd, std::uint64_t size)
    : path_(std::move(path)), fd_(std::move(fd)), size_(size) {}

Failure AppendFile::failed(int errno_value, const char* doing) const {
  return fail(errno_error(errno_value, std::string("cannot ") + doing + " " + path_));
}

Result<void> AppendFile::append(std::span<const char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failed(errno, "write");
    done += static_cast<std::size_t>(wrote);
  }
  size_ += done;
  return {};
}

Result<void> AppendFile::cut_back(std::uint64_t size) {
  if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return failed(errno, "cut back");
  size_ = size;
  return {};
}

Result<void> AppendFile::sync() {
  // No retry: after one failure the kernel may drop the pages and call the next try a success.
  if (::fdatasync(fd_.get()) != 0) return failed(errno, "sync");
  return {};
}

Result<std::string> AppendFile::read(std::uint64_t offset, std::uint64_t length) const {
  if (offset > size_ || length > size_ - offset) return fail(Errc::corrupt, path_ + ": ends too early");
  std::string bytes;
  REC_CHECK(read_at(fd_.get(), path_, offset, length, bytes));
  return bytes;
}

}  // namespace rec
