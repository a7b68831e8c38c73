// Lines over a socketpair; callbacks rather than coroutines, so that nothing runs that nobody awaits.
#include "publish/tdlib_client.hpp"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"
#include "publish/tdlib_json.hpp"
#include "runtime/signal.hpp"
#include "runtime/spawn.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kCloseTimeout{5};
constexpr std::size_t kMaxLine = 64U << 20U;

struct Reply {
  std::optional<boost::json::object> object{};
  bool lost = false;
};

}  // namespace

struct TdlibClient::Impl : std::enable_shared_from_this<Impl> {
  Impl(const asio::any_io_executor& ex, Clock& c, std::vector<std::string> command, OnUpdate update,
       OnEnd end)
      : clock(c),
        argv(std::move(command)),
        on_update(std::move(update)),
        on_end(std::move(end)),
        socket(ex),
        exit_watch(ex),
        changed(ex) {}

  Clock& clock;
  std::vector<std::string> argv;
  OnUpdate on_update;
  OnEnd on_end;
  asio::local::stream_protocol::socket socket;
  asio::posix::stream_descriptor exit_watch;  ///< the child's pidfd; open until it is reaped
  Signal changed;
  pid_t pid = -1;
  bool alive = false;      ///< it can answer
  std::uint64_t host = 0;  ///< counts them, so that a late callback of an old one is known
  std::int64_t next_id = 1;
  std::map<std::int64_t, std::shared_ptr<Reply>> waiting;
  std::deque<std::string> outgoing;
  std::string incoming;
  std::array<char, 65536> chunk{};

  Result<void> spawn_host();
  void read_more();
  void take_lines();
  void take_line(std::string_view line);
  void send(const boost::json::object& request);
  void write_next();
  void lost();
  void reap();
  void watch_exit();
};

Result<void> TdlibClient::Impl::spawn_host() {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    return fail(errno_error(errno, "a socket for the Telegram process"));
  }
  SpawnRequest request;
  request.argv = argv;
  request.stdin_fd = ends[1];
  request.stderr_fd = STDERR_FILENO;
  auto child = spawn(request);
  ::close(ends[1]);
  if (!child) {
    ::close(ends[0]);
    return fail(std::move(child).error().in("the Telegram process"));
  }
  pid = child->pid;
  exit_watch.assign(child->pidfd);
  socket.assign(asio::local::stream_protocol(), ends[0]);
  ++host;
  alive = true;
  incoming.clear();
  outgoing.clear();
  watch_exit();
  read_more();
  return {};
}

void TdlibClient::Impl::read_more() {
  auto self = shared_from_this();
  socket.async_read_some(asio::buffer(chunk),
                         [self, mine = host](boost::system::error_code error, std::size_t got) {
                           if (mine != self->host || !self->alive) return;
                           self->incoming.append(self->chunk.data(), got);
                           self->take_lines();
                           if (!self->alive) return;
                           if (error || self->incoming.size() > kMaxLine) return self->lost();
                           self->read_more();
                         });
}

void TdlibClient::Impl::take_lines() {
  std::size_t begin = 0;
  for (auto end = incoming.find('\n'); end != std::string::npos && alive; end = incoming.find('\n', begin)) {
    take_line(std::string_view(incoming).substr(begin, end - begin));
    begin = end + 1;
  }
  incoming.erase(0, begin);
}

void TdlibClient::Impl::take_line(std::string_view line) {
  boost::system::error_code error;
  auto value = boost::json::parse({line.data(), line.size()}, error);
  if (error || !value.is_object()) {
    log::warn("telegram.line_unreadable", {{"bytes", line.size()}});
    return;
  }
  auto& object = value.get_object();
  const auto id = tdlib::number(object, "@extra");
  if (id == 0) {
    if (on_update) on_update(object);
    return;
  }
  const auto found = waiting.find(id);
  if (found == waiting.end()) {  // its caller has given up, or never waited
    if (tdlib::type_of(object) == "error")
      log::warn("telegram.request_failed", {{"text", tdlib::text(object, "message")}});
    return;
  }
  found->second->object = std::move(object);
  waiting.erase(found);
  changed.notify();
}

void TdlibClient::Impl::send(const boost::json::object& request) {
  outgoing.push_back(boost::json::serialize(request) + '\n');
  if (outgoing.size() == 1) write_next();
}

