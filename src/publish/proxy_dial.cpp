// SOCKS5 is RFC 1928, its password RFC 1929; CONNECT is RFC 9110, section 9.3.6.
#include "publish/proxy_dial.hpp"

#include <string>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/base64.hpp"

namespace rec {
namespace {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below
using asio::ip::tcp;
using tdlib::ProxyAddress;

constexpr std::size_t kMostHead = 16 * 1024;
constexpr auto kQuietly = asio::as_tuple(asio::use_awaitable);

Failure lost(const std::string& whom, const boost::system::error_code& error) {
  return fail(Errc::unavailable, whom + ": " + error.message());
}

Failure login_refused(const std::string& whom) {
  return fail(Errc::denied, whom + " refuses user and password: check telegram.proxy");
}

Task<std::shared_ptr<TcpSocket>> connect(std::string host, std::uint16_t port, std::string whom) {
  const auto executor = co_await asio::this_coro::executor;
  auto socket = std::make_shared<TcpSocket>(executor);
  boost::system::error_code error;
  const auto literal = asio::ip::make_address(host, error);
  if (!error) {
    const tcp::endpoint there(literal, port);
    std::tie(error) = co_await socket->async_connect(there, kQuietly);
  } else {
    tcp::resolver resolver(executor);
    auto [unknown, found] = co_await resolver.async_resolve(host, std::to_string(port), kQuietly);
    if (unknown) co_return lost(whom, unknown);
    auto [refused, which] = co_await asio::async_connect(*socket, found, kQuietly);
    error = refused;
  }
  if (error) co_return lost(whom, error);
  socket->set_option(tcp::no_delay(true), error);
  co_return socket;
}

template <class Bytes>
void append(std::string& to, const Bytes& bytes) {
  to.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

std::string socks_request(const tcp::endpoint& target) {
  const auto address = target.address();
  std::string request("\5\1\0", 3);
  request += address.is_v4() ? '\1' : '\4';
  if (address.is_v4()) append(request, address.to_v4().to_bytes());
  if (address.is_v6()) append(request, address.to_v6().to_bytes());
  request += static_cast<char>(target.port() >> 8U);
  request += static_cast<char>(target.port() & 0xFFU);
  return request;
}

Task<> socks_login(TcpSocket& socket, ProxyAddress proxy) {
  const std::string whom = proxy.name();
  const bool login = !proxy.user.empty();
  if (proxy.user.size() > 255 || proxy.password.size() > 255) co_return login_refused(whom);
  REC_CO_CHECK(co_await say(socket, login ? std::string("\5\2\0\2", 4) : std::string("\5\1\0", 3), whom));
  REC_CO_TRY(const auto choice, co_await hear(socket, 2, whom));
  if (choice[0] != 5) co_return fail(Errc::unavailable, whom + " is no SOCKS5 proxy: check telegram.proxy");
  if (choice[1] == 0) co_return Result<void>{};
  if (choice[1] != 2 || !login) co_return login_refused(whom);
  std::string who{'\1', static_cast<char>(proxy.user.size())};
  who += proxy.user + static_cast<char>(proxy.password.size()) + proxy.password;
  REC_CO_CHECK(co_await say(socket, std::move(who), whom));
  REC_CO_TRY(const auto verdict, co_await hear(socket, 2, whom));
  if (verdict[1] != 0) co_return login_refused(whom);
  co_return Result<void>{};
}

Task<> through_socks(TcpSocket& socket, ProxyAddress proxy, tcp::endpoint target) {
  const std::string whom = proxy.name();
  REC_CO_CHECK(co_await socks_login(socket, proxy));
  REC_CO_CHECK(co_await say(socket, socks_request(target), whom));
  REC_CO_TRY(const auto reply, co_await hear(socket, 5, whom));
  if (reply[1] != 0) {
    co_return fail(Errc::unavailable, whom + " does not reach Telegram at " + target.address().to_string() +
                                          " (SOCKS reply " + std::to_string(reply[1]) + ")");
  }
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(reply[4]));
  const std::size_t rest = reply[3] == 1 ? 5 : reply[3] == 4 ? 17 : length + 2;
  REC_CO_CHECK(co_await hear(socket, rest, whom));  // the address that it is bound to
  co_return Result<void>{};
}

Task<> through_http(TcpSocket& socket, ProxyAddress proxy, tcp::endpoint target) {
  const std::string whom = proxy.name();
  const auto address = target.address();
  const std::string goal = (address.is_v6() ? "[" + address.to_string() + "]" : address.to_string()) + ":" +
                           std::to_string(target.port());
  std::string ask = "CONNECT " + goal + " HTTP/1.1\r\nHost: " + goal + "\r\n";
  if (!proxy.user.empty())
    ask += "Proxy-Authorization: Basic " + base64(proxy.user + ":" + proxy.password) + "\r\n";
  REC_CO_CHECK(co_await say(socket, ask + "\r\n", whom));
  std::string head;
  const auto [error, size] =
      co_await asio::async_read_until(socket, asio::dynamic_buffer(head, kMostHead), "\r\n\r\n", kQuietly);
  if (error) co_return lost(whom, error);
  const auto status = head.find(' ') == std::string::npos ? "" : head.substr(head.find(' ') + 1, 3);
  if (status == "407") co_return login_refused(whom);
  if (!status.starts_with('2'))
    co_return fail(Errc::unavailable,
                   whom + " does not reach Telegram at " + goal + " (HTTP " + status + ")");
  // Telegram never speaks first.
  if (size != head.size()) co_return fail(Errc::unavailable, whom + " sends more than an answer to CONNECT");
  co_return Result<void>{};
}

Task<std::shared_ptr<TcpSocket>> dial_at_length(std::optional<ProxyAddress> proxy, tcp::endpoint target) {
  const std::string whom = proxy ? proxy->name() : "Telegram at " + target.address().to_string();
  const std::string host = proxy ? proxy->host : target.address().to_string();
  const std::uint16_t port = proxy ? proxy->port : target.port();
  REC_CO_TRY(auto socket, co_await connect(host, port, whom));
  if (proxy && proxy->kind == ProxyAddress::Kind::socks5)
    REC_CO_CHECK(co_await through_socks(*socket, *proxy, target));
  if (proxy && proxy->kind == ProxyAddress::Kind::http)
    REC_CO_CHECK(co_await through_http(*socket, *proxy, target));
  co_return socket;
}

template <class T>
Task<T> within(Task<T> work, Clock& clock, Millis patience, std::string whom) {
  auto first = co_await (std::move(work) || clock.sleep(patience));
  if (first.index() == 0) co_return std::get<0>(std::move(first));
  co_return fail(Errc::timed_out, whom + " does not answer");
}

}  // namespace

Task<std::shared_ptr<TcpSocket>> dial(std::optional<ProxyAddress> proxy, tcp::endpoint target, Clock& clock,
                                      Millis patience) {
  const std::string whom = proxy ? proxy->name() : "Telegram at " + target.address().to_string();
  co_return co_await within(dial_at_length(std::move(proxy), target), clock, patience, whom);
}

Task<> proxy_accepts(ProxyAddress proxy, Clock& clock, Millis patience) {
  const std::string whom = proxy.name();
  auto done = co_await within(connect(proxy.host, proxy.port, whom), clock, patience, whom);
  if (!done) co_return fail(std::move(done).error());
  co_return Result<void>{};
}

}  // namespace rec
