#include "watch/twitch_names.hpp"

#include <algorithm>

namespace rec {

bool valid_login(std::string_view login) {
  constexpr std::size_t kLongest = 25;
  return !login.empty() && login.size() <= kLongest && std::ranges::all_of(login, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool valid_user_id(std::string_view id) {
  constexpr std::size_t kLongest = 20;
  return !id.empty() && id.size() <= kLongest &&
         std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
}

std::string lower_login(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string spelled_as(const std::string& given, const std::string& said) {
  return lower_login(given) == lower_login(said) ? given : said;
}

std::string clipped(std::string_view text) {
  std::size_t end = std::min<std::size_t>(text.size(), 1024);
  const auto amid = [&] { return (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U; };
  while (end > 0 && end < text.size() && amid()) --end;
  return std::string(text.substr(0, end));
}

}  // namespace rec
