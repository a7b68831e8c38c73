// An HTTP server whose answers are written byte by byte, so that they can be wrong. Runs on the test's own
// loop.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

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
using tcp = asio::ip::tcp;

/// A request as a path's handler sees it, and the way to answer.
struct Exchange {
  tcp::socket& socket;
  std::string head;   ///< request line and headers
  std::string& rest;  ///< what was read behind the head
  int connection;     ///< 1, 2, … in the order they were accepted

  /// The first `bytes` of the request's body.
  asio::awaitable<std::string> read_body(std::size_t bytes) {
    if (rest.size() < bytes) {
      co_await asio::async_read(socket, asio::dynamic_buffer(rest),
                                asio::transfer_exactly(bytes - rest.size()), asio::use_awaitable);
    }
    auto body = rest.substr(0, bytes);
    rest.erase(0, bytes);
    co_return body;
  }

  asio::awaitable<void> send(std::string bytes) {
    co_await asio::async_write(socket, asio::buffer(bytes), asio::use_awaitable);
  }
  asio::awaitable<void> answer(std::string body, std::string status = "200 OK", std::string headers = "") {
    auto text = "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
                headers + "\r\n" + body;
    co_await send(std::move(text));
  }
};

class RawServer {
 public:
  /// Returns whether the connection stays open for another request.
  using Handler = std::function<asio::awaitable<bool>(Exchange&)>;

  explicit RawServer(asio::io_context& io, const std::string& address = "127.0.0.1")
      : acceptor_(io, tcp::endpoint(asio::ip::make_address(address), 0)) {
    asio::co_spawn(io, accept(), asio::detached);
  }
  void on(const std::string& path, Handler handler) { handlers_[path] = std::move(handler); }
  void on_text(const std::string& path, std::string body) {
    on(path, [body = std::move(body)](Exchange& exchange) { return say(exchange, body); });
  }
  [[nodiscard]] std::string url(const std::string& path) const {
    return url_as(acceptor_.local_endpoint().address().to_string(), path);
  }
  /// By another name that leads to it.
  [[nodiscard]] std::string url_as(const std::string& host, const std::string& path) const {
    return "http://" + host + ":" + port() + path;
  }
  [[nodiscard]] std::string port() const { return std::to_string(acceptor_.local_endpoint().port()); }
  [[nodiscard]] int connections() const { return connections_; }
  [[nodiscard]] int open_now() const { return counts_->open; }
  [[nodiscard]] int most_open() const { return counts_->most_open; }

 private:
  struct Counts {  // the loop, and connections with it, may outlive the server
    int open = 0;
    int most_open = 0;
  };
  static asio::awaitable<bool> say(Exchange& exchange, std::string body) {
    co_await exchange.answer(std::move(body));
    co_return true;
  }
  asio::awaitable<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(asio::use_awaitable);
      asio::co_spawn(acceptor_.get_executor(), serve(std::move(socket), ++connections_), asio::detached);
    }
  }
  asio::awaitable<void> serve(tcp::socket socket, int connection) {
    struct Open {
      std::shared_ptr<Counts> counts;
      explicit Open(std::shared_ptr<Counts> of) : counts(std::move(of)) {
        counts->most_open = std::max(counts->most_open, ++counts->open);
      }
      ~Open() { --counts->open; }
    } const open(counts_);
    std::string buffer;
    for (bool stays = true; stays;) {
      auto [error, size] = co_await asio::async_read_until(socket, asio::dynamic_buffer(buffer), "\r\n\r\n",
                                                           asio::as_tuple(asio::use_awaitable));
      if (error) co_return;
      auto head = buffer.substr(0, size);
      buffer.erase(0, size);
      Exchange exchange{socket, std::move(head), buffer, connection};
      const auto from = exchange.head.find(' ') + 1;
      const auto path = exchange.head.substr(from, exchange.head.find(' ', from) - from);
      const auto found = handlers_.find(path.substr(0, path.find('?')));
      if (found == handlers_.end()) {
        co_await exchange.answer("", "404 Not Found");
      } else {
        stays = co_await found->second(exchange);
      }
    }
  }

  tcp::acceptor acceptor_;
  std::map<std::string, Handler> handlers_;
  int connections_ = 0;
  std::shared_ptr<Counts> counts_ = std::make_shared<Counts>();
};

}  // namespace rec::testing_support
