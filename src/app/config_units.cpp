// Numbers, durations and sizes as people write them.
#include "app/config_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <numeric>
#include <utility>

namespace rec::units {
namespace {

constexpr double kMaxDurationMs = 100.0 * 365 * 24 * 3600 * 1000;
constexpr double kMaxSizeBytes = 1e18;

using UnitTable = std::vector<std::pair<std::string_view, double>>;

const UnitTable& duration_units() {
  static const UnitTable kUnits = {{"ms", 1.0},   {"s", 1e3},    {"sec", 1e3},       {"m", 60e3},
                                   {"min", 60e3}, {"h", 3600e3}, {"d", 24 * 3600e3}, {"w", 7 * 24 * 3600e3}};
  return kUnits;
}

const UnitTable& size_units() {
  static const UnitTable kUnits = {{"b", 1.0},
                                   {"kb", 1e3},
                                   {"mb", 1e6},
                                   {"gb", 1e9},
                                   {"tb", 1e12},
                                   {"k", 1e3},
                                   {"m", 1e6},
                                   {"g", 1e9},
                                   {"t", 1e12},
                                   {"kib", 1024.0},
                                   {"mib", 1048576.0},
                                   {"gib", 1073741824.0},
                                   {"tib", 1099511627776.0}};
  return kUnits;
}

// Takes "12.5" off the front.
std::optional<double> take_number(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789.,"), text.size());
  const auto value = parse_number(text.substr(0, end));
  if (value) text = trim(text.substr(end));
  return value;
}

std::optional<double> take_unit(std::string_view& text, const UnitTable& table) {
  std::size_t end = 0;
  while (end < text.size() && std::isalpha(static_cast<unsigned char>(text[end])) != 0) ++end;
  const std::string word = lower(text.substr(0, end));
  const auto found = std::ranges::find(table, std::string_view(word), &UnitTable::value_type::first);
  if (found == table.end()) return std::nullopt;
  text = trim(text.substr(end));
  return found->second;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

std::optional<bool> parse_bool(std::string_view text) {
  const std::string word = lower(trim(text));
  for (const std::string_view yes : {"true", "1", "yes", "y", "on"}) {
    if (word == yes) return true;
  }
  for (const std::string_view no : {"false", "0", "no", "n", "off"}) {
    if (word == no) return false;
  }
  return std::nullopt;
}

std::optional<double> parse_number(std::string_view text) {
  std::string plain(trim(text));
  if (std::ranges::count(plain, ',') + std::ranges::count(plain, '.') > 1) return std::nullopt;
  std::ranges::replace(plain, ',', '.');
  const char* begin = plain.data() + (plain.starts_with('+') ? 1 : 0);
  const char* end = plain.data() + plain.size();
  double value = 0;
  const auto [stop, error] = std::from_chars(begin, end, value);
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const std::string_view plain = trim(text);
  const char* begin = plain.data() + (plain.starts_with('+') ? 1 : 0);
  const char* end = plain.data() + plain.size();
  std::int64_t whole = 0;
  const auto [stop, error] = std::from_chars(begin, end, whole);
  if (error == std::errc() && stop == end && begin != end) return whole;
  constexpr double kExact = 9007199254740992.0;  // 2^53: beyond it a double skips whole numbers
  const auto value = parse_number(plain);
  if (!value || *value != std::trunc(*value) || std::abs(*value) > kExact) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<Millis> parse_duration(std::string_view text, Millis bare, std::string& why) {
  std::string_view rest = trim(text);
  double ms = 0;
  if (const auto number = parse_number(rest)) {
    ms = *number * static_cast<double>(bare.count());
  } else {
    if (rest.empty()) return std::nullopt;
    while (!rest.empty()) {
      const auto amount = take_number(rest);
      if (!amount) return std::nullopt;
      const auto unit = take_unit(rest, duration_units());
      if (!unit) return std::nullopt;
      ms += *amount * *unit;
    }
  }
  if (ms < 0)
    why = "a duration cannot be negative";
  else if (ms > kMaxDurationMs)
    why = "more than 100 years";
  else
    return Millis(std::llround(ms));
  return std::nullopt;
}

std::string format_duration(Millis value) {
  std::int64_t rest = value.count();
  if (rest == 0) return "0s";
  std::string text;
  constexpr std::pair<std::int64_t, std::string_view> kUnits[] = {
      {3'600'000, "h"}, {60'000, "m"}, {1000, "s"}, {1, "ms"}};
  if (rest < 120'000 && rest % 1000 == 0) return fmt::format("{}s", rest / 1000);
  for (const auto& [size, name] : kUnits) {
    if (rest >= size) text += fmt::format("{}{}", rest / size, name);
    rest %= size;
  }
  return text;
}

std::optional<std::uint64_t> parse_size(std::string_view text, std::uint64_t bare, std::string& why) {
  std::string_view rest = trim(text);
  double bytes = 0;
  if (const auto number = parse_number(rest)) {
    if (bare == 0 && *number != 0) {
      why = fmt::format("a size needs its unit: write {}GB or {}MB", rest, rest);
      return std::nullopt;
    }
    bytes = *number * static_cast<double>(bare);
  } else {
    const auto amount = take_number(rest);
    const auto unit = amount ? take_unit(rest, size_units()) : std::nullopt;
    if (!unit || !rest.empty()) return std::nullopt;
    bytes = *amount * *unit;
  }
  if (bytes < 0)
    why = "a size cannot be negative";
  else if (bytes > kMaxSizeBytes)
    why = "more than 10^18 bytes";
  else
    return static_cast<std::uint64_t>(std::llround(bytes));
  return std::nullopt;
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::pair<std::uint64_t, std::string_view> kUnits[] = {
      {1'000'000'000'000ULL, "TB"}, {1ULL << 40U, "TiB"}, {1'000'000'000ULL, "GB"}, {1ULL << 30U, "GiB"},
      {1'000'000ULL, "MB"},         {1ULL << 20U, "MiB"}, {1'000ULL, "kB"},         {1ULL << 10U, "KiB"}};
  if (bytes == 0) return "0";
  for (const auto& [size, name] : kUnits) {
    if (bytes % size == 0) return fmt::format("{}{}", bytes / size, name);
  }
  for (const std::size_t binary : {3U, 5U}) {  // 1.8GiB is no whole number of anything
    const auto& [size, name] = kUnits[binary];
    std::string why;
    std::string text = fmt::format("{:.3g}{}", static_cast<double>(bytes) / static_cast<double>(size), name);
    if (bytes >= size && parse_size(text, 0, why) == bytes) return text;
  }
  return fmt::format("{}B", bytes);
}

std::string format_number(double value) { return fmt::format("{}", value); }

std::string nearest(std::string_view word, const std::vector<std::string>& candidates) {
  std::size_t best = std::max<std::size_t>(2, word.size() / 3) + 1;
  std::string found;
  if (word.size() > 64) return found;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(lower(word), lower(candidate));
    if (distance < best && distance < candidate.size()) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

}  // namespace rec::units
