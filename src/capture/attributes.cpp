// Attribute lists, and the small readers of numbers that tags share.
#include "capture/attributes.hpp"

#include <charconv>
#include <cmath>

namespace rec::capture {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::optional<std::int64_t> leading_integer(std::string_view text) {
  text = trimmed(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return std::nullopt;
  return value;
}

std::optional<double> leading_decimal(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

AttributeList AttributeList::parse(std::string_view text) {
  AttributeList list;
  while (!text.empty() && list.values_.size() < kMostAttributes) {
    const auto stop = text.find_first_of("=,");
    if (stop == std::string_view::npos) break;
    const auto name = trimmed(text.substr(0, stop));
    const bool has_value = text[stop] == '=';
    text.remove_prefix(stop + 1);
    if (!has_value) continue;
    const auto start = text.find_first_not_of(" \t");
    text.remove_prefix(start == std::string_view::npos ? text.size() : start);
    std::string_view value;
    if (!text.empty() && text.front() == '"') {
      text.remove_prefix(1);
      const auto quote = text.find('"');
      value = text.substr(0, quote);
      text.remove_prefix(quote == std::string_view::npos ? text.size() : quote + 1);
      const auto comma = text.find(',');
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    } else {
      const auto comma = text.find(',');
      value = trimmed(text.substr(0, comma));
      text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    }
    if (!name.empty() && !list.find(name)) list.values_.emplace_back(name, value);
  }
  return list;
}

std::optional<std::string_view> AttributeList::find(std::string_view name) const {
  for (const auto& [key, value] : values_)
    if (key == name) return std::string_view(value);
  return std::nullopt;
}

std::optional<std::int64_t> AttributeList::integer(std::string_view name) const {
  const auto value = find(name);
  return value ? leading_integer(*value) : std::nullopt;
}

std::optional<double> AttributeList::decimal(std::string_view name) const {
  const auto value = find(name);
  return value ? leading_decimal(*value) : std::nullopt;
}

}  // namespace rec::capture
