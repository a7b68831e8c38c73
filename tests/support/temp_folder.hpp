// A folder of a test's own, gone when the test is over; and a disk that is small enough to fill.
#pragma once
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace rec::test {

class TempFolder {
 public:
  TempFolder() : path_(base() / ("rec-test-" + random_token(16))) {
    std::filesystem::create_directories(path_);
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string operator/(std::string_view name) const { return (path_ / name).string(); }

 private:
  // In memory where that is to be had: tests that sync thousands of times should not wait for a disk.
  static std::filesystem::path base() {
    if (std::getenv("TMPDIR") == nullptr && access("/dev/shm", W_OK) == 0) return "/dev/shm";
    return std::filesystem::temp_directory_path();
  }
  std::filesystem::path path_;
};

inline std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline void write_bytes(const std::string& path, std::string_view bytes) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

/// A tmpfs of `bytes`, in a mount namespace of this process's own: nothing of it outlives the process.
class SmallDisk {
 public:
  explicit SmallDisk(std::size_t bytes) {
    if (unshare(CLONE_NEWNS) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
      refusal_ = std::string("unshare: ") + std::strerror(errno);
      return;
    }
    const std::string options = "size=" + std::to_string(bytes);
    if (mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
      refusal_ = std::string("mount: ") + std::strerror(errno);
    }
  }
  ~SmallDisk() {
    if (refusal_.empty()) umount2(folder_.path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  /// Why there is none (mounting is not allowed here); "" when there is one.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  [[nodiscard]] std::string path() const { return folder_.path(); }
  [[nodiscard]] std::string operator/(std::string_view name) const { return folder_ / name; }

 private:
  TempFolder folder_;
  std::string refusal_;
};

}  // namespace rec::test
