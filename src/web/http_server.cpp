#include "web/http_server.hpp"

#include <map>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "runtime/supervisor.hpp"
#include "web/connection.hpp"
#include "web/http_text.hpp"

namespace rec::web {

using Tcp = asio::ip::tcp;

struct HttpServer::Impl {
  Impl(const asio::any_io_executor& executor, Handler what, ServerLimits within)
      : handler(std::move(what)),
        limits(within),
        acceptor(executor),
        connections(executor, [](const std::string&, const Error& error) {
          log::warn("web.failed", {{"error", error.text}});
        }) {}
  Handler handler;
  ServerLimits limits;
  Tcp::acceptor acceptor;
  Supervisor connections;
  std::map<std::string, std::size_t> open_of{};  ///< by address
  std::size_t open = 0;
  std::uint64_t taken = 0;
  bool stopped = false;
};

namespace {

constexpr auto kAccepted = asio::as_tuple(asio::use_awaitable);

/// Counts a connection for as long as it is served.
class Place {
 public:
  Place(std::size_t& open, std::map<std::string, std::size_t>& of, std::string peer)
      : open_(open), of_(of), peer_(std::move(peer)) {
    ++open_;
    ++of_[peer_];
  }
  ~Place() {
    --open_;
    if (--of_[peer_] == 0) of_.erase(peer_);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::size_t& open_;
  std::map<std::string, std::size_t>& of_;
  std::string peer_;
};

void turn_away(Tcp::socket& socket) {
  constexpr std::string_view kTold =
      "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(kTold), ignored);
}

Result<Tcp::endpoint> endpoint_of(const asio::any_io_executor& executor, const Address& address) {
  boost::system::error_code error;
  const auto ip = asio::ip::make_address(address.host, error);
  if (!error) return Tcp::endpoint(ip, address.port);
  Tcp::resolver resolver(executor);
  const auto found = resolver.resolve(address.host, "", error);
  if (error || found.empty())
    return fail(Errc::unavailable, "web.listen: " + address.host + " is no address of this machine");
  return Tcp::endpoint(found.begin()->endpoint().address(), address.port);
}

Error listen_error(const boost::system::error_code& error, const std::string& where) {
  const std::string start = "web.listen " + where + ": ";
  if (error == asio::error::address_in_use)
    return {Errc::conflict, start + "the port is in use by another program; choose another one", {}};
  if (error == asio::error::access_denied)
    return {Errc::denied, start + "not allowed; ports below 1024 need a right of their own", {}};
  return {Errc::unavailable, start + error.message(), {}};
}

}  // namespace

Result<Address> parse_listen(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  Address address;
  if (colon != std::string::npos) address.host = text.substr(0, colon);
  if (address.host.starts_with('[') && address.host.ends_with(']'))
    address.host = address.host.substr(1, address.host.size() - 2);
  int port = -1;
  const std::string digits = colon == std::string::npos ? "" : text.substr(colon + 1);
  if (!digits.empty() && digits.size() <= 5 && digits.find_first_not_of("0123456789") == std::string::npos)
    port = std::stoi(digits);
  if (address.host.empty() || port < 0 || port > 65535)
    return fail(Errc::invalid, "web.listen: \"" + text + "\" is not host:port, like 127.0.0.1:8080");
  address.port = static_cast<std::uint16_t>(port);
  return address;
}

bool only_loopback(const Address& address) {
  return address.host == "localhost" || is_loopback(address.host);
}

HttpServer::HttpServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<HttpServer>> HttpServer::open(const asio::any_io_executor& executor,
                                                     const Address& address, Handler handler,
                                                     ServerLimits limits) {
  REC_TRY(const Tcp::endpoint endpoint, endpoint_of(executor, address));
  auto impl = std::make_shared<Impl>(executor, std::move(handler), limits);
  boost::system::error_code error;
  Tcp::acceptor& acceptor = impl->acceptor;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(Tcp::acceptor::max_listen_connections, error);
  if (error) return fail(listen_error(error, address.host + ":" + std::to_string(address.port)));
  auto accept = [](std::shared_ptr<Impl> self) -> Task<> {
    for (;;) {
      auto [failed, socket] = co_await self->acceptor.async_accept(kAccepted);
      if (self->stopped) co_return Result<void>();
      if (failed) {  // no descriptors left, for one
        asio::steady_timer pause(self->acceptor.get_executor(), std::chrono::seconds(1));
        co_await pause.async_wait(asio::use_awaitable);
        continue;
      }
      boost::system::error_code gone;
      const auto remote = socket.remote_endpoint(gone);
      if (gone) continue;
      const std::string peer = remote.address().to_string();
      const auto of_peer = self->open_of.find(peer);
      const std::size_t has = of_peer == self->open_of.end() ? 0 : of_peer->second;
      if (self->open >= self->limits.connections ||
          (has >= self->limits.connections_of_peer && !is_loopback(peer))) {
        turn_away(socket);
        continue;
      }
      socket.set_option(Tcp::no_delay(true), gone);
      auto serve = [](std::shared_ptr<Impl> shared, Tcp::socket taken, std::string from) -> Task<> {
        const Place place(shared->open, shared->open_of, from);
        co_await serve_connection(std::move(taken), from, shared->handler, shared->limits);
        co_return Result<void>();
      };
      auto task = serve(self, std::move(socket), peer);
      self->connections.start("web/" + std::to_string(++self->taken), std::move(task));
    }
  };
  impl->connections.start("accept", accept(impl));
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

std::uint16_t HttpServer::port() const {
  boost::system::error_code ignored;
  return impl_->acceptor.local_endpoint(ignored).port();
}

std::size_t HttpServer::connections_open() const { return impl_->open; }

// By way of the loop, as ControlServer::stop() does.
void HttpServer::stop() {
  if (std::exchange(impl_->stopped, true)) return;
  boost::system::error_code ignored;
  impl_->acceptor.close(ignored);
  asio::post(impl_->acceptor.get_executor(), [impl = impl_] { impl->connections.cancel_all(); });
}

HttpServer::~HttpServer() { stop(); }

}  // namespace rec::web
