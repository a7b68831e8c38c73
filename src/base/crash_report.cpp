// Only what is async-signal-safe, once the signal is there; backtrace() is after its first call.
#include "base/crash_report.hpp"

#include <execinfo.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "base/version.hpp"

namespace rec {
namespace {

constexpr std::array kFatal{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV};
constexpr std::size_t kMostFrames = 64;
constexpr std::size_t kStackBytes = 64U << 10U;

const char* reporting_program = "";

void say(std::string_view text) { static_cast<void>(!::write(STDERR_FILENO, text.data(), text.size())); }

std::string_view name_of(int number) {
  switch (number) {
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    default:
      return "SIGSEGV";
  }
}

// SA_RESETHAND: what is raised at its end takes the usual way.
void report(int number) {
  std::array<char, 16> thread{};
  if (pthread_getname_np(pthread_self(), thread.data(), thread.size()) != 0) thread[0] = '\0';
  say(reporting_program);
  say(" ");
  say(kVersion);
  say(": a defect ended the program (");
  say(name_of(number));
  say(", thread ");
  say(thread.data());
  say("); what is recorded is kept, and the next start goes on. Please report it with these lines:\n");
  std::array<void*, kMostFrames> frames{};
  const int count = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  ::backtrace_symbols_fd(frames.data(), count, STDERR_FILENO);
  ::raise(number);
}

}  // namespace

void report_crashes(const char* program) {
  reporting_program = program;
  std::array<void*, 1> first{};
  ::backtrace(first.data(), 1);  // loads what it needs, for which memory is allocated
  // The main thread's own stack may be what has overflowed.
  static std::array<char, kStackBytes> stack{};
  stack_t other{};
  other.ss_sp = stack.data();
  other.ss_size = stack.size();
  ::sigaltstack(&other, nullptr);
  for (const int number : kFatal) {
    struct sigaction before{};
    if (::sigaction(number, nullptr, &before) != 0 || before.sa_handler != SIG_DFL) continue;
    struct sigaction action{};
    action.sa_handler = report;
    action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
    ::sigaction(number, &action, nullptr);
  }
}

}  // namespace rec
