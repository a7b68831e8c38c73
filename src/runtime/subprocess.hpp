// Child processes by argv: no shell, own process group, no descriptors of ours but the three standard ones,
// a clean environment, and gone when we are (PR_SET_PDEATHSIG).
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "runtime/task.hpp"

namespace rec {

struct ChildRequest {
  std::vector<std::string> argv;                 ///< argv[0] is looked up in PATH
  std::vector<std::string> extra_environment{};  ///< "NAME=value", besides PATH, HOME, LANG, TMPDIR
  std::string stdin_text{};                      ///< written, then closed
  std::size_t max_output = 16U << 20U;  ///< of each of stdout and stderr; more is an error of code corrupt
  Millis timeout{60'000};               ///< then SIGTERM to the group, 5 s later SIGKILL
  int nice = 0;                         ///< added to the child's niceness
  /// Gets stdout piece by piece, in place of ChildResult::out. Then `timeout` is that of a silence on stdout,
  /// and of a stderr beyond max_output the last part is kept.
  std::function<void(std::string_view)> on_out{};
};

struct ChildResult {
  int exit_code = -1;  ///< 128 + signal when it was killed
  std::string out;
  std::string err;
};

/// Runs the child to its end. Errors: not_found (no such program), timed_out, corrupt (too much output),
/// unavailable. Cancelling the coroutine ends the child's group. Call on the decision thread.
Task<ChildResult> run_child(ChildRequest request);

}  // namespace rec
