// Connections through a user's proxy: what a SOCKS5 or an HTTP proxy wants to hear before bytes go through
// it.
#pragma once
#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>

#include "publish/proxy_links.hpp"
#include "publish/socket_bytes.hpp"
#include "runtime/clock.hpp"
#include "runtime/task.hpp"

namespace rec {

/// A connection to `target`, through the proxy if there is one (never an MTProto one). On the executor of the
/// caller. timed_out and unavailable name the proxy, denied its refusal of user and password.
Task<std::shared_ptr<TcpSocket>> dial(std::optional<tdlib::ProxyAddress> proxy,
                                      asio::ip::tcp::endpoint target, Clock& clock, Millis patience);

/// Whether somebody accepts connections at the proxy's address.
Task<> proxy_accepts(tdlib::ProxyAddress proxy, Clock& clock, Millis patience);

}  // namespace rec
