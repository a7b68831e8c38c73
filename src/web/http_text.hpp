// The texts of a request that we read ourselves: target, query, Host, Range, cookies. Everything in them was
// written by strangers. Pure.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rec::web {

struct Target {
  std::vector<std::string> path{};  ///< segments, decoded: none is empty, "." or ".."; "/" has none
  std::map<std::string, std::string> query{};  ///< decoded; the last of a name counts
};
/// `/a/b?c=d`. Nothing: no such form, escapes that are none, control characters, more than a few dozen
/// pieces.
std::optional<Target> parse_target(std::string_view text);

/// "%41" becomes "A"; nothing where an escape is none or names a control character.
std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space);
/// As one segment of a path.
std::string percent_encoded(std::string_view text);

/// The host of a Host header or of an Origin's authority, in lower case, without port and brackets; "" where
/// it is none.
std::string host_name(std::string_view authority);
bool is_ip_literal(const std::string& host);
/// 127.0.0.0/8, ::1, ::ffff:127…
bool is_loopback(const std::string& ip);
/// An Origin header that names `authority` (a Host header), whatever the scheme.
bool same_origin(std::string_view origin, std::string_view authority);

/// The cookie of that name; "" where there is none.
std::string cookie_value(std::string_view header, std::string_view name);
/// The token of "Bearer TOKEN"; "" where it is none.
std::string bearer_token(std::string_view authorization);

struct ByteRange {
  std::uint64_t first = 0, last = 0;  ///< inclusive
  bool operator==(const ByteRange&) const = default;
};
enum class RangeKind { whole, part, unsatisfiable };
struct RangeChoice {
  RangeKind kind = RangeKind::whole;
  ByteRange range{};
  bool operator==(const RangeChoice&) const = default;
};
/// What a Range header asks of so many bytes. What is not understood, and more than one range, gives the
/// whole, as RFC 9110 allows.
RangeChoice choose_range(std::string_view header, std::uint64_t size);

}  // namespace rec::web
