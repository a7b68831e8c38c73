#include "runtime/http_request.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "runtime/private_hosts.hpp"

namespace rec {
namespace {

constexpr std::size_t kToldUrlLength = 80;

bool has_control_characters(const std::string& text) {
  return std::any_of(text.begin(), text.end(),
                     [](unsigned char c) { return (c < 0x20 && c != '\t') || c == 0x7F; });
}

}  // namespace

ParsedUrl::ParsedUrl(const std::string& url) : handle_(curl_url()) {
  ok_ = handle_ != nullptr &&
        curl_url_set(handle_, CURLUPART_URL, url.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
}

std::string ParsedUrl::part(CURLUPart which) const {
  char* text = nullptr;
  if (!ok_ || curl_url_get(handle_, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string ParsedUrl::ascii_host() const {
  char* text = nullptr;
  if (!ok_ || curl_url_get(handle_, CURLUPART_HOST, &text, CURLU_PUNYCODE) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

std::string origin_of(const std::string& url) {
  const ParsedUrl parsed(url);
  if (!parsed.ok()) return {};
  return lower_case(parsed.part(CURLUPART_SCHEME) + "://" + parsed.part(CURLUPART_HOST) + ":" +
                    parsed.part(CURLUPART_PORT));
}

std::string proxy_that_looks_up(std::string proxy) {
  const auto scheme = lower_case(proxy.substr(0, proxy.find("://")));
  if (scheme == "socks5") return "socks5h" + proxy.substr(scheme.size());
  if (scheme == "socks4") return "socks4a" + proxy.substr(scheme.size());
  return proxy;
}

bool has_header(const HttpRequest& request, const std::string& lower_name) {
  return std::any_of(request.headers.begin(), request.headers.end(), [&](const std::string& line) {
    return lower_case(line.substr(0, line.find(':'))) == lower_name;
  });
}

Result<void> check_request(const HttpRequest& request) {
  const ParsedUrl url(request.url);
  if (!url.ok() || has_control_characters(request.url)) {
    return fail(Errc::invalid, "not a URL: " + request.url.substr(0, kToldUrlLength));
  }
  const auto scheme = lower_case(url.part(CURLUPART_SCHEME));
  if (scheme != "http" && scheme != "https") {
    return fail(Errc::denied, scheme + "://: only http and https URLs may be fetched");
  }
  // Over a connection of our own the client asks what the name leads to.
  if (!request.allow_private_hosts && !request.proxy.empty() && is_private_host(url.ascii_host())) {
    return fail(Errc::denied, url.part(CURLUPART_HOST) + " is a private address, which is not allowed here");
  }
  const bool is_word = std::all_of(request.method.begin(), request.method.end(),
                                   [](unsigned char c) { return std::isalpha(c) != 0; });
  if (request.method.empty() || !is_word) return fail(Errc::invalid, "not an HTTP method: " + request.method);
  for (const auto& header : request.headers) {
    if (has_control_characters(header) || header.find(':') == std::string::npos) {
      return fail(Errc::invalid, "not an HTTP header: " + header.substr(0, header.find(':')));
    }
  }
  if (!request.cookies_file.empty() && ::access(request.cookies_file.c_str(), R_OK) != 0) {
    return fail(Errc::invalid,
                "cookies file " + request.cookies_file + " cannot be read; check path and rights");
  }
  return {};
}

}  // namespace rec
