// Seven columns: domain, with subdomains, path, over TLS only, expiry, name, value.
#include "page/cookies_txt.hpp"

#include <array>
#include <charconv>

#include "base/whole_file.hpp"

namespace rec::page {
namespace {

using CookieColumns = std::array<std::string_view, 7>;

bool cookie_columns(std::string_view line, CookieColumns& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto tab = i + 1 == columns.size() ? std::string_view::npos : line.find('\t');
    if (i + 1 < columns.size() && tab == std::string_view::npos) return false;
    columns[i] = line.substr(0, tab);
    line.remove_prefix(tab == std::string_view::npos ? line.size() : tab + 1);
  }
  return true;
}

bool cookie_is_for(std::string_view domain, bool with_subdomains, std::string_view host) {
  if (domain.starts_with('.')) domain.remove_prefix(1);
  if (domain == host) return true;
  return with_subdomains && host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

}  // namespace

std::string cookie_in(std::string_view text, std::string_view host, std::string_view name, Instant now) {
  constexpr std::string_view http_only = "#HttpOnly_";
  while (!text.empty()) {
    const auto end = std::min(text.size(), text.find('\n'));
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(text.size(), end + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(http_only))
      line.remove_prefix(http_only.size());
    else if (line.starts_with('#'))
      continue;
    CookieColumns columns;
    if (!cookie_columns(line, columns) || columns[5] != name) continue;
    if (!cookie_is_for(columns[0], columns[1] == "TRUE", host)) continue;
    std::int64_t expiry = 0;
    std::from_chars(columns[4].data(), columns[4].data() + columns[4].size(), expiry);
    if (expiry != 0 && expiry < unix_ms(now) / 1000) continue;
    return std::string(columns[6]);
  }
  return {};
}

std::string cookie_of_file(const std::string& path, std::string_view host, std::string_view name,
                           Instant now) {
  return cookie_in(whole_file(path).value_or(""), host, name, now);
}

}  // namespace rec::page
