// Temporary name, sync, rename.
#include "media_av/durable_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace rec::media {
namespace {

Result<bool> sync_path(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) return fail(errno_error(errno, "opening " + path));
  const int done = ::fsync(fd);
  const int why = errno;
  ::close(fd);
  if (done < 0) return fail(errno_error(why, "syncing " + path));
  return true;
}

}  // namespace

DurableFile::DurableFile(std::string path) : path_(std::move(path)), temporary_(path_ + ".part") {
  ::unlink(temporary_.c_str());
}

DurableFile::~DurableFile() {
  if (!committed_) ::unlink(temporary_.c_str());
}

Result<bool> DurableFile::commit() {
  REC_CHECK(sync_path(temporary_, O_RDONLY));
  if (::rename(temporary_.c_str(), path_.c_str()) < 0) return fail(errno_error(errno, "naming " + path_));
  committed_ = true;
  const std::string folder = std::filesystem::path(path_).parent_path().string();
  return sync_path(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
}

Result<bool> write_durably(const std::string& path, std::string_view bytes) {
  DurableFile file(path);
  const int fd = ::open(file.temporary().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return fail(errno_error(errno, "creating " + file.temporary()));
  int why = 0;
  while (!bytes.empty() && why == 0) {
    const ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) why = errno;
    if (done > 0) bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  ::close(fd);
  if (why != 0) return fail(errno_error(why, "writing " + file.temporary()));
  return file.commit();
}

}  // namespace rec::media
