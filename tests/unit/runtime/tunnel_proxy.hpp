// A proxy on the test's own loop: SOCKS5 (RFC 1928, with a password RFC 1929) or HTTP CONNECT. Wherever it is
// asked to go, it goes to one port of this machine, and notes what it was asked for.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace rec::testing_support {

namespace asio = boost::asio;

class TunnelProxy {
 public:
  /// `login`: "user:password", "" = none is asked for.
  TunnelProxy(asio::io_context& io, std::uint16_t leads_to, std::string login = "")
      : leads_to_(leads_to), login_(std::move(login)), acceptor_(io, {asio::ip::address_v4::loopback(), 0}) {
    asio::co_spawn(io, accept(), asio::detached);
  }
  /// "127.0.0.1:PORT", for behind a scheme and a login.
  [[nodiscard]] std::string address() const {
    return "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
  }
  [[nodiscard]] const std::vector<std::string>& asked_for() const { return asked_for_; }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] const std::string& last_head() const { return last_head_; }

 private:
  using Socket = asio::ip::tcp::socket;
  static constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);

  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      ++connections_;
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }
  asio::awaitable<std::string> read(Socket& from, std::size_t bytes) {
    std::string out(bytes, '\0');
    co_await asio::async_read(from, asio::buffer(out), asio::use_awaitable);
    co_return out;
  }
  asio::awaitable<void> write(Socket& to, std::string bytes) {
    co_await asio::async_write(to, asio::buffer(bytes), asio::use_awaitable);
  }
  asio::awaitable<std::string> read_counted(Socket& from) {
    const auto size = co_await read(from, 1);
    co_return co_await read(from, static_cast<unsigned char>(size[0]));
  }
  asio::awaitable<bool> greet_socks(Socket& client) {
    const auto methods = co_await read_counted(client);
    const char wanted = login_.empty() ? '\0' : '\2';
    if (methods.find(wanted) == std::string::npos) co_return false;
    std::string choice{'\5', wanted};
    co_await write(client, std::move(choice));
    if (!login_.empty()) {
      co_await read(client, 1);
      const auto user = co_await read_counted(client);
      const auto password = co_await read_counted(client);
      const bool right = user + ":" + password == login_;
      std::string verdict{'\1', right ? '\0' : '\1'};
      co_await write(client, std::move(verdict));
      if (!right) co_return false;
    }
    const auto request = co_await read(client, 4);
    std::string host;
    if (request[3] == 3) {
      host = co_await read_counted(client);
    } else {
      const auto bytes = co_await read(client, request[3] == 1 ? 4 : 16);
      for (const char c : bytes)
        host += (host.empty() ? "" : ".") + std::to_string(static_cast<unsigned char>(c));
    }
    co_await read(client, 2);
    asked_for_.push_back(host);
    auto granted = std::string("\5\0\0\1\0\0\0\0\0\0", 10);
    co_await write(client, std::move(granted));
    co_return true;
  }
  asio::awaitable<bool> greet_http(Socket& client) {
    std::string head = "C";
    co_await asio::async_read_until(client, asio::dynamic_buffer(head), "\r\n\r\n", asio::use_awaitable);
    last_head_ = head;
    const auto from = head.find(' ') + 1;
    asked_for_.push_back(head.substr(from, head.find(' ', from) - from));
    const bool denied = !login_.empty() && head.find("Proxy-Authorization: Basic ") == std::string::npos;
    std::string verdict = denied ? "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
                                 : "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await write(client, std::move(verdict));
    co_return !denied;
  }
  static asio::awaitable<void> pump(std::shared_ptr<Socket> from, std::shared_ptr<Socket> to) {
    std::string buffer(16'384, '\0');
    for (;;) {
      auto [error, size] = co_await from->async_read_some(asio::buffer(buffer), kQuiet);
      if (error) break;
      auto [failed, written] = co_await asio::async_write(*to, asio::buffer(buffer.data(), size), kQuiet);
      if (failed) break;
    }
    boost::system::error_code ignored;
    to->shutdown(Socket::shutdown_send, ignored);
  }
  asio::awaitable<void> serve(Socket accepted) {
    auto client = std::make_shared<Socket>(std::move(accepted));
    const auto first = co_await read(*client, 1);
    const bool open = first[0] == 5 ? co_await greet_socks(*client) : co_await greet_http(*client);
    if (!open) co_return;
    auto target = std::make_shared<Socket>(client->get_executor());
    const asio::ip::tcp::endpoint goal(asio::ip::address_v4::loopback(), leads_to_);
    co_await target->async_connect(goal, asio::use_awaitable);
    asio::co_spawn(client->get_executor(), pump(client, target), asio::detached);
    co_await pump(target, client);
  }

  std::uint16_t leads_to_;
  std::string login_;
  asio::ip::tcp::acceptor acceptor_;
  std::vector<std::string> asked_for_;
  std::string last_head_;
  int connections_ = 0;
};

}  // namespace rec::testing_support
