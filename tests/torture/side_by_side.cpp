#include "side_by_side.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "base/fd.hpp"

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

void add_line(const std::string& file, const std::string& line) {
  if (file.empty()) return;
  const auto folder = std::filesystem::path(file).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  const Fd out(::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644));
  const std::string whole = line + "\n";
  if (::write(out.get(), whole.data(), whole.size()) != static_cast<ssize_t>(whole.size()))
    throw std::runtime_error("writing " + file + ": " + std::strerror(errno));
}

}  // namespace rec::torture
