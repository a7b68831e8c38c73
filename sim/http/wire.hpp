// One connection of HttpServer: reads requests, writes answers with their faults.
#pragma once
#include <functional>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "sim/http/query.hpp"

namespace rec::sim::wire {

namespace asio = boost::asio;
using Socket = asio::ip::tcp::socket;

/// Serves one connection until either side ends it. The socket outlives the coroutine.
asio::awaitable<void> serve(Socket& socket, std::function<HttpAnswer(const HttpQuery&)> answer);

/// The same inside TLS; a client that does not go through with the handshake is let go.
asio::awaitable<void> serve_tls(Socket& socket, asio::ssl::context& context,
                                std::function<HttpAnswer(const HttpQuery&)> answer);

/// Closes with RST.
void reset(Socket& socket);

}  // namespace rec::sim::wire
