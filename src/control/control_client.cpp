// Asks a running daemon.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "control/control_socket.hpp"
#include "control/messages.hpp"
#include "control/unix_address.hpp"

namespace rec::control {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::size_t kMostAnswer = 64U << 20U;
constexpr auto kClientToken = asio::as_tuple(asio::use_awaitable);

}  // namespace

struct ControlClient::Impl {
  Impl(const asio::any_io_executor& executor, Clock& with, std::string where)
      : clock(with), socket(executor), path(std::move(where)) {}
  Clock& clock;
  asio::local::stream_protocol::socket socket;
  std::string path;
  std::string buffer{};

  Task<std::string> exchange(std::string line) {
    line += '\n';
    (void)co_await asio::async_write(socket, asio::buffer(line), kClientToken);
    // What was refused before we had spoken stands there to be read all the same.
    auto into = asio::dynamic_buffer(buffer, kMostAnswer);
    const auto [error, size] = co_await asio::async_read_until(socket, into, '\n', kClientToken);
    if (error == asio::error::not_found) co_return fail(Errc::corrupt, path + ": the answer does not end");
    if (error) co_return fail(Errc::unavailable, path + ": streamrecorder ended before it answered");
    std::string answer = buffer.substr(0, size - 1);
    buffer.erase(0, size);
    co_return answer;
  }
};

ControlClient::ControlClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ControlClient::~ControlClient() = default;

Task<std::unique_ptr<ControlClient>> ControlClient::connect(Clock& clock, std::string data_folder) {
  auto impl = std::make_unique<Impl>(co_await asio::this_coro::executor, clock, socket_path(data_folder));
  REC_CO_TRY(Fd fd, connect_to(impl->path));
  boost::system::error_code error;
  impl->socket.assign(asio::local::stream_protocol(), fd.get(), error);
  if (error) co_return fail(Errc::unavailable, impl->path + ": " + error.message());
  fd.release();
  co_return std::unique_ptr<ControlClient>(new ControlClient(std::move(impl)));
}

Task<boost::json::object> ControlClient::call(std::string request, boost::json::object arguments,
                                              Millis timeout) {
  Request asked;
  asked.name = std::move(request);
  asked.arguments = std::move(arguments);
  std::string line = request_line(asked);
  auto got = co_await (impl_->exchange(std::move(line)) || impl_->clock.sleep(timeout));
  if (got.index() != 0) {
    co_return fail(Errc::timed_out,
                   impl_->path + ": no answer within " + std::to_string(timeout.count() / 1000) + " s");
  }
  Result<std::string> answer = std::get<0>(std::move(got));
  if (!answer) co_return fail(std::move(answer).error());
  auto outcome = parse_answer(*answer);
  if (!outcome && outcome.error().code == Errc::corrupt)
    co_return fail(std::move(outcome).error().in(impl_->path));
  co_return outcome;
}

}  // namespace rec::control
