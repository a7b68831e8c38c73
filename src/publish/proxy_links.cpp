// Split by hand: tg links carry everything in the query, the others in the authority.
#include "publish/proxy_links.hpp"

#include <charconv>
#include <string>

#include "publish/tdlib_json.hpp"

namespace rec::tdlib {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool escaped = text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
                         hex_digit(text[at + 2]) >= 0;
    if (!escaped) {
      out += text[at];
      continue;
    }
    out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
    at += 2;
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view key) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    if (pair.size() > key.size() && pair.starts_with(key) && pair[key.size()] == '=') {
      return percent_decoded(pair.substr(key.size() + 1));
    }
    if (end == std::string_view::npos) break;
    query.remove_prefix(end + 1);
  }
  return {};
}

std::uint16_t port_number(std::string_view text) {
  int port = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), port);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text.data() + text.size();
  return whole && port > 0 && port < 65536 ? static_cast<std::uint16_t>(port) : std::uint16_t{0};
}

Failure bad_proxy() {
  return fail(Errc::invalid,
              "telegram.proxy: an entry is not socks5://host:port, http://host:port or a tg://proxy link");
}

Result<ProxyAddress> mtproto_proxy(std::string_view link) {
  const auto question = link.find('?');
  if (question == std::string_view::npos) return bad_proxy();
  const auto query = link.substr(question + 1);
  ProxyAddress found{ProxyAddress::Kind::mtproto,
                     query_value(query, "server"),
                     port_number(query_value(query, "port")),
                     {},
                     query_value(query, "secret")};
  if (found.host.empty() || found.port == 0 || found.password.empty()) return bad_proxy();
  return found;
}

}  // namespace

std::string ProxyAddress::name() const {
  constexpr const char* kSchemes[] = {"socks5://", "http://", "mtproto://"};
  const bool v6 = host.find(':') != std::string::npos;
  return kSchemes[static_cast<std::size_t>(kind)] + (v6 ? "[" + host + "]" : host) + ":" +
         std::to_string(port);
}

Result<ProxyAddress> parse_proxy_address(std::string_view link) {
  for (const std::string_view prefix : {"tg://proxy", "https://t.me/proxy", "http://t.me/proxy"}) {
    if (link.starts_with(prefix)) return mtproto_proxy(link);
  }
  const auto colon = link.find("://");
  if (colon == std::string_view::npos) return bad_proxy();
  const auto scheme = link.substr(0, colon);
  const bool socks = scheme == "socks5" || scheme == "socks5h";
  if (!socks && scheme != "http") return bad_proxy();
  auto rest = link.substr(colon + 3);
  rest = rest.substr(0, rest.find('/'));
  ProxyAddress found;
  found.kind = socks ? ProxyAddress::Kind::socks5 : ProxyAddress::Kind::http;
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    const auto who = rest.substr(0, at);
    const auto split = who.find(':');
    found.user = percent_decoded(who.substr(0, split));
    if (split != std::string_view::npos) found.password = percent_decoded(who.substr(split + 1));
    rest.remove_prefix(at + 1);
  }
  const auto port_at = rest.rfind(':');
  if (port_at == std::string_view::npos) return bad_proxy();
  auto host = rest.substr(0, port_at);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  found.host = host;
  found.port = port_number(rest.substr(port_at + 1));
  if (found.host.empty() || found.port == 0) return bad_proxy();
  return found;
}

json::object proxy_object(const ProxyAddress& address) {
  const bool socks = address.kind == ProxyAddress::Kind::socks5;
  json::object type = request(socks ? "proxyTypeSocks5" : "proxyTypeHttp");
  if (address.kind == ProxyAddress::Kind::mtproto) {
    type = request("proxyTypeMtproto");
    type["secret"] = address.password;
  } else {
    type["username"] = address.user;
    type["password"] = address.password;
  }
  json::object proxy = request("proxy");
  proxy["server"] = address.host;
  proxy["port"] = address.port;
  proxy["type"] = std::move(type);
  return proxy;
}

Result<json::object> parse_proxy(std::string_view link) {
  REC_TRY(const auto address, parse_proxy_address(link));
  return proxy_object(address);
}

}  // namespace rec::tdlib
