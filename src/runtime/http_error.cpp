// What a status that is not 2xx means to the caller.
#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "runtime/http.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kLongestRetryAfter = std::chrono::hours(24);

Errc code_for_status(int status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::denied;
    case 404:
    case 410:
      return Errc::not_found;
    case 429:
      return Errc::rate_limited;
    default:
      return Errc::unavailable;
  }
}

/// Seconds, or an HTTP-date, which is held against the server's own clock where it tells it.
std::optional<Millis> retry_after(const HttpResponse& response) {
  const auto text = response.header("retry-after");
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    const std::time_t when = curl_getdate(text.c_str(), nullptr);
    if (when < 0) return std::nullopt;
    std::time_t now = curl_getdate(response.header("date").c_str(), nullptr);
    if (now < 0) now = std::time(nullptr);
    seconds = when - now;
  }
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongestRetryAfter.count()));
}

}  // namespace

Error http_error(const HttpResponse& response, std::string_view doing) {
  return Error{code_for_status(response.status), fmt::format("{}: HTTP {}", doing, response.status),
               retry_after(response)};
}

}  // namespace rec
