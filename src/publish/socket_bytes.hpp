// So many bytes of a connection, and no fewer. unavailable: it is over; the text says with
// whom and why.
#pragma once
#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "runtime/task.hpp"

namespace rec {

using TcpSocket = asio::ip::tcp::socket;

/// `from` must outlive the call, as `to` below.
Task<std::string> hear(TcpSocket& from, std::size_t bytes, std::string whom);
Task<> say(TcpSocket& to, std::string bytes, std::string whom);

}  // namespace rec
