// Texts, parts: which, how many, and why one of them is missing. The error of one names files and programs of
// this machine, and is for who runs it; a post that everybody reads says what kind of error it is.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "app/texts.hpp"
#include "words/russian.hpp"

namespace rec {
namespace {

struct PublicCause {
  std::string_view english, russian;
  std::vector<std::string_view> errors{};  ///< what stands in those that are of this kind
};

const PublicCause kRefused{"Telegram does not take the file", "Telegram не принимает файл"};
const PublicCause kDamaged{"what was recorded is damaged", "записанное повреждено"};

/// The first that fits counts.
const std::vector<PublicCause>& public_causes() {
  static const std::vector<PublicCause> kCauses{
      {"the file is gone",
       "файл пропал",
       {"not there any more", "are not in ", "the disk lost", "outside the segment log", " is gone",
        "shorter than the segments", "the Python program gave it up"}},
      {"it would be larger than a file may be",
       "файл вышел бы больше, чем можно",
       {"larger than a file may be", "more than the limit", "more than a part of", " at most",
        "raise the limit"}},
      {"nothing in it can be played",
       "в записанном нечего воспроизвести",
       {"nothing playable", "neither picture nor sound", "no picture", "no sound in it", "no keyframe",
        "not media", "opened as media", "is a recording", "can be decoded", "no runs to make it of"}},
  };
  return kCauses;
}

// One that was made has a file.
const PublicCause& cause_of(const session::Part& part) {
  if (!part.file.path.empty()) return kRefused;
  for (const PublicCause& cause : public_causes()) {
    if (std::ranges::any_of(cause.errors, [&](std::string_view error) {
          return part.error.find(error) != std::string::npos;
        }))
      return cause;
  }
  return kDamaged;
}

std::string missing_line(const std::vector<int>& numbers, const PublicCause& cause, Language language) {
  const bool one = numbers.size() == 1;
  const std::string which = numbers_text(numbers);
  if (language == Language::ru)
    return fmt::format("❌ {} {} нет: {}", one ? "Части" : "Частей", which, cause.russian);
  return fmt::format("❌ {} {} missing: {}", one ? "Part" : "Parts", which + (one ? " is" : " are"),
                     cause.english);
}

}  // namespace

std::string numbers_text(const std::vector<int>& numbers) {
  constexpr std::size_t kMostRuns = 20;
  std::string text;
  std::size_t runs = 0;
  for (std::size_t first = 0; first < numbers.size();) {
    std::size_t last = first;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (++runs > kMostRuns) return text + ", …";
    text += (text.empty() ? "" : ", ") + std::to_string(numbers[first]);
    if (last > first) text += fmt::format("–{}", numbers[last]);
    first = last + 1;
  }
  return text;
}

std::string parts_text(std::size_t count, Language language) {
  if (language == Language::en) return fmt::format("{} {}", count, count == 1 ? "part" : "parts");
  return fmt::format("{} {}", count, russian_plural(count, "часть|части|частей"));
}

std::string posted_parts_text(std::size_t posted, std::size_t count, Language language) {
  if (posted == count) return parts_text(count, language);
  if (language == Language::en) return fmt::format("{} of {}", posted, parts_text(count, language));
  return fmt::format("{} из {} {}", posted, count, russian_plural(count, "части|частей|частей"));
}

std::string missing_parts_text(const session::Session& session, Language language) {
  std::vector<std::pair<const PublicCause*, std::vector<int>>> by_cause;
  for (const session::Part& part : session.parts) {
    if (part.state != session::PartState::failed) continue;
    const PublicCause* cause = &cause_of(part);
    auto known = std::ranges::find(by_cause, cause, &decltype(by_cause)::value_type::first);
    if (known == by_cause.end()) known = by_cause.insert(known, {cause, {}});
    known->second.push_back(part.number);
  }
  std::string lines;
  for (const auto& [cause, numbers] : by_cause)
    lines += (lines.empty() ? "" : "\n") + missing_line(numbers, *cause, language);
  return lines;
}

}  // namespace rec
