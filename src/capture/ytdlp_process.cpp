// The run owns itself through its pending reads, until it has been reaped and its output is at its end.
#include "capture/ytdlp_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/fd.hpp"
#include "runtime/spawn.hpp"

namespace rec::capture {

namespace {

constexpr std::size_t kMostOfALine = 4096;
constexpr std::size_t kMostKept = 8192;
constexpr std::chrono::seconds kIntToTerm{10};
constexpr std::chrono::seconds kTermToKill{5};
constexpr std::chrono::seconds kOutputLingers{2};  ///< behind its end: a stray may hold the pipe

}  // namespace

class YtDlpRun : public std::enable_shared_from_this<YtDlpRun> {
 public:
  using error_code = boost::system::error_code;

  YtDlpRun(const asio::any_io_executor& executor, std::function<void(std::string_view)> on_line)
      : ended_(executor),
        on_line_(std::move(on_line)),
        output_(executor),
        exit_(executor),
        timer_(executor) {}
  ~YtDlpRun() {
    if (pid_ <= 0) return;  // only when the loop is taken apart under it: the next start sees to what is left
    ::kill(-pid_, SIGINT);
    ::waitpid(pid_, nullptr, WNOHANG);
  }
  YtDlpRun(const YtDlpRun&) = delete;
  YtDlpRun& operator=(const YtDlpRun&) = delete;

  Result<void> start(const YtDlpStart& how);
  void stop() {
    if (pid_ <= 0 || std::exchange(stopping_, true)) return;
    signal_group(SIGINT);
    arm(kIntToTerm, &YtDlpRun::terminate);
  }
  void forget_listener() { on_line_ = nullptr; }

  std::optional<int> exit_code;
  Signal ended_;
  std::string newest;

 private:
  void read_more();
  void take(std::string_view bytes);
  void line_is_over();
  void reap();
  void finish();
  void arm(std::chrono::seconds delay, void (YtDlpRun::*then)());
  void terminate() {
    signal_group(SIGTERM);
    arm(kTermToKill, &YtDlpRun::kill_group);
  }
  void kill_group() { signal_group(SIGKILL); }
  void close_output() {
    error_code ignored;
    output_.close(ignored);
  }
  void signal_group(int number) const {
    if (pid_ > 0) ::kill(-pid_, number);
  }

  std::function<void(std::string_view)> on_line_;
  asio::posix::stream_descriptor output_;
  asio::posix::stream_descriptor exit_;  ///< the pidfd
  asio::steady_timer timer_;
  std::array<char, 65'536> buffer_{};
  std::string line_;
  pid_t pid_ = -1;  ///< until it is reaped
  int code_ = -1;
  bool output_open_ = true;
  bool stopping_ = false;
};

Result<void> YtDlpRun::start(const YtDlpStart& how) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(errno_error(errno, "pipe for yt-dlp"));
  Fd read_end(ends[0]);
  const Fd write_end(ends[1]);
  error_code error;
  output_.assign(read_end.get(), error);
  if (error) return fail(errno_error(error.value(), "pipe for yt-dlp"));
  read_end.release();
  SpawnRequest request{.argv = how.argv, .extra_environment = how.environment};
  request.stdout_fd = write_end.get();
  request.stderr_fd = write_end.get();
  REC_TRY(const auto child, spawn(request));
  pid_ = child.pid;
  Fd pidfd(child.pidfd);
  exit_.assign(pidfd.get(), error);
  if (error) return fail(errno_error(error.value(), "pidfd of yt-dlp"));
  pidfd.release();
  auto over = [self = shared_from_this()](error_code failed) {
    if (!failed) self->reap();
  };
  exit_.async_wait(asio::posix::stream_descriptor::wait_read, std::move(over));
  read_more();
  return {};
}

void YtDlpRun::read_more() {
  auto got = [self = shared_from_this()](error_code error, std::size_t bytes) {
    self->take({self->buffer_.data(), bytes});
    if (!error && self->output_.is_open()) return self->read_more();
    self->line_is_over();
    self->output_open_ = false;
    self->finish();
  };
  output_.async_read_some(asio::buffer(buffer_), std::move(got));
}

// A line may be gigabytes long: of one that is, only the front is kept.
void YtDlpRun::take(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    const auto room = kMostOfALine - line_.size();
    line_.append(bytes.substr(0, std::min(end, room)));
    if (end < bytes.size()) line_is_over();
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

void YtDlpRun::line_is_over() {
  if (line_.empty()) return;
  if (newest.size() + line_.size() + 1 > kMostKept) {
    const auto drop = newest.find('\n', std::min(newest.size(), line_.size() + kMostKept / 4));
    newest.erase(0, drop == std::string::npos ? newest.size() : drop + 1);
  }
  newest += line_;
  newest += '\n';
  if (on_line_) on_line_(line_);
  line_.clear();
}

void YtDlpRun::reap() {
  // What it started may still be at its file's end: told to finish, and looked after by mark
  // (FileRecorder::end_leftovers).
  signal_group(SIGINT);
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  code_ = info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
  error_code ignored;
  exit_.close(ignored);
  arm(kOutputLingers, &YtDlpRun::close_output);
  finish();
}

void YtDlpRun::finish() {
  if (pid_ > 0 || output_open_) return;
  timer_.cancel();
  exit_code = code_;
  ended_.notify();
}

void YtDlpRun::arm(std::chrono::seconds delay, void (YtDlpRun::*then)()) {
  timer_.expires_after(delay);
  auto fired = [weak = weak_from_this(), then](error_code error) {
    if (const auto self = weak.lock(); self && !error) (self.get()->*then)();
  };
  timer_.async_wait(std::move(fired));
}

Result<std::unique_ptr<YtDlpProcess>> YtDlpProcess::start(const asio::any_io_executor& executor,
                                                          YtDlpStart how) {
  auto run = std::make_shared<YtDlpRun>(executor, std::move(how.on_line));
  REC_CHECK(run->start(how));
  return std::unique_ptr<YtDlpProcess>(new YtDlpProcess(std::move(run)));
}

YtDlpProcess::~YtDlpProcess() {
  run_->forget_listener();
  run_->stop();
}

asio::awaitable<int> YtDlpProcess::ended() {
  while (!run_->exit_code) co_await run_->ended_.wait();
  co_return *run_->exit_code;
}

void YtDlpProcess::stop() { run_->stop(); }

const std::string& YtDlpProcess::newest_output() const { return run_->newest; }

}  // namespace rec::capture
