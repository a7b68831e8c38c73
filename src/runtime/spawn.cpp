// fork and exec by hand: in between only async-signal-safe calls, as other threads of ours may hold locks.
#include "runtime/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <map>

#include "base/fd.hpp"

namespace rec {
namespace {

bool is_program(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;  // exec says what is wrong with it
  const char* found = std::getenv("PATH");
  const std::string path = found != nullptr ? found : "/usr/local/bin:/usr/bin:/bin";
  for (std::size_t from = 0; from <= path.size();) {
    const std::size_t to = std::min(path.find(':', from), path.size());
    auto candidate = path.substr(from, to - from) + "/" + name;
    if (to > from && is_program(candidate)) return candidate;
    from = to + 1;
  }
  return fail(Errc::not_found,
              name + ": no such program in PATH (" + path + "); install it or name its full path");
}

std::vector<std::string> clean_environment(const std::vector<std::string>& extra) {
  std::map<std::string, std::string> by_name;
  for (const char* name : {"PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ"}) {
    if (const char* value = std::getenv(name)) by_name[name] = value;
  }
  for (const auto& entry : extra) {
    const std::size_t equals = std::min(entry.find('='), entry.size());
    by_name[entry.substr(0, equals)] = equals < entry.size() ? entry.substr(equals + 1) : std::string();
  }
  std::vector<std::string> lines;
  for (const auto& [name, value] : by_name) lines.push_back(std::string(name).append("=").append(value));
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

/// All that the child needs, made before the fork.
struct ChildPlan {
  const char* program = nullptr;
  char* const* argv = nullptr;
  char* const* environment = nullptr;
  std::array<int, 3> standard{};  ///< what becomes 0, 1 and 2
  int report = -1;                ///< gets errno when exec fails; closes on exec
  int nice = 0;
  pid_t parent = -1;
};

void close_others_on_exec() {
  if (::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
  rlimit limit{};  // a kernel before 5.11
  const bool known = ::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
  const int end = known ? static_cast<int>(limit.rlim_cur) : 65'536;
  for (int fd = 3; fd < end; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void default_signals() {
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// What can be done again goes first when memory runs out: the recording is what must not end.
void offer_to_oom_killer() {
  const int fd = ::open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  [[maybe_unused]] const auto written = ::write(fd, "500", 3);
  ::close(fd);
}

int exec_child(const ChildPlan& plan) {
  ::setpgid(0, 0);
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return errno;
  if (::getppid() != plan.parent) ::_exit(127);  // it ended before the line above took hold
  std::array<int, 3> high{};
  for (std::size_t i = 0; i < 3; ++i) {  // out of the way first: 1 may be what is to become 0
    high[i] = ::fcntl(plan.standard[i], F_DUPFD, 3);
    if (high[i] < 0) return errno;
  }
  for (int i = 0; i < 3; ++i) {
    if (::dup2(high[static_cast<std::size_t>(i)], i) < 0) return errno;
  }
  close_others_on_exec();
  if (plan.nice != 0) {
    ::setpriority(PRIO_PROCESS, 0, ::getpriority(PRIO_PROCESS, 0) + plan.nice);
    offer_to_oom_killer();
  }
  default_signals();
  ::execve(plan.program, plan.argv, plan.environment);
  return errno;
}

[[noreturn]] void run_child_side(const ChildPlan& plan) {
  const int error = exec_child(plan);
  [[maybe_unused]] const auto written = ::write(plan.report, &error, sizeof error);
  ::_exit(127);
}

void reap(pid_t pid) {
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

/// 0 when the exec went well, else the child's errno.
int exec_report(int report) {
  int error = 0;
  ssize_t got = -1;
  do {
    got = ::read(report, &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(sizeof error) ? error : 0;
}

/// The pipe's write end, moved out of the way of 0 to 2.
Result<std::array<Fd, 2>> report_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(errno_error(errno, "pipe for a child process"));
  Fd read_end(ends[0]);
  const Fd write_end(ends[1]);
  Fd high(::fcntl(write_end.get(), F_DUPFD_CLOEXEC, 3));
  if (!high) return fail(errno_error(errno, "pipe for a child process"));
  return std::array<Fd, 2>{std::move(read_end), std::move(high)};
}

pid_t fork_with_signals_blocked(const ChildPlan& plan) {
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);  // no handler of ours may run in the child
  const pid_t pid = ::fork();
  if (pid == 0) run_child_side(plan);
  const int fork_errno = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = fork_errno;
  return pid;
}

Result<void> check_strings(const SpawnRequest& request) {
  if (request.argv.empty() || request.argv[0].empty())
    return fail(Errc::invalid, "a child process needs a program");
  for (const auto* list : {&request.argv, &request.extra_environment}) {
    for (const auto& text : *list) {
      if (text.find('\0') != std::string::npos) {
        return fail(Errc::invalid, request.argv[0] + ": an argument holds a NUL character");
      }
    }
  }
  return {};
}

}  // namespace

Result<SpawnedChild> spawn(const SpawnRequest& request) {
  REC_CHECK(check_strings(request));
  REC_TRY(const auto program, find_program(request.argv[0]));
  auto arguments = request.argv;
  auto environment = clean_environment(request.extra_environment);
  const auto argv = pointers(arguments);
  const auto envp = pointers(environment);
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return fail(errno_error(errno, "/dev/null"));
  REC_TRY(auto report, report_pipe());
  const auto or_null = [&](int fd) { return fd >= 0 ? fd : null.get(); };
  const ChildPlan plan{
      .program = program.c_str(),
      .argv = argv.data(),
      .environment = envp.data(),
      .standard = {or_null(request.stdin_fd), or_null(request.stdout_fd), or_null(request.stderr_fd)},
      .report = report[1].get(),
      .nice = request.nice,
      .parent = ::getpid()};
  const pid_t pid = fork_with_signals_blocked(plan);
  if (pid < 0) return fail(errno_error(errno, program + ": fork"));
  report[1].reset();
  if (const int error = exec_report(report[0].get()); error != 0) {
    reap(pid);
    return fail(errno_error(error, program + ": cannot be run"));
  }
  const int pidfd =
      static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));  // glibc 2.36 declares its own as C++
  if (pidfd < 0) {
    auto error = errno_error(errno, program + ": pidfd_open");
    ::kill(-pid, SIGKILL);
    reap(pid);
    return fail(std::move(error));
  }
  return SpawnedChild{.pid = pid, .pidfd = pidfd};
}

}  // namespace rec
