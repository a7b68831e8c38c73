// The common spellings of an expiry.
#include "capture/url_expiry.hpp"

#include <algorithm>
#include <array>

#include <boost/json.hpp>

#include "capture/attributes.hpp"
#include "capture/uri.hpp"

namespace rec::capture {
namespace {

constexpr std::int64_t kFirst = 1'000'000'000;   ///< 2001
constexpr std::int64_t kLast = 100'000'000'000;  ///< beyond it, it is not in seconds

std::optional<Instant> instant_of(std::optional<std::int64_t> seconds) {
  if (!seconds || *seconds < kFirst || *seconds > kLast) return std::nullopt;
  return from_unix_ms(*seconds * 1'000);
}

bool is_delimiter(char c) { return c == '/' || c == '?' || c == '&' || c == '~' || c == '=' || c == ';'; }

}  // namespace

std::optional<Instant> expiry_of_url(std::string_view url) {
  constexpr std::array<std::string_view, 4> kNames{"expire", "expires", "Expires", "exp"};
  const auto pieces = split_uri(url);
  std::optional<Instant> earliest;
  const auto look_in = [&](std::string_view text, std::string_view separators) {
    for (const auto name : kNames) {
      for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const auto end = at + name.size();
        if ((at > 0 && !is_delimiter(text[at - 1])) || end >= text.size() ||
            separators.find(text[end]) == std::string_view::npos)
          continue;
        const auto found = instant_of(leading_integer(text.substr(end + 1)));
        if (found && (!earliest || *found < *earliest)) earliest = found;
      }
    }
  };
  look_in(pieces.path, "/=");
  look_in(pieces.query, "=");
  return earliest;
}

std::optional<Instant> expiry_of_token(std::string_view json) {
  boost::system::error_code error;
  const auto value = boost::json::parse(boost::json::string_view(json.data(), json.size()), error);
  const auto* object = error ? nullptr : value.if_object();
  const auto* expires = object == nullptr ? nullptr : object->if_contains("expires");
  if (expires == nullptr || !expires->is_int64()) return std::nullopt;
  return instant_of(expires->get_int64());
}

}  // namespace rec::capture
