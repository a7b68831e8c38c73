#include "words/russian.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <tuple>
#include <utility>

#include "words/phrases.hpp"

namespace rec {
namespace {

constexpr std::string_view kContext = ": ";
constexpr std::size_t kLongestBeginning = 6;  // contexts that may be one sentence
constexpr int kDeepest = 12;                  // contexts within contexts; behind that nobody reads on

enum class Hole { raw, number, nested };

/// A phrase, taken apart once.
struct Pattern {
  std::vector<std::string_view> literals{};  ///< one more than there are holes; the outer ones may be empty
  std::vector<Hole> kinds{};
  std::string_view russian{};
  std::size_t weight = 0;  ///< how much of it is literal

  explicit Pattern(const phrases::Phrase& phrase) : russian(phrase.russian) {
    static constexpr std::pair<std::string_view, Hole> kHoles[] = {
        {"{}", Hole::raw}, {"{#}", Hole::number}, {"{*}", Hole::nested}};
    std::string_view rest = phrase.english;
    for (;;) {
      std::size_t at = std::string_view::npos;
      std::pair<std::string_view, Hole> next;
      for (const auto& hole : kHoles) {
        if (const std::size_t found = rest.find(hole.first); found < at) {
          at = found;
          next = hole;
        }
      }
      literals.push_back(rest.substr(0, at));
      weight += literals.back().size();
      if (at == std::string_view::npos) return;
      kinds.push_back(next.second);
      rest.remove_prefix(at + next.first.size());
    }
  }

  static bool fits(Hole kind, std::string_view text) {
    if (kind == Hole::number) return text.find_first_not_of("0123456789.") == std::string_view::npos;
    return kind == Hole::nested || (text.find(kContext) == std::string_view::npos && !text.ends_with(':'));
  }

  /// What stands in the holes; nothing: it is another sentence.
  [[nodiscard]] std::optional<std::vector<std::string_view>> holes_in(std::string_view text) const {
    if (!text.starts_with(literals.front())) return std::nullopt;
    text.remove_prefix(literals.front().size());
    std::vector<std::string_view> holes;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const std::string_view behind = literals[i + 1];
      const bool last = i + 1 == kinds.size();
      if (last && !text.ends_with(behind)) return std::nullopt;
      const std::size_t end = last ? text.size() - behind.size() : text.find(behind, 1);
      if (end == 0 || end == std::string_view::npos) return std::nullopt;
      const std::string_view hole = text.substr(0, end);
      if (!fits(kinds[i], hole)) return std::nullopt;
      holes.push_back(hole);
      text.remove_prefix(end + behind.size());
    }
    if (!text.empty()) return std::nullopt;
    return holes;
  }
};

bool more_definite(const Pattern& one, const Pattern& other) {
  return std::tuple(other.weight, one.kinds.size(), one.russian) <
         std::tuple(one.weight, other.kinds.size(), other.russian);
}

/// By what they begin with, the most definite first; under 0 those that begin with a hole.
using Patterns = std::map<char, std::vector<Pattern>>;

const Patterns& all_patterns() {
  static const Patterns kPatterns = [] {
    Patterns made;
    for (const auto& table :
         {phrases::system_phrases(), phrases::platform_phrases(), phrases::capture_phrases(),
          phrases::media_phrases(), phrases::telegram_phrases(), phrases::incident_phrases(),
          phrases::doctor_phrases(), phrases::config_phrases(), phrases::answer_phrases()}) {
      for (const phrases::Phrase& phrase : table) {
        Pattern pattern(phrase);
        const std::string_view first = pattern.literals.front();
        made[first.empty() ? '\0' : first.front()].push_back(std::move(pattern));
      }
    }
    for (auto& [first, list] : made) std::ranges::sort(list, more_definite);
    return made;
  }();
  return kPatterns;
}

struct Match {
  const Pattern* pattern = nullptr;
  std::vector<std::string_view> holes{};
};

Match best_match(std::string_view text) {
  Match best;
  for (const char first : {text.empty() ? '\0' : text.front(), '\0'}) {
    const auto found = all_patterns().find(first);
    if (found == all_patterns().end()) continue;
    for (const Pattern& pattern : found->second) {
      if (best.pattern != nullptr && pattern.weight <= best.pattern->weight) break;
      if (auto holes = pattern.holes_in(text)) {
        best = {&pattern, std::move(*holes)};
        break;
      }
    }
  }
  return best;
}

class Translator {
 public:
  std::string whole(std::string_view text, int depth = 0) {
    if (depth > kDeepest) return left(text);
    if (const Match match = best_match(text); match.pattern != nullptr) return filled(match, depth);
    if (text.find('\n') != std::string_view::npos) return pieces(text, "\n", depth);
    return contexts(text, depth);
  }

