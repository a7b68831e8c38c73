// Texts, what is missing: how much of it, and why.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "app/names.hpp"
#include "app/texts.hpp"
#include "core/gaps.hpp"

namespace rec {
namespace {

struct GapWords {
  const char *second, *minute, *hour, *unknown;
  const char *window_slid, *fetch_failed, *upstream, *ad, *offline, *disk, *sound;
};

constexpr GapWords kEnglishGaps{.second = "s",
                                .minute = "min",
                                .hour = "h",
                                .unknown = "length unknown",
                                .window_slid = "too late",
                                .fetch_failed = "not delivered",
                                .upstream = "not at the source",
                                .ad = "ads",
                                .offline = "drop",
                                .disk = "disk full",
                                .sound = "no sound"};
constexpr GapWords kRussianGaps{.second = "с",
                                .minute = "мин",
                                .hour = "ч",
                                .unknown = "неизвестно сколько",
                                .window_slid = "не успели",
                                .fetch_failed = "не отдано",
                                .upstream = "нет у источника",
                                .ad = "реклама",
                                .offline = "обрыв",
                                .disk = "нет места",
                                .sound = "нет звука"};

const GapWords& gap_words(Language language) {
  return language == Language::ru ? kRussianGaps : kEnglishGaps;
}

const char* cause_word(GapCause cause, const GapWords& w) {
  switch (cause) {
    case GapCause::window_slid:
      return w.window_slid;
    case GapCause::fetch_failed:
      return w.fetch_failed;
    case GapCause::upstream:
      return w.upstream;
    case GapCause::ad:
      return w.ad;
    case GapCause::offline:
      return w.offline;
    case GapCause::disk:
      return w.disk;
    case GapCause::sound:
      return w.sound;
  }
  return "";
}

/// "12.5 s", "3 min 20 s", "1 h 5 min"
std::string length_text(Micros duration, Language language) {
  const GapWords& w = gap_words(language);
  const auto tenths = std::chrono::duration_cast<Millis>(duration).count() / 100;
  const auto two = [](std::int64_t large, const char* unit, std::int64_t small, const char* smaller) {
    return fmt::format("{} {}", large, unit) + (small == 0 ? "" : fmt::format(" {} {}", small, smaller));
  };
  if (tenths < 600 && tenths % 10 == 0) return fmt::format("{} {}", tenths / 10, w.second);
  if (tenths < 600) return decimal(static_cast<double>(tenths) / 10, language) + " " + w.second;
  const auto seconds = tenths / 10;
  if (seconds < 3600) return two(seconds / 60, w.minute, seconds % 60, w.second);
  return two(seconds / 3600, w.hour, seconds / 60 % 60, w.minute);
}

}  // namespace

std::string gap_seconds(const std::vector<Gap>& gaps, Language language) {
  return length_text(missing_in_all(gaps), language);
}

std::string gap_text(const std::vector<Gap>& gaps, Language language) {
  const GapWords& w = gap_words(language);
  std::vector<std::pair<Micros, GapCause>> causes;
  for (const auto& [cause, missing] : missing_by_cause(gaps)) causes.emplace_back(missing, cause);
  std::ranges::sort(causes, std::greater<>());
  std::string why;
  for (const auto& [missing, cause] : causes) {
    why += fmt::format("{}{}", why.empty() ? "" : ", ", cause_word(cause, w));
    if (causes.size() > 1 && missing > Micros(0)) why += " " + length_text(missing, language);
  }
  if (why.empty()) return gap_seconds(gaps, language);
  const bool known = missing_in_all(gaps) > Micros(0);
  return fmt::format("{} ({})", known ? gap_seconds(gaps, language) : w.unknown, why);
}

// With several reasons the line is full already.
std::string newest_gap_text(const std::vector<Gap>& gaps, Language language) {
  std::string text = gap_text(gaps, language);
  const auto newest = std::ranges::max_element(gaps, {}, &Gap::noticed_at);
  if (newest == gaps.end() || newest->noticed_at == Instant{} || missing_by_cause(gaps).size() != 1)
    return text;
  text.insert(text.size() - 1, ", " + local_time(newest->noticed_at, "%H:%M"));
  return text;
}

}  // namespace rec
