#include "runtime/private_hosts.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstring>

namespace rec {
namespace {

struct Ipv4Block {
  std::uint32_t network;
  int bits;
};

// https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast
constexpr std::array kPrivateIpv4 = {
    Ipv4Block{0x00000000, 8},  Ipv4Block{0x0A000000, 8},  Ipv4Block{0x64400000, 10},
    Ipv4Block{0x7F000000, 8},  Ipv4Block{0xA9FE0000, 16}, Ipv4Block{0xAC100000, 12},
    Ipv4Block{0xC0000000, 24}, Ipv4Block{0xC0000200, 24}, Ipv4Block{0xC0A80000, 16},
    Ipv4Block{0xC6120000, 15}, Ipv4Block{0xC6336400, 24}, Ipv4Block{0xCB007100, 24},
    Ipv4Block{0xE0000000, 3},
};

bool is_private_ipv4(std::uint32_t address) {
  return std::any_of(kPrivateIpv4.begin(), kPrivateIpv4.end(), [address](Ipv4Block block) {
    return ((address ^ block.network) >> (32 - block.bits)) == 0;
  });
}

bool is_private_ipv6(const std::array<std::uint8_t, 16>& bytes) {
  const auto ipv4_at = [&bytes](std::size_t at) {
    return std::uint32_t{bytes[at]} << 24U | std::uint32_t{bytes[at + 1]} << 16U |
           std::uint32_t{bytes[at + 2]} << 8U | bytes[at + 3];
  };
  const auto begins = [&bytes](std::initializer_list<std::uint8_t> prefix) {
    return std::equal(prefix.begin(), prefix.end(), bytes.begin());
  };
  if (begins({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF})) return is_private_ipv4(ipv4_at(12));     // mapped
  if (begins({0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0})) return is_private_ipv4(ipv4_at(12));  // NAT64
  if (begins({0x20, 0x02})) return is_private_ipv4(ipv4_at(2));                                    // 6to4
  const bool global_unicast = (bytes[0] & 0xE0U) == 0x20U;  // 2000::/3 is all that is given out
  return !global_unicast || begins({0x20, 0x01, 0x0D, 0xB8}) || begins({0x20, 0x01, 0, 0});
}

}  // namespace

bool is_private_address(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    sockaddr_in ipv4{};
    std::memcpy(&ipv4, address, sizeof ipv4);
    return is_private_ipv4(ntohl(ipv4.sin_addr.s_addr));
  }
  if (address->sa_family == AF_INET6) {
    sockaddr_in6 ipv6{};
    std::memcpy(&ipv6, address, sizeof ipv6);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &ipv6.sin6_addr, bytes.size());
    return is_private_ipv6(bytes);
  }
  return true;
}

bool is_private_host(const std::string& host) {
  std::string name = host;
  if (name.size() > 2 && name.front() == '[' && name.back() == ']') name = name.substr(1, name.size() - 2);
  name = name.substr(0, name.find('%'));  // a zone
  sockaddr_in ipv4{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {}, .sin_zero = {}};
  if (::inet_aton(name.c_str(), &ipv4.sin_addr) == 1) return is_private_ipv4(ntohl(ipv4.sin_addr.s_addr));
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) return is_private_ipv6(bytes);
  std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
  if (!name.empty() && name.back() == '.') name.pop_back();
  return name == "localhost" || name.ends_with(".localhost");
}

}  // namespace rec
