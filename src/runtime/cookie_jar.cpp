// Cookies by their lines.
#include "runtime/cookie_jar.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <ctime>
#include <string_view>

namespace rec {
namespace {

constexpr std::size_t kFields = 7;

/// Domain, subdomains too, path, secure, expiry, name, value; false for what is no cookie.
bool split_cookie(std::string_view line, std::array<std::string_view, kFields>& fields) {
  for (std::size_t i = 0; i + 1 < kFields; ++i) {
    const auto tab = line.find('\t');
    if (tab == std::string_view::npos) return false;
    fields[i] = line.substr(0, tab);
    line.remove_prefix(tab + 1);
  }
  fields.back() = line;
  return true;
}

/// Domain, path and name: two cookies that agree in them are one. "" for what is no cookie.
std::string cookie_key(std::string_view line) {
  std::array<std::string_view, kFields> fields;
  if (!split_cookie(line, fields)) return {};
  return std::string(fields[0]) + '\t' + std::string(fields[2]) + '\t' + std::string(fields[5]);
}

bool is_over(std::string_view line) {
  std::array<std::string_view, kFields> fields;
  std::int64_t expires = 0;  // of a session's cookie
  if (!split_cookie(line, fields)) return true;
  std::from_chars(fields[4].data(), fields[4].data() + fields[4].size(), expires);
  return expires != 0 && expires <= std::time(nullptr);
}

}  // namespace

std::vector<std::string> CookieJar::lines() const {
  const std::scoped_lock lock(mutex_);
  std::vector<std::string> out;
  out.reserve(lines_.size());
  for (const auto& [key, line] : lines_) out.push_back(line);
  return out;
}

void CookieJar::merge(const std::vector<std::string>& before, const std::vector<std::string>& after) {
  if (before.empty() && after.empty()) return;
  std::map<std::string, std::string_view> known;
  for (const auto& line : before) known.emplace(cookie_key(line), line);
  const std::scoped_lock lock(mutex_);
  for (const auto& line : after) {
    if (is_over(line)) continue;
    auto key = cookie_key(line);
    const auto old = known.find(key);
    const bool changed = old == known.end() || old->second != line;
    if (old != known.end()) known.erase(old);
    if (!changed || key.empty() || (lines_.size() >= kMostCookies && !lines_.contains(key))) continue;
    lines_.insert_or_assign(std::move(key), line);
  }
  for (const auto& [key, line] : known) lines_.erase(key);
}

}  // namespace rec