void TdlibClient::Impl::write_next() {
  auto self = shared_from_this();
  asio::async_write(socket, asio::buffer(outgoing.front()),
                    [self, mine = host](boost::system::error_code error, std::size_t) {
                      if (mine != self->host || !self->alive) return;
                      if (error) return self->lost();
                      self->outgoing.pop_front();
                      if (!self->outgoing.empty()) self->write_next();
                    });
}

void TdlibClient::Impl::lost() {
  if (!alive) return;
  alive = false;
  boost::system::error_code ignored;
  socket.close(ignored);
  if (pid > 0) ::kill(-pid, SIGKILL);
  for (auto& [id, reply] : waiting) reply->lost = true;
  waiting.clear();
  changed.notify();
  if (on_end) on_end();
}

void TdlibClient::Impl::watch_exit() {
  auto self = shared_from_this();
  exit_watch.async_wait(asio::posix::stream_descriptor::wait_read, [self](boost::system::error_code error) {
    if (error) return;
    self->reap();
    // What it said last may still be unread: the reader finds the end of the socket by itself.
  });
}

void TdlibClient::Impl::reap() {
  if (pid <= 0) return;
  siginfo_t info{};
  while (waitid(P_PIDFD, static_cast<id_t>(exit_watch.native_handle()), &info, WEXITED) != 0 &&
         errno == EINTR) {
  }
  pid = -1;
  boost::system::error_code ignored;
  exit_watch.close(ignored);
  changed.notify();
}

TdlibClient::TdlibClient(const asio::any_io_executor& executor, Clock& clock, std::vector<std::string> argv,
                         OnUpdate on_update, OnEnd on_end)
    : impl_(std::make_shared<Impl>(executor, clock, std::move(argv), std::move(on_update),
                                   std::move(on_end))) {}

TdlibClient::~TdlibClient() {
  impl_->on_update = nullptr;
  impl_->on_end = nullptr;
  kill();
  impl_->reap();
}

Task<> TdlibClient::start() {
  while (impl_->pid > 0) {
    if (impl_->alive) co_return Result<void>{};
    co_await impl_->changed.wait();
  }
  co_return impl_->spawn_host();
}

bool TdlibClient::running() const { return impl_->alive; }

Task<boost::json::object> TdlibClient::call(boost::json::object request, Millis timeout) {
  auto impl = impl_;
  const std::string what(tdlib::type_of(request));
  if (!impl->alive) co_return fail(Errc::unavailable, what + ": the Telegram process is not running");
  const auto id = impl->next_id++;
  auto reply = std::make_shared<Reply>();
  impl->waiting[id] = reply;
  request["@extra"] = id;
  impl->send(request);
  const auto deadline = impl->clock.steady() + timeout;
  while (!reply->object && !reply->lost && impl->clock.steady() < deadline) {
    co_await impl->changed.wait_until(impl->clock, deadline);
  }
  impl->waiting.erase(id);
  if (reply->object) co_return std::move(*reply->object);
  if (reply->lost) co_return fail(Errc::unavailable, what + ": the Telegram process ended");
  co_return fail(Errc::timed_out, what + ": no answer from Telegram in time");
}

Result<void> TdlibClient::post(boost::json::object request) {
  if (!impl_->alive) return fail(Errc::unavailable, "the Telegram process is not running");
  request["@extra"] = impl_->next_id++;
  impl_->send(request);
  return {};
}

asio::awaitable<void> TdlibClient::close() {
  auto impl = impl_;
  const auto mine = impl->host;  // another caller may start the next one meanwhile
  const auto there = [&] { return impl->pid > 0 && impl->host == mine; };
  if (impl->alive) {
    boost::system::error_code ignored;
    impl->socket.shutdown(asio::local::stream_protocol::socket::shutdown_send, ignored);
  }
  const auto deadline = impl->clock.steady() + kCloseTimeout;
  while (there() && impl->clock.steady() < deadline) co_await impl->changed.wait_until(impl->clock, deadline);
  if (there()) kill();
  while (there()) co_await impl->changed.wait();
  if (impl->host == mine) impl->lost();
}

void TdlibClient::kill() {
  if (impl_->pid > 0) ::kill(-impl_->pid, SIGKILL);
  impl_->lost();
}

}  // namespace rec
