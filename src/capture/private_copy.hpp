// A copy of a file that only we can read, gone when its owner is.
#pragma once
#include <memory>
#include <string>

#include "base/result.hpp"

namespace rec::capture {

class PrivateCopy {
 public:
  /// Blocking; for small files. Same errors as errno_error.
  static Result<std::unique_ptr<PrivateCopy>> of(const std::string& path);
  ~PrivateCopy();
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit PrivateCopy(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace rec::capture