  std::vector<std::string> stayed{};

 private:
  /// "context: text": the longest beginning that is a sentence of ours, else the first one as it is.
  std::string contexts(std::string_view text, int depth) {
    const std::size_t first = text.find(kContext);
    if (first == std::string_view::npos) return lists(text, depth);
    std::vector<std::size_t> ends;
    for (std::size_t at = first; at != std::string_view::npos && ends.size() < kLongestBeginning;
         at = text.find(kContext, at + 1))
      ends.push_back(at);
    for (auto at = ends.rbegin(); at + 1 != ends.rend(); ++at) {
      const Match match = best_match(text.substr(0, *at));
      if (match.pattern != nullptr)
        return filled(match, depth) + ": " + whole(text.substr(*at + kContext.size()), depth + 1);
    }
    return lists(text.substr(0, first), depth) + ": " +
           whole(text.substr(first + kContext.size()), depth + 1);
  }

  std::string lists(std::string_view text, int depth) {
    if (const Match match = best_match(text); match.pattern != nullptr) return filled(match, depth);
    for (const std::string_view between : {"; ", ", "}) {
      if (text.find(between) != std::string_view::npos) return pieces(text, between, depth);
    }
    return left(text);
  }

  std::string pieces(std::string_view text, std::string_view between, int depth) {
    std::string all;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t to = std::min(text.find(between, from), text.size());
      if (from > 0) all += between;
      all += whole(text.substr(from, to - from), depth + 1);
      from = to + between.size();
    }
    return all;
  }

  std::string left(std::string_view text) {
    stayed.emplace_back(text);
    return std::string(text);
  }

  std::string filled(const Match& match, int depth) {
    std::vector<std::string> values;
    for (std::size_t i = 0; i < match.holes.size(); ++i) {
      const Hole kind = match.pattern->kinds[i];
      values.push_back(kind == Hole::nested ? whole(match.holes[i], depth + 1) : std::string(match.holes[i]));
      if (kind == Hole::number) std::ranges::replace(values.back(), '.', ',');
    }
    std::string text;
    std::string_view rest = match.pattern->russian;
    for (std::size_t next = 0;;) {
      const std::size_t at = rest.find('{');
      text += rest.substr(0, at);
      if (at == std::string_view::npos) return text;
      rest.remove_prefix(at);
      const std::size_t end = rest.find('}');
      const auto value =
          end == std::string_view::npos ? std::nullopt : value_of(rest.substr(1, end - 1), values, next);
      text += value ? *value : std::string(1, '{');
      rest.remove_prefix(value ? end + 1 : 1);
    }
  }

  /// Of {}, {*}, {0} or {0|forms}; nothing: the brace is only a brace.
  static std::optional<std::string> value_of(std::string_view inside, const std::vector<std::string>& values,
                                             std::size_t& next) {
    std::size_t number = next;
    const std::size_t bar = inside.find('|');
    const std::string_view name = inside.substr(0, bar);
    if (name.empty() || name == "*" || name == "#") {
      ++next;
    } else if (const auto read = std::from_chars(name.data(), name.data() + name.size(), number);
               read.ec != std::errc() || read.ptr != name.data() + name.size()) {
      return std::nullopt;
    }
    if (number >= values.size()) return std::nullopt;
    if (bar == std::string_view::npos) return values[number];
    std::uint64_t count = 0;
    std::from_chars(values[number].data(), values[number].data() + values[number].size(), count);
    return std::string(russian_plural(count, inside.substr(bar + 1)));
  }
};

}  // namespace

std::string_view russian_plural(std::uint64_t count, std::string_view forms) {
  const std::uint64_t tens = count / 10 % 10;
  const std::uint64_t ones = count % 10;
  const int form = tens == 1 || ones == 0 || ones > 4 ? 2 : ones == 1 ? 0 : 1;
  for (int i = 0; i < form && forms.find('|') != std::string_view::npos; ++i)
    forms.remove_prefix(forms.find('|') + 1);
  return forms.substr(0, forms.find('|'));
}

std::string in_russian(std::string_view english) { return Translator().whole(english); }

std::vector<std::string> left_in_english(std::string_view english) {
  Translator translator;
  translator.whole(english);
  return std::move(translator.stayed);
}

}  // namespace rec
