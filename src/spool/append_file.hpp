// A file that only grows at its end, and can be cut back: how the segment log touches the disk.
#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace rec {

/// Not thread-safe. Errors are those of errno_error, and name the path.
class AppendFile {
 public:
  /// Opens or creates (mode 0600). The name itself is durable only after sync_folder of the file's folder.
  static Result<AppendFile> open(std::string path);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Writes all of it at the end. After a failure size() is what it was, and the file may be longer:
  /// cut_back(size()).
  Result<void> append(std::span<const char> bytes);
  Result<void> cut_back(std::uint64_t size);
  Result<void> sync();
  /// The bytes [offset, offset + length). corrupt: the file ends before that.
  Result<std::string> read(std::uint64_t offset, std::uint64_t length) const;

 private:
  AppendFile(std::string path, Fd fd, std::uint64_t size);
  [[nodiscard]] Failure failed(int errno_value, const char* doing) const;

  std::string path_;
  Fd fd_;
  std::uint64_t size_ = 0;
};

}  // namespace rec
