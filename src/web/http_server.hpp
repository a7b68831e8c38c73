// The HTTP/1.1 server: connections, limits, and nothing of what is served. What comes in can do no more harm
// than end its own connection. Decision thread only; it never blocks.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "web/message.hpp"

namespace rec::web {

/// Answers a request. Must not fail: what went wrong is an answer as well.
using Handler = std::function<asio::awaitable<Response>(Request)>;

struct ServerLimits {
  std::size_t connections = 128;         ///< one more is told 503 and closed
  std::size_t connections_of_peer = 48;  ///< of one address; loopback may have all
  std::uint32_t header_bytes = 16384;    ///< more is told 431
  std::uint64_t body_bytes = 65536;      ///< more is told 413
  std::chrono::seconds request{20};      ///< for a whole request, waiting for it included
  std::chrono::seconds write{20};        ///< for taking the next 64 KiB
};

struct Address {
  std::string host{};  ///< an IP address or a name
  std::uint16_t port = 0;
};
/// `host:port` or `[v6]:port` of web.listen.
Result<Address> parse_listen(const std::string& text);

class HttpServer {
 public:
  /// Listens while it lives. Errors name the address: conflict, where it is in use; denied; unavailable,
  /// where it is none of this machine's. A name is looked up before: blocking, so let it be one of
  /// /etc/hosts.
  static Result<std::unique_ptr<HttpServer>> open(const asio::any_io_executor& executor,
                                                  const Address& address, Handler handler,
                                                  ServerLimits limits = {});
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;
  /// Ends all connections and listens no more.
  void stop();
  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] std::size_t connections_open() const;

 private:
  struct Impl;
  explicit HttpServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

/// What open() would listen at: only this machine can reach it.
bool only_loopback(const Address& address);

}  // namespace rec::web
