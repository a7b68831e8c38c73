// Creating and syncing folders by plain system calls.
#include "base/folders.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/fd.hpp"

namespace rec {

Result<void> sync_folder(const std::string& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail(errno_error(errno, "cannot open folder " + folder));
  if (::fsync(fd.get()) != 0) return fail(errno_error(errno, "cannot sync folder " + folder));
  return {};
}

Result<void> make_folders(const std::string& folder, mode_t mode) {
  namespace fs = std::filesystem;
  fs::path path = fs::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  const std::string above = path.has_parent_path() ? path.parent_path().string() : ".";
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    // Whoever made it may have been killed before its name was durable. Not everybody may read what is above.
    static_cast<void>(sync_folder(above));
    return {};
  }
  if (path.has_parent_path() && above != path.string()) {
    REC_CHECK(make_folders(above, mode));
  }
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) {
    return fail(errno_error(errno, "cannot create folder " + path.string()));
  }
  return sync_folder(above);
}

}  // namespace rec
