// Appending, cutting and syncing by plain system calls.
#include "spool/append_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

namespace rec {

Result<AppendFile> AppendFile::open(std::string path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return fail(errno_error(errno, "cannot open " + path));
  struct stat info{};
  if (::fstat(fd, &info) != 0) {
    const int why = errno;
    ::close(fd);
    return fail(errno_error(why, "cannot stat " + path));
  }
  return AppendFile(std::move(path), fd, static_cast<std::uint64_t>(info.st_size));
}

AppendFile::AppendFile(std::string path, int fd, std::uint64_t size)
    : path_(std::move(path)), fd_(fd), size_(size) {}

AppendFile::AppendFile(AppendFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), size_(other.size_) {}

AppendFile& AppendFile::operator=(AppendFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

Failure AppendFile::failed(int errno_value, const char* doing) const {
  return fail(errno_error(errno_value, std::string("cannot ") + doing + " " + path_));
}

Result<void> AppendFile::append(std::span<const char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = ::write(fd_, bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return failed(errno, "write");
    done += static_cast<std::size_t>(wrote);
  }
  size_ += done;
  return {};
}

Result<void> AppendFile::cut_back(std::uint64_t size) {
  if (::ftruncate(fd_, static_cast<off_t>(size)) != 0) return failed(errno, "cut back");
  size_ = size;
  return {};
}

Result<void> AppendFile::sync() {
  // No retry: after one failure the kernel may drop the pages and call the next try a success.
  if (::fdatasync(fd_) != 0) return failed(errno, "sync");
  return {};
}

Result<std::string> AppendFile::read(std::uint64_t offset, std::uint64_t length) const {
  if (offset > size_ || length > size_ - offset) return fail(Errc::corrupt, path_ + ": ends too early");
  std::string bytes(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const ssize_t got = ::pread(fd_, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(errno, "read");
    if (got == 0) return fail(Errc::corrupt, path_ + ": ends too early");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

Result<void> sync_folder(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return fail(errno_error(errno, "cannot open folder " + folder));
  const bool synced = ::fsync(fd) == 0;
  const int why = errno;
  ::close(fd);
  if (!synced) return fail(errno_error(why, "cannot sync folder " + folder));
  return {};
}

Result<void> make_folders(const std::string& folder) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::is_directory(folder, ignored)) return {};
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const std::string above = path.has_parent_path() ? path.parent_path().string() : ".";
  if (path.has_parent_path() && above != path.string()) {
    REC_CHECK(make_folders(above));
  }
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(errno_error(errno, "cannot create folder " + path.string()));
  }
  return sync_folder(above);
}

}  // namespace rec
