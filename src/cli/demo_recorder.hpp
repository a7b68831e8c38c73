// The recorder under demonstration: the real program in a process of its own, which may be killed and started
// again.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace rec::cli {

class DemoRecorder {
 public:
  /// `program` is run with `run --config CONFIG`.
  DemoRecorder(std::string program, std::string config);
  ~DemoRecorder();  ///< kills it if it still runs
  DemoRecorder(const DemoRecorder&) = delete;
  DemoRecorder& operator=(const DemoRecorder&) = delete;

  /// `environment`: NAME=VALUE, beside what every child gets.
  Result<void> start(std::vector<std::string> environment = {});
  void kill9();
  /// SIGTERM, then waits; the exit code, or -1 when it took longer than 10 s.
  int stop();
  /// It has ended by itself.
  [[nodiscard]] bool gone();
  /// -1: it does not run.
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  void reap(bool wait);
  std::string program_, config_;
  pid_t pid_ = -1;
  Fd pidfd_;
  int exit_code_ = -1;
};

}  // namespace rec::cli
