// One connection: reads requests, has them answered, writes what comes back, until one side has enough.
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include "web/http_server.hpp"

namespace rec::web {

/// Ends when the connection does; never fails for what the other side did.
asio::awaitable<void> serve_connection(asio::ip::tcp::socket socket, std::string peer, const Handler& handler,
                                       ServerLimits limits);

}  // namespace rec::web
