// Accepts, reads lines, hands them on, writes what comes back.
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "base/log.hpp"
#include "control/control_socket.hpp"
#include "control/messages.hpp"
#include "control/unix_address.hpp"
#include "runtime/supervisor.hpp"

namespace rec::control {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below
using Local = asio::local::stream_protocol;

std::string socket_path(const std::string& data_folder) { return data_folder + "/control.sock"; }

/// Shared with the coroutines: a connection may unwind after the server has gone.
struct ControlServer::Impl {
  Impl(const asio::any_io_executor& executor, Clock& with, std::string where, Handler what,
       ServerLimits within)
      : clock(with),
        path(std::move(where)),
        handler(std::move(what)),
        limits(within),
        acceptor(executor),
        connections(executor, [](const std::string&, const Error& error) {
          log::warn("control.failed", {{"error", error.text}});
        }) {}

  Clock& clock;
  std::string path;
  Handler handler;
  ServerLimits limits;
  Local::acceptor acceptor;
  Supervisor connections;
  std::size_t open = 0;
  std::uint64_t taken = 0;
  bool stopped = false;
};

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);

/// Counts a connection for as long as it is served.
class Seat {
 public:
  explicit Seat(std::size_t& open) : open_(open) { ++open_; }
  ~Seat() { --open_; }
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

 private:
  std::size_t& open_;
};

asio::awaitable<bool> send_line(Clock& clock, Local::socket& socket, std::string line, Millis limit) {
  line += '\n';
  auto sent = co_await (asio::async_write(socket, asio::buffer(line), kAsTuple) || clock.sleep(limit));
  co_return sent.index() == 0 && !std::get<0>(std::get<0>(sent));
}

/// The next line; nothing when the other side has gone, was silent for too long or sent too long a one.
asio::awaitable<std::optional<std::string>> next_line(Clock& clock, Local::socket& socket,
                                                      std::string& buffer, const ServerLimits& limits) {
  auto into = asio::dynamic_buffer(buffer, limits.request_bytes);
  auto got = co_await (asio::async_read_until(socket, into, '\n', kAsTuple) || clock.sleep(limits.idle));
  if (got.index() != 0) co_return std::nullopt;
  const auto& [error, size] = std::get<0>(got);
  if (error == asio::error::not_found) {
    const Result<boost::json::object> refusal =
        fail(Errc::invalid, "a request has at most " + std::to_string(limits.request_bytes) + " bytes");
    std::string told = answer_line(nullptr, refusal);
    co_await send_line(clock, socket, std::move(told), limits.write);
  }
  if (error) co_return std::nullopt;
  std::string line = buffer.substr(0, size - 1);
  buffer.erase(0, size);
  co_return line;
}

/// `shared` keeps what the references point to.
Task<> serve_connection(std::shared_ptr<void> shared, Clock& clock, Handler& handler, ServerLimits limits,
                        std::size_t& open, Local::socket socket) {
  const Seat seat(open);
  std::string buffer;
  for (;;) {
    auto line = co_await next_line(clock, socket, buffer, limits);
    if (!line) co_return Result<void>();
    auto request = parse_request(*line);
    Result<boost::json::object> outcome = boost::json::object();
    if (request) {
      outcome = co_await handler(std::move(request->name), std::move(request->arguments));
    } else {
      outcome = fail(request.error());
    }
    const boost::json::value tag = request ? request->tag : boost::json::value(nullptr);
    std::string told = answer_line(tag, outcome);
    if (!co_await send_line(clock, socket, std::move(told), limits.write)) co_return Result<void>();
  }
}

void turn_away(Local::socket& socket) {
  const Result<boost::json::object> refusal = fail(Errc::unavailable, "too many connections; try again");
  const std::string told = answer_line(nullptr, refusal) + "\n";
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(told), ignored);
}

}  // namespace

ControlServer::ControlServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<ControlServer>> ControlServer::open(const asio::any_io_executor& executor,
                                                           Clock& clock, const std::string& data_folder,
                                                           Handler handler, ServerLimits limits) {
  const std::string path = socket_path(data_folder);
  REC_TRY(Fd fd, listen_at(path));
  auto impl = std::make_shared<Impl>(executor, clock, path, std::move(handler), limits);
  boost::system::error_code error;
  impl->acceptor.assign(Local(), fd.get(), error);
  if (error) return fail(Errc::unavailable, path + ": " + error.message());
  fd.release();
  auto accept = [](std::shared_ptr<Impl> self) -> Task<> {
    for (;;) {
      auto [failed, socket] = co_await self->acceptor.async_accept(kAsTuple);
      if (self->stopped) co_return Result<void>();
      if (failed) {  // no descriptors left, for one
        co_await self->clock.sleep(std::chrono::seconds(1));
      } else if (self->open >= self->limits.connections) {
        turn_away(socket);
      } else {
        const std::string name = "connection/" + std::to_string(++self->taken);
        auto served =
            serve_connection(self, self->clock, self->handler, self->limits, self->open, std::move(socket));
        self->connections.start(name, std::move(served));
      }
    }
  };
  impl->connections.start("accept", accept(impl));
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

// By way of the loop: a task that is cancelled from outside of it may have ended before it hears of that, and
// Asio 1.26 would not see it.
void ControlServer::stop() {
  if (std::exchange(impl_->stopped, true)) return;
  ::unlink(impl_->path.c_str());
  asio::post(impl_->acceptor.get_executor(), [impl = impl_] { impl->connections.cancel_all(); });
}

ControlServer::~ControlServer() { stop(); }

}  // namespace rec::control
