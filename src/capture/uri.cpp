// RFC 3986 reference resolution, without judging characters.
#include "capture/uri.hpp"

#include <algorithm>
#include <cctype>

namespace rec::capture {
namespace {

bool is_scheme(std::string_view text) {
  if (text.empty() || !std::isalpha(static_cast<unsigned char>(text.front()))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) || c == '+' || c == '-' || c == '.'; });
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string without_dot_segments(std::string_view path) {
  if (path.find("/.") == std::string_view::npos) return std::string(path);
  std::string out;
  while (!path.empty()) {
    const auto next = path.find('/', 1);
    const auto segment = path.substr(0, next);
    const bool last = next == std::string_view::npos;
    path.remove_prefix(last ? path.size() : next);
    if (segment == "/.") {
      if (last) out += '/';
    } else if (segment == "/..") {
      const auto cut = out.rfind('/');
      out.resize(cut == std::string::npos ? 0 : cut);
      if (last) out += '/';
    } else {
      out += segment;
    }
  }
  return out;
}

std::string joined_uri(std::string_view scheme, std::string_view authority, std::string_view path,
                       const UriPieces& tail) {
  std::string out;
  out.reserve(scheme.size() + authority.size() + path.size() + tail.query.size() + 4);
  out.append(scheme).append("://").append(authority);
  if (!path.empty() && path.front() != '/') out += '/';
  out += without_dot_segments(path);
  if (tail.has_query) out.append("?").append(tail.query);
  return out;
}

template <class May>
std::string with_encoded(std::string_view text, May may_stand) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (may_stand(byte)) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

UriPieces split_uri(std::string_view uri) {
  UriPieces out;
  uri = uri.substr(0, uri.find('#'));
  const auto colon = uri.find_first_of(":/?");
  if (colon != std::string_view::npos && uri[colon] == ':' && is_scheme(uri.substr(0, colon))) {
    out.scheme = uri.substr(0, colon);
    uri.remove_prefix(colon + 1);
  }
  if (uri.starts_with("//")) {
    uri.remove_prefix(2);
    const auto end = uri.find_first_of("/?");
    out.authority = uri.substr(0, end);
    out.has_authority = true;
    uri.remove_prefix(end == std::string_view::npos ? uri.size() : end);
  }
  const auto mark = uri.find('?');
  out.path = uri.substr(0, mark);
  if (mark != std::string_view::npos) {
    out.query = uri.substr(mark + 1);
    out.has_query = true;
  }
  return out;
}

std::string resolve_uri(std::string_view base, std::string_view reference) {
  const auto ref = split_uri(reference);
  if (!ref.scheme.empty()) return std::string(reference.substr(0, reference.find('#')));
  const auto from = split_uri(base);
  if (ref.has_authority) return joined_uri(from.scheme, ref.authority, ref.path, ref);
  if (ref.path.empty()) return joined_uri(from.scheme, from.authority, from.path, ref.has_query ? ref : from);
  if (ref.path.front() == '/') return joined_uri(from.scheme, from.authority, ref.path, ref);
  std::string path(from.path.substr(0, from.path.rfind('/') + 1));
  if (path.empty()) path = "/";
  path += ref.path;
  return joined_uri(from.scheme, from.authority, path, ref);
}

bool is_http_url(std::string_view uri) {
  const auto pieces = split_uri(uri);
  const auto scheme = lower_ascii(pieces.scheme);
  return (scheme == "http" || scheme == "https") && !pieces.authority.empty();
}

std::string host_of(std::string_view uri) {
  auto host = split_uri(uri).authority;
  if (const auto at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.starts_with('[')) return lower_ascii(host.substr(1, host.find(']') - 1));
  return lower_ascii(host.substr(0, host.find(':')));
}

std::string_view query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
  }
  return {};
}

std::string percent_encoded(std::string_view text) {
  return with_encoded(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '.' || c == '_' || c == '~';
  });
}

std::string sendable(std::string_view url) {
  return with_encoded(url, [](unsigned char c) { return c > ' ' && c != 0x7F; });
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace rec::capture
