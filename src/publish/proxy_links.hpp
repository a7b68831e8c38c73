// Proxy addresses as people write them, as TDLib's `proxy` objects.
#pragma once
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec::tdlib {

/// socks5://, http:// and tg://proxy or https://t.me/proxy links. invalid names telegram.proxies, never the
/// password.
Result<boost::json::object> parse_proxy(std::string_view link);

}  // namespace rec::tdlib
