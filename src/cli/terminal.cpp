#include "cli/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cstdio>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rec::cli {
namespace {

/// While it lives nothing that is typed is shown, but for the end of the line.
class EchoOff {
 public:
  EchoOff(int fd, bool wanted) : fd_(fd), on_(wanted && tcgetattr(fd, &before_) == 0) {
    if (!on_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    tcsetattr(fd_, TCSADRAIN, &quiet);
  }
  ~EchoOff() {
    if (on_) tcsetattr(fd_, TCSADRAIN, &before_);
  }
  EchoOff(const EchoOff&) = delete;
  EchoOff& operator=(const EchoOff&) = delete;

 private:
  int fd_;
  termios before_{};
  bool on_;
};

std::string without(const char* blanks, const std::string& line) {
  const auto from = line.find_first_not_of(blanks);
  if (from == std::string::npos) return {};
  return line.substr(from, line.find_last_not_of(blanks) - from + 1);
}

}  // namespace

struct Terminal::Impl {
  asio::posix::stream_descriptor in;
  std::string typed{};  ///< what has come and was not asked for yet
};

Terminal::Terminal(const asio::any_io_executor& executor)
    : impl_(std::make_unique<Impl>(Impl{asio::posix::stream_descriptor(executor)})) {
  if (isatty(STDIN_FILENO) == 0) return;
  const int fd = ::open("/proc/self/fd/0", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  boost::system::error_code ignored;
  if (fd >= 0) impl_->in.assign(fd, ignored);
}

Terminal::~Terminal() = default;

bool Terminal::there() const { return impl_->in.is_open(); }

Task<std::string> Terminal::ask(Question question) {
  if (!there()) {
    co_return fail(Errc::invalid,
                   fmt::format("nobody can be asked, stdin is no terminal: {}", question.instead));
  }
  const EchoOff quiet(impl_->in.native_handle(), question.secret);
  fmt::print(stderr, "{} ", question.text);
  std::fflush(stderr);
  const auto token = asio::as_tuple(asio::use_awaitable);
  auto buffer = asio::dynamic_buffer(impl_->typed);
  const auto [error, length] = co_await asio::async_read_until(impl_->in, buffer, '\n', token);
  if (error == asio::error::operation_aborted) throw boost::system::system_error(error);
  if (error) {
    fmt::print(stderr, "\n");
    co_return fail(Errc::cancelled, "nobody answers any more: the terminal is at its end");
  }
  const std::string line = impl_->typed.substr(0, length);
  impl_->typed.erase(0, length);
  co_return without(question.verbatim ? "\r\n" : " \t\r\n", line);
}

}  // namespace rec::cli
