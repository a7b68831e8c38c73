// ISO 8601 instants as EXT-X-PROGRAM-DATE-TIME and EXT-X-DATERANGE write them.
#include <cctype>

#include "capture/playlist.hpp"

namespace rec::capture {
namespace {

/// Takes exactly `digits` digits off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int value = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    if (!std::isdigit(static_cast<unsigned char>(text[i]))) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take_char(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

Millis take_fraction(std::string_view& text) {
  if (!take_char(text, ".,")) return Millis{0};
  int value = 0;
  int digits = 0;
  while (!text.empty() && std::isdigit(static_cast<unsigned char>(text.front()))) {
    if (digits < 3) value = value * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  for (; digits < 3; ++digits) value *= 10;
  return Millis{value};
}

std::optional<std::chrono::minutes> take_offset(std::string_view& text) {
  if (text.empty() || take_char(text, "Zz")) return std::chrono::minutes{0};
  const bool west = text.front() == '-';
  if (!take_char(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  take_char(text, ":");
  const auto minutes = text.empty() ? std::optional<int>(0) : take_digits(text, 2);
  if (!hours || !minutes) return std::nullopt;
  const std::chrono::minutes total{*hours * 60 + *minutes};
  return west ? -total : total;
}

}  // namespace

std::optional<Instant> parse_date_time(std::string_view text) {
  text = trimmed(text);
  const auto year = take_digits(text, 4);
  take_char(text, "-");
  const auto month = take_digits(text, 2);
  take_char(text, "-");
  const auto day = take_digits(text, 2);
  if (!year || !month || !day || !take_char(text, "Tt ")) return std::nullopt;
  const auto hour = take_digits(text, 2);
  take_char(text, ":");
  const auto minute = take_digits(text, 2);
  take_char(text, ":");
  const auto second = take_digits(text, 2);
  if (!hour || !minute || !second) return std::nullopt;
  const auto fraction = take_fraction(text);
  const auto offset = take_offset(text);
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok() || !offset || *hour > 24 || *minute > 59 || *second > 60) return std::nullopt;
  const auto time =
      std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} + fraction;
  return Instant{std::chrono::sys_days{date}} + std::chrono::duration_cast<Millis>(time) - *offset;
}

}  // namespace rec::capture
