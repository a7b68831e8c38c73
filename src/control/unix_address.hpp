// Unix sockets below folders whose path may be longer than a socket's address can be (107 bytes).
#pragma once
#include <string>

#include "base/fd.hpp"
#include "base/result.hpp"

namespace rec::control {

/// Listens at the path, mode 0600 from the first instant on; what was there before is removed. Not blocking.
Result<Fd> listen_at(const std::string& path);

/// A connection, not blocking. not_found: nobody listens there; denied; unavailable: too many wait already.
Result<Fd> connect_to(const std::string& path);

}  // namespace rec::control
