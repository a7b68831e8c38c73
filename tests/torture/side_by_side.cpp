#include "side_by_side.hpp"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace rec::torture {

int side_by_side(int jobs, const std::function<bool(int)>& job) {
  if (jobs <= 1) return job(0) ? 0 : 1;
  std::fflush(nullptr);
  const pid_t parent = getpid();
  std::vector<pid_t> children;
  for (int k = 0; k < jobs; ++k) {
    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("no process for a job");
    if (child > 0) {
      children.push_back(child);
      continue;
    }
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(1);
    int code = 1;
    try {
      code = job(k) ? 0 : 1;
    } catch (const std::exception& error) {
      std::fprintf(stderr, "job %d: %s\n", k, error.what());
    }
    std::fflush(nullptr);
    _exit(code);
  }
  int bad = 0;
  for (const pid_t child : children) {
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) ++bad;
  }
  return bad;
}

}  // namespace rec::torture
