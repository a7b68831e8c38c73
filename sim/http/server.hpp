// An HTTP/1.1 server on loopback, with TLS if wanted, for simulated platforms: keep-alive, ranges, a request
// log, and every fault that HttpAnswer names. It has a thread of its own; all members may be called from any
// thread.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/http/query.hpp"
#include "sim/http/tls_identity.hpp"

namespace rec::sim {

/// Runs on the server's thread, one request at a time: it must not block, and must not destroy the server.
using HttpHandler = std::function<HttpAnswer(const HttpQuery&)>;

class HttpServer {
 public:
  /// Listens on 127.0.0.1 (port 0: any free one) before it returns. Throws boost::system::system_error when
  /// it cannot. With an identity it speaks TLS 1.2 or 1.3 (HTTP/1.1, no HTTP/2) and nothing else.
  explicit HttpServer(HttpHandler handler, std::uint16_t port = 0, std::optional<TlsIdentity> tls = {});
  /// Ends all connections and joins the thread.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// "http://127.0.0.1:PORT" + path; https with an identity.
  [[nodiscard]] std::string url(const std::string& path = "") const;

  /// How often the path was asked for (without its query); "" = all paths together.
  [[nodiscard]] std::size_t hits(const std::string& path = "") const;
  /// The requests for a path in order; "" = for all. The log keeps the last 20,000; hits() counts on.
  [[nodiscard]] std::vector<HttpQuery> requests(const std::string& path = "") const;
  void clear_log();

  /// How many connections were taken since the start, and how many are open now.
  [[nodiscard]] std::size_t connections_taken() const;
  [[nodiscard]] std::size_t connections_open() const;
  /// Ends the connections that are open, as a server does that tires of idle ones.
  void drop_connections();
  /// An outage: connections are reset and new ones refused until it is called with false. Back on the same
  /// port.
  void set_down(bool down);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
