// /proc/<pid>/environ, one by one.
#include "runtime/marked_processes.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/fd.hpp"

namespace rec {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

std::string environment_of(pid_t pid) {
  const Fd file(::open(("/proc/" + std::to_string(pid) + "/environ").c_str(), O_RDONLY | O_CLOEXEC));
  std::string text;
  if (!file) return text;
  std::array<char, 16'384> chunk{};
  for (;;) {
    const auto got = ::read(file.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

bool carries(pid_t pid, const std::string& entry) {
  const std::string text = environment_of(pid);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    if (text.compare(at, end - at, entry) == 0) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

std::vector<pid_t> processes_with(const std::string& entry) {
  std::vector<pid_t> found;
  const std::unique_ptr<DIR, CloseFolder> folder(::opendir("/proc"));
  if (!folder) return found;
  const pid_t self = ::getpid();
  while (const dirent* one = ::readdir(folder.get())) {
    char* end = nullptr;
    const long number = std::strtol(one->d_name, &end, 10);
    if (number <= 0 || *end != '\0' || number == self) continue;
    const auto pid = static_cast<pid_t>(number);
    if (carries(pid, entry)) found.push_back(pid);
  }
  return found;
}

void signal_processes_with(const std::string& entry, int number) {
  for (const pid_t pid : processes_with(entry)) {
    // A handle first, then a second look: the number cannot change hands in between.
    const Fd handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (handle && carries(pid, entry)) ::syscall(SYS_pidfd_send_signal, handle.get(), number, nullptr, 0);
  }
}

}  // namespace rec
