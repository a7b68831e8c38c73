// The processes that a test has started, TDLib's among them: so that one can be killed behind its publisher's
// back.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <fstream>
#include <vector>

namespace rec::test {

inline std::vector<pid_t> own_children() {
  std::vector<pid_t> found;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(thread.path() / "children");
    for (pid_t pid = 0; children >> pid;) found.push_back(pid);
  }
  return found;
}

}  // namespace rec::test
