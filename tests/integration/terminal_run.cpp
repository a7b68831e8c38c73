#include "tests/support/terminal_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

namespace rec::testing_support {
namespace {

constexpr std::chrono::seconds kPatience{60};

}  // namespace

TerminalRun::TerminalRun(std::vector<std::string> arguments, std::vector<std::string> environment,
                         std::string program) {
  std::vector<char*> argv;
  if (program.empty()) program = REC_BINARY;
  argv.push_back(program.data());
  for (auto& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  int master = -1;
  winsize size{50, 200, 0, 0};
  pid_ = forkpty(&master, nullptr, nullptr, &size);
  if (pid_ == 0) {
    for (std::string& each : environment) putenv(each.data());
    execv(program.c_str(), argv.data());
    _exit(127);
  }
  terminal_.reset(master);
}

TerminalRun::~TerminalRun() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

bool TerminalRun::read_more(std::chrono::steady_clock::time_point until) {
  if (!terminal_) return false;
  using std::chrono::duration_cast;
  using std::chrono::milliseconds;
  const auto left = duration_cast<milliseconds>(until - std::chrono::steady_clock::now()).count();
  pollfd watched{terminal_.get(), POLLIN, 0};
  if (left <= 0 || poll(&watched, 1, static_cast<int>(left)) <= 0) return false;
  char chunk[4096];
  const auto got = read(terminal_.get(), chunk, sizeof chunk);
  if (got <= 0) return false;  // EIO: the program has ended
  shown_.append(chunk, static_cast<std::size_t>(got));
  return true;
}

bool TerminalRun::shows(const std::string& text) {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto at = shown_.find(text, seen_);
    if (at != std::string::npos) {
      seen_ = at + text.size();
      return true;
    }
    if (!read_more(until)) return false;
  }
}

void TerminalRun::type(const std::string& line) {
  const std::string keys = line + "\n";
  (void)!write(terminal_.get(), keys.data(), keys.size());
}

void TerminalRun::interrupt() { (void)!write(terminal_.get(), "\x03", 1); }

bool TerminalRun::echoes() const {
  termios now{};
  return tcgetattr(terminal_.get(), &now) == 0 && (now.c_lflag & static_cast<tcflag_t>(ECHO)) != 0;
}

int TerminalRun::wait() {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  while (read_more(until)) {
  }
  int status = 0;
  while (waitpid(pid_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until) return -1;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace rec::testing_support
