#include "runtime/http_answer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "runtime/http_request.hpp"

namespace rec {
namespace {

/// Takes a number off the front.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take_off(std::string_view& text, std::string_view what) {
  if (!text.starts_with(what)) return false;
  text.remove_prefix(what.size());
  return true;
}

}  // namespace

bool is_other_piece(const HttpRequest& request, std::string_view content_range) {
  if (!take_off(content_range, "bytes ")) return false;
  const auto first = take_number(content_range);
  if (!first || !take_off(content_range, "-")) return false;
  const auto last = take_number(content_range);
  if (!last || !take_off(content_range, "/")) return false;
  if (!request.range.empty()) {
    std::string_view range = request.range;
    const auto wanted = take_number(range);
    return wanted && *wanted != *first;
  }
  const auto total = take_number(content_range);  // or "*"
  return !has_header(request, "range") && (*first != 0 || (total && *last + 1 != *total));
}

bool is_unknown_encoding(std::string_view encodings) {
  constexpr std::array<std::string_view, 6> kKnown{"gzip", "x-gzip", "deflate", "br", "zstd", "identity"};
  while (!encodings.empty()) {
    const auto comma = std::min(encodings.size(), encodings.find(','));
    const auto one = lower_case(trimmed(encodings.substr(0, comma)));
    encodings.remove_prefix(std::min(encodings.size(), comma + 1));
    if (!one.empty() && std::ranges::find(kKnown, one) == kKnown.end()) return true;
  }
  return false;
}

}  // namespace rec
