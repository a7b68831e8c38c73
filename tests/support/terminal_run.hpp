// Runs the real program at a terminal of its own, as a person does: what it shows, and what is typed.
#pragma once
#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace rec::testing_support {

class TerminalRun {
 public:
  /// `environment`: NAME=VALUE, beside what the test has. `program`: the path of another one.
  explicit TerminalRun(std::vector<std::string> arguments, std::vector<std::string> environment = {},
                       std::string program = {});
  ~TerminalRun();  ///< kills it if it still runs
  TerminalRun(const TerminalRun&) = delete;
  TerminalRun& operator=(const TerminalRun&) = delete;

  /// Waits until it shows this text, after what was waited for before. False: it did not, within a minute or
  /// before its end.
  bool shows(const std::string& text);
  void type(const std::string& line);
  /// Ctrl-C, as the terminal makes a signal of it.
  void interrupt();
  /// The terminal is closed, as when its window is.
  void hang_up() { terminal_.reset(); }
  /// What is typed is shown now.
  [[nodiscard]] bool echoes() const;
  /// The exit code, 128 + signal, or -1 when it took longer than a minute.
  int wait();
  /// All that it has shown so far, what was typed with echo too.
  [[nodiscard]] const std::string& shown() const { return shown_; }

 private:
  bool read_more(std::chrono::steady_clock::time_point until);

  Fd terminal_;
  pid_t pid_ = -1;
  std::string shown_{};
  std::size_t seen_ = 0;
};

}  // namespace rec::testing_support
