// Starts a process by argv. The low-level half of subprocess.hpp; also used for children that talk over a
// socket.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "base/result.hpp"

namespace rec {

struct SpawnRequest {
  std::vector<std::string> argv;                 ///< argv[0] is looked up in PATH
  std::vector<std::string> extra_environment{};  ///< besides PATH, HOME, LANG, LC_ALL, TMPDIR, TZ of ours
  int stdin_fd = -1;                             ///< becomes 0 in the child; -1 = /dev/null
  int stdout_fd = -1;                            ///< becomes 1
  int stderr_fd = -1;                            ///< becomes 2
  int nice = 0;
};

struct SpawnedChild {
  pid_t pid = -1;
  int pidfd = -1;  ///< readable when it has ended; the caller closes it after waitid
};

/// The child has a process group of its own, only descriptors 0 to 2, default signal dispositions and mask,
/// and is killed when the thread that started it ends (PR_SET_PDEATHSIG, so start children from the decision
/// thread). not_found: no such program.
Result<SpawnedChild> spawn(const SpawnRequest& request);

}  // namespace rec
