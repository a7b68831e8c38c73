#include "core/channel_hours.hpp"

#include <array>
#include <cctype>
#include <optional>

namespace rec {
namespace {

constexpr int kDay = 24 * 60;
constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday",  "wednesday", "thursday",
                                                   "friday", "saturday", "sunday"};

std::string_view without_spaces(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cuts off what stands before the separator, or all of it.
std::string_view cut_at(std::string_view& rest, char separator) {
  const auto at = rest.find(separator);
  const std::string_view head = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
  return without_spaces(head);
}

/// "fri" or "Friday", and all between.
std::optional<unsigned> day_of(std::string_view text) {
  std::string low;
  for (const char c : text) low += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (low.size() < 3) return std::nullopt;
  for (unsigned day = 0; day < kDays.size(); ++day) {
    if (kDays.at(day).starts_with(low)) return day;
  }
  return std::nullopt;
}

/// "Mon-Fri,Sun" as bits.
std::optional<unsigned> days_of(std::string_view text) {
  unsigned days = 0;
  do {
    std::string_view range = cut_at(text, ',');
    const bool spans = range.find('-') != std::string_view::npos;
    const auto first = day_of(cut_at(range, '-'));
    const auto last = spans ? day_of(without_spaces(range)) : first;
    if (!first || !last) return std::nullopt;
    for (unsigned day = *first;; day = (day + 1) % 7) {
      days |= 1U << day;
      if (day == *last) break;
    }
  } while (!text.empty());
  return days;
}

std::optional<int> number_of(std::string_view text) {
  if (text.empty() || text.size() > 2) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// "7:05" or "24:00" in minutes.
std::optional<int> minutes_of(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.size() - colon != 3) return std::nullopt;
  const auto hour = number_of(text.substr(0, colon));
  const auto minute = number_of(text.substr(colon + 1));
  if (!hour || !minute || *minute > 59 || *hour * 60 + *minute > kDay) return std::nullopt;
  return *hour * 60 + *minute;
}

Error no_window(std::string_view text) {
  return {Errc::invalid,
          "\"" + std::string(text.substr(0, 60)) +
              "\" is no window; write 18:00-02:00, Fri,Sat 18:00-04:00 or Sat,Sun, with ; between windows",
          {}};
}

}  // namespace

Result<ChannelHours::Window> ChannelHours::window_of(std::string_view text) {
  Window window;
  // Hours are what begins with a digit; days stand before them.
  const auto digit = text.find_first_of("0123456789");
  const std::string_view days = without_spaces(text.substr(0, digit));
  if (!days.empty()) {
    const auto set = days_of(days);
    if (!set) return fail(no_window(text));
    window.days = *set;
  }
  if (digit == std::string_view::npos) return window;
  std::string_view rest = text.substr(digit);
  const auto from = minutes_of(cut_at(rest, '-'));
  const auto to = minutes_of(without_spaces(rest));
  if (!from || !to || *from == kDay) return fail(no_window(text));
  window.from = *from;
  window.length = *to > *from ? *to - *from : *to + kDay - *from;
  return window;
}

Result<ChannelHours> ChannelHours::parse(std::string_view text) {
  ChannelHours hours;
  while (!text.empty()) {
    const std::string_view one = cut_at(text, ';');
    if (one.empty()) continue;
    REC_TRY(const Window window, window_of(one));
    hours.windows_.push_back(window);
    hours.text_ += (hours.text_.empty() ? "" : "; ") + std::string(one);
  }
  return hours;
}

bool ChannelHours::contains(WallTime time) const {
  if (always()) return true;
  for (const Window& window : windows_) {
    const int yesterday = (time.weekday + 6) % 7;
    const bool today = ((window.days >> static_cast<unsigned>(time.weekday)) & 1U) != 0;
    const bool before = ((window.days >> static_cast<unsigned>(yesterday)) & 1U) != 0;
    if (today && time.minute >= window.from && time.minute < window.from + window.length) return true;
    if (before && time.minute + kDay < window.from + window.length) return true;
  }
  return false;
}

}  // namespace rec
