#include "web/http_text.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace rec::web {
namespace {

constexpr std::size_t kMostPieces = 64;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

std::string lower_text(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Up to the next `mark`, which is taken away as well.
std::string_view next_piece(std::string_view& rest, char mark) {
  const std::size_t end = rest.find(mark);
  const std::string_view piece = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return piece;
}

bool parse_path(std::string_view rest, std::vector<std::string>& path) {
  while (!rest.empty()) {
    auto segment = percent_decoded(next_piece(rest, '/'), false);
    if (!segment || segment->empty() || *segment == "." || *segment == "..") return false;
    path.push_back(*std::move(segment));
    if (path.size() > kMostPieces) return false;
  }
  return true;
}

bool parse_query(std::string_view rest, std::map<std::string, std::string>& query) {
  while (!rest.empty()) {
    std::string_view piece = next_piece(rest, '&');
    if (piece.empty()) continue;
    const auto name = percent_decoded(next_piece(piece, '='), true);
    const auto value = percent_decoded(piece, true);
    if (!name || !value) return false;
    query[*name] = *value;
    if (query.size() > kMostPieces) return false;
  }
  return true;
}

std::optional<std::uint64_t> whole_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<std::string> percent_decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    out += c;
  }
  return out;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (kPlain.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return out;
}

std::optional<Target> parse_target(std::string_view text) {
  if (text.empty() || text.front() != '/') return std::nullopt;
  text.remove_prefix(1);
  Target target;
  const std::string_view path = next_piece(text, '?');
  if (!parse_path(path, target.path) || !parse_query(text, target.query)) return std::nullopt;
  return target;
}

std::string host_name(std::string_view authority) {
  authority = trimmed(authority);
  std::string_view host = authority;
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return {};
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    if (!authority.empty() && authority.front() != ':') return {};
    if (!is_ip_literal(std::string(host))) return {};
  } else {
    host = next_piece(authority, ':');
    if (host.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._") !=
        std::string_view::npos)
      return {};
    if (authority.find_first_not_of("0123456789") != std::string_view::npos) return {};
  }
  return lower_text(host);
}

bool is_ip_literal(const std::string& host) {
  if (host.find('\0') != std::string::npos) return false;
  std::array<unsigned char, 16> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

bool is_loopback(const std::string& ip) {
  std::array<unsigned char, 16> bytes{};
  if (::inet_pton(AF_INET, ip.c_str(), bytes.data()) == 1) return bytes[0] == 127;
  if (::inet_pton(AF_INET6, ip.c_str(), bytes.data()) != 1) return false;
  const bool zeros = std::all_of(bytes.begin(), bytes.begin() + 10, [](unsigned char b) { return b == 0; });
  if (!zeros) return false;
  if (bytes[10] == 0xff && bytes[11] == 0xff) return bytes[12] == 127;
  return bytes[10] == 0 && bytes[11] == 0 && bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0 &&
         bytes[15] == 1;
}

bool same_origin(std::string_view origin, std::string_view authority) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) {
      origin.remove_prefix(scheme.size());
      return !origin.empty() && lower_text(origin) == lower_text(trimmed(authority));
    }
  }
  return false;
}

std::string cookie_value(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    std::string_view pair = trimmed(next_piece(header, ';'));
    const std::string_view found = next_piece(pair, '=');
    if (found == name) return std::string(pair);
  }
  return {};
}

std::string bearer_token(std::string_view authorization) {
  std::string_view rest = trimmed(authorization);
  const std::string_view scheme = next_piece(rest, ' ');
  return lower_text(scheme) == "bearer" ? std::string(trimmed(rest)) : std::string();
}

RangeChoice choose_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return {};
  header.remove_prefix(kUnit.size());
  std::string_view rest = trimmed(header);
  const std::size_t dash = rest.find('-');
  if (dash == std::string_view::npos || rest.find(',') != std::string_view::npos) return {};
  const std::string_view from = rest.substr(0, dash), to = rest.substr(dash + 1);
  const auto first = whole_number(from), last = whole_number(to);
  if (from.empty()) {  // the last so many
    if (!last) return {};
    if (*last == 0 || size == 0) return {RangeKind::unsatisfiable, {}};
    return {RangeKind::part, {size - std::min(*last, size), size - 1}};
  }
  if (!first || (!to.empty() && !last) || (last && *last < *first)) return {};
  if (*first >= size) return {RangeKind::unsatisfiable, {}};
  return {RangeKind::part, {*first, std::min(last.value_or(size - 1), size - 1)}};
}

}  // namespace rec::web
