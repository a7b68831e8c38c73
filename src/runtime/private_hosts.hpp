// Which addresses are not the public internet's: for requests to URLs that strangers may have chosen.
#pragma once
#include <sys/socket.h>

#include <string>

namespace rec {

/// Loopback, private, link-local, shared, multicast, reserved (IANA special-purpose registries), also where
/// an IPv6 address carries such an IPv4 one. An address family that is neither counts as private.
bool is_private_address(const sockaddr* address);
/// The same for text ("10.0.0.1", "::1", "[::1]"), and for localhost and names under it. False for other
/// names.
bool is_private_host(const std::string& host);

}  // namespace rec
