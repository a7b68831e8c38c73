// Reading requests and URLs, with curl's own URL parser so that what is checked is what curl will do. Private
// to the HTTP client.
#pragma once
#include <curl/curl.h>

#include <string>
#include <string_view>

#include "runtime/http.hpp"

namespace rec {

class ParsedUrl {
 public:
  explicit ParsedUrl(const std::string& url);
  ~ParsedUrl() { curl_url_cleanup(handle_); }
  ParsedUrl(const ParsedUrl&) = delete;
  ParsedUrl& operator=(const ParsedUrl&) = delete;

  [[nodiscard]] bool ok() const { return ok_; }
  /// "" when it has none; the scheme's default port counts as one.
  [[nodiscard]] std::string part(CURLUPart which) const;
  /// As it goes to a name server: digits of other scripts are plain ones in it.
  [[nodiscard]] std::string ascii_host() const;

 private:
  CURLU* handle_;
  bool ok_ = false;
};

/// Scheme, host and port of the URL, in lower case; "" when it cannot be parsed.
std::string origin_of(const std::string& url);
/// What is wrong with the request before anything is sent: denied for a scheme, invalid for the rest.
Result<void> check_request(const HttpRequest& request);

/// The proxy's URL with a scheme by which the proxy looks names up: to curl "socks5" and "socks4" mean that
/// they are looked up here, by the name server that a proxy may be there to avoid.
std::string proxy_that_looks_up(std::string proxy);

bool has_header(const HttpRequest& request, const std::string& lower_name);

std::string lower_case(std::string text);
/// Without blanks and line ends around it.
std::string trimmed(std::string_view text);

}  // namespace rec
