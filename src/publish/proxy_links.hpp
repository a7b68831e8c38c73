// Proxy addresses as people write them, and as TDLib's `proxy` objects.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

#include "base/result.hpp"

namespace rec::tdlib {

/// A proxy, of a kind that TDLib knows.
struct ProxyAddress {
  enum class Kind { socks5, http, mtproto };
  Kind kind = Kind::socks5;
  std::string host{};
  std::uint16_t port = 0;
  std::string user{};      ///< "" = none
  std::string password{};  ///< of MTProto: the secret
  /// "socks5://host:port": for people; no password, no secret.
  [[nodiscard]] std::string name() const;
  bool operator==(const ProxyAddress&) const = default;
};

/// socks5://, http:// and tg://proxy or https://t.me/proxy links. invalid names telegram.proxy, never the
/// password.
Result<ProxyAddress> parse_proxy_address(std::string_view link);
boost::json::object proxy_object(const ProxyAddress& address);
/// Both at once.
Result<boost::json::object> parse_proxy(std::string_view link);

}  // namespace rec::tdlib
