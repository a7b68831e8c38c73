// URIs as playlists use them: reference resolution (RFC 3986, 5.2) and the pieces of a URL. Pure.
// Own, because Boost.URL refuses what playlists contain (spaces, bars, braces in tokens).
#pragma once
#include <string>
#include <string_view>

namespace rec::capture {

/// Views into the text that was split; empty where a piece is missing.
struct UriPieces {
  std::string_view scheme;     ///< without ':'
  std::string_view authority;  ///< without "//"
  std::string_view path;
  std::string_view query;  ///< without '?'
  bool has_authority = false;
  bool has_query = false;
};
UriPieces split_uri(std::string_view uri);

/// Absolute URL of `reference` seen from `base`; the fragment is dropped.
std::string resolve_uri(std::string_view base, std::string_view reference);

/// http or https, in any case, with a host.
bool is_http_url(std::string_view uri);
/// Host in lower case, without user, port and brackets.
std::string host_of(std::string_view uri);
/// The raw value of a query parameter, "" when it is not there.
std::string_view query_value(std::string_view query, std::string_view name);
/// What may not stand in a path component or a query value becomes %XX.
std::string percent_encoded(std::string_view text);
/// Blanks and control characters become %XX: playlists have them in URLs, and no client sends them.
std::string sendable(std::string_view url);
/// %XX becomes the byte.
std::string percent_decoded(std::string_view text);

}  // namespace rec::capture
