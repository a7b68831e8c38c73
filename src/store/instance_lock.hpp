// One streamrecorder a data folder: two would record and post everything twice.
#pragma once
#include <string>
#include <utility>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace rec {

/// Held as long as the object lives; the kernel lets go of it when the process ends, however it ends.
class InstanceLock {
 public:
  /// Takes `<folder>/lock`, and creates the folder (mode 0700) if it is missing. conflict: another process
  /// holds it, named by its id.
  static Result<InstanceLock> acquire(const std::string& folder);

 private:
  explicit InstanceLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace rec
