// One ChildRun per child, held alive by its own pending reads: it ends when the child has been reaped and
// both outputs are at their end, whatever became of the coroutine that asked.
#include "runtime/subprocess.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/fd.hpp"
#include "runtime/spawn.hpp"

namespace rec {
namespace {

using boost::system::error_code;

constexpr std::chrono::seconds kTermToKill{5};
/// How long an output may stay open after the child and its group are gone: only a stray in a session of its
/// own still holds it.
constexpr std::chrono::seconds kLinger{2};

struct Output {
  asio::posix::stream_descriptor pipe;
  std::string text{};
  std::array<char, 65'536> buffer{};
  bool open = true;
};

int exit_code_of(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

class ChildRun : public std::enable_shared_from_this<ChildRun> {
 public:
  using OnDone = std::function<void(error_code, Result<ChildResult>)>;

  ChildRun(const asio::any_io_executor& executor, const ChildRequest& request)
      : name_(request.argv.empty() ? "child" : request.argv[0]),
        max_output_(request.max_output),
        timeout_(request.timeout),
        on_out_(request.on_out),
        executor_(executor),
        out_{.pipe = asio::posix::stream_descriptor(executor)},
        err_{.pipe = asio::posix::stream_descriptor(executor)},
        exit_(executor),
        timer_(executor) {}
  ~ChildRun();
  ChildRun(const ChildRun&) = delete;
  ChildRun& operator=(const ChildRun&) = delete;

  Result<void> start(const ChildRequest& request);
  /// `done` is called once, from the executor.
  void on_done(OnDone done);
  void abort();

 private:
  Result<ChildResult> take_result();
  void read_more(Output& output);
  void take_in(Output& output, std::string_view piece);
  void child_ended();
  void arm(std::chrono::nanoseconds delay, void (ChildRun::*then)());
  void deadline_passed();
  void kill_group() { signal_group(SIGKILL); }
  void close_outputs();
  void signal_group(int number) const {
    if (pid_ > 0) ::kill(-pid_, number);
  }
  void finish_if_done();

  std::string name_;
  std::size_t max_output_;
  Millis timeout_;
  std::function<void(std::string_view)> on_out_;
  asio::any_io_executor executor_;
  Output out_;
  Output err_;
  asio::posix::stream_descriptor exit_;  ///< the pidfd
  asio::steady_timer timer_;
  pid_t pid_ = -1;  ///< until it is reaped; the zombie keeps the number ours, and that of its group
  int exit_code_ = -1;
  bool timed_out_ = false;
  bool aborted_ = false;
  bool too_much_ = false;
  OnDone done_{};
};

/// Only reached with a child when the io_context is torn down under it.
ChildRun::~ChildRun() {
  if (pid_ <= 0) return;
  kill_group();
  pollfd ended{exit_.is_open() ? exit_.native_handle() : -1, POLLIN, 0};
  ::poll(&ended, 1, 500);
  ::waitpid(pid_, nullptr, WNOHANG);
}

/// What the child reads, as a file in memory: no pipe to feed, no SIGPIPE when it does not care to read.
Result<Fd> input_file(const std::string& text, const std::string& name) {
  Fd file(::memfd_create("stdin", MFD_CLOEXEC));
  if (!file) return fail(errno_error(errno, name + ": standard input"));
  for (std::size_t at = 0; at < text.size();) {
    const auto put = ::write(file.get(), text.data() + at, text.size() - at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return fail(errno_error(errno, name + ": standard input"));
    at += static_cast<std::size_t>(put);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

/// Takes the read end into `pipe` and returns the write end.
Result<Fd> output_pipe(asio::posix::stream_descriptor& pipe, const std::string& name) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(errno_error(errno, name + ": pipe"));
  Fd read_end(ends[0]);
  Fd write_end(ends[1]);
  error_code error;
  pipe.assign(read_end.get(), error);
  if (error) return fail(errno_error(error.value(), name + ": pipe"));
  read_end.release();
  return write_end;
}

Result<void> ChildRun::start(const ChildRequest& request) {
  SpawnRequest spawn_request{
      .argv = request.argv, .extra_environment = request.extra_environment, .nice = request.nice};
  Fd input;
  if (!request.stdin_text.empty()) {
    REC_TRY(input, input_file(request.stdin_text, name_));
    spawn_request.stdin_fd = input.get();
  }
  REC_TRY(const Fd out, output_pipe(out_.pipe, name_));
  REC_TRY(const Fd err, output_pipe(err_.pipe, name_));
  spawn_request.stdout_fd = out.get();
  spawn_request.stderr_fd = err.get();
  REC_TRY(const auto child, spawn(spawn_request));
  pid_ = child.pid;
  Fd pidfd(child.pidfd);
  error_code error;
  exit_.assign(pidfd.get(), error);
  if (error) return fail(errno_error(error.value(), name_ + ": pidfd"));  // the destructor ends and reaps it
  pidfd.release();
  return {};
}

void ChildRun::on_done(OnDone done) {
  done_ = std::move(done);
  auto ended = [self = shared_from_this()](error_code error) {
    if (!error) self->child_ended();
  };
  exit_.async_wait(asio::posix::stream_descriptor::wait_read, std::move(ended));
  read_more(out_);
  read_more(err_);
  arm(timeout_, &ChildRun::deadline_passed);
}

void ChildRun::read_more(Output& output) {
  auto got = [self = shared_from_this(), &output](error_code error, std::size_t bytes) {
    self->take_in(output, {output.buffer.data(), bytes});
    if (!error && output.pipe.is_open()) return self->read_more(output);
    output.open = false;
    self->finish_if_done();
  };
  output.pipe.async_read_some(asio::buffer(output.buffer), std::move(got));
}

void ChildRun::take_in(Output& output, std::string_view piece) {
  if (on_out_ && &output == &out_) {
    if (pid_ > 0 && !timed_out_ && !piece.empty()) arm(timeout_, &ChildRun::deadline_passed);
    return on_out_(piece);
  }
  const std::size_t room = max_output_ - output.text.size();
  if (on_out_) {
    output.text.append(piece);
    if (output.text.size() > max_output_) output.text.erase(0, output.text.size() - max_output_);
    return;
  }
  output.text.append(piece.substr(0, room));
  if (piece.size() <= room) return;
  too_much_ = true;
  kill_group();
}

/// What is left of its group ends with it, before the reaping: until then nobody else can have its number.
void ChildRun::child_ended() {
  kill_group();
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  exit_code_ = exit_code_of(info);
  error_code ignored;
  exit_.close(ignored);
  arm(kLinger, &ChildRun::close_outputs);
  finish_if_done();
}

/// Replaces what the timer was set for.
void ChildRun::arm(std::chrono::nanoseconds delay, void (ChildRun::*then)()) {
  timer_.expires_after(delay);
  auto fired = [weak = weak_from_this(), then](error_code error) {
    if (const auto self = weak.lock(); self && !error) (self.get()->*then)();
  };
  timer_.async_wait(std::move(fired));
}

void ChildRun::deadline_passed() {
  if (pid_ <= 0) return;
  timed_out_ = true;
  signal_group(SIGTERM);
  arm(kTermToKill, &ChildRun::kill_group);
}

void ChildRun::close_outputs() {
  error_code ignored;
  for (Output* output : {&out_, &err_}) output->pipe.close(ignored);
}

void ChildRun::abort() {
  aborted_ = true;
  kill_group();
}

void ChildRun::finish_if_done() {
  if (pid_ > 0 || out_.open || err_.open || !done_) return;
  timer_.cancel();
  const auto done = std::exchange(done_, nullptr);
  done(aborted_ ? error_code(asio::error::operation_aborted) : error_code(), take_result());
}

Result<ChildResult> ChildRun::take_result() {
  if (too_much_) {
    return fail(Errc::corrupt,
                name_ + ": wrote more than the " + std::to_string(max_output_) + " bytes allowed");
  }
  if (timed_out_)
    return fail(Errc::timed_out, name_ + ": not done after " + std::to_string(timeout_.count()) + " ms");
  return ChildResult{.exit_code = exit_code_, .out = std::move(out_.text), .err = std::move(err_.text)};
}

}  // namespace

Task<ChildResult> run_child(ChildRequest request) {
  const auto executor = co_await asio::this_coro::executor;
  auto run = std::make_shared<ChildRun>(executor, request);
  REC_CO_CHECK(run->start(request));
  // The run comes to own this coroutine, so nothing in the coroutine may own the run: hence the moves.
  auto initiate = [run = std::move(run), executor](auto handler) mutable {
    const auto self = std::move(run);
    if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
      slot.assign([weak = std::weak_ptr(self)](asio::cancellation_type) {
        if (const auto alive = weak.lock()) alive->abort();
      });
    }
    auto held = std::make_shared<decltype(handler)>(std::move(handler));
    auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    self->on_done([held, work](error_code error, Result<ChildResult> result) {
      asio::get_associated_cancellation_slot(*held).clear();
      asio::post(work, [held, error, got = std::move(result)]() mutable {
        std::move (*held)(error, std::move(got));
      });
    });
  };
  using Token = const asio::use_awaitable_t<>&;
  co_return co_await asio::async_initiate<Token, void(error_code, Result<ChildResult>)>(std::move(initiate),
                                                                                        asio::use_awaitable);
}

}  // namespace rec
