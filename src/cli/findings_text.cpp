#include "cli/findings_text.hpp"

#include <fmt/format.h>

#include "words/russian.hpp"

namespace rec::cli {

std::string findings_text(const Findings& findings, Language language) {
  const auto told = [language](const std::string& said) {
    return language == Language::ru ? in_russian(said) : said;
  };
  std::string text;
  for (const Finding& finding : findings) {
    const char* mark = finding.level == Finding::Level::ok        ? "✓"
                       : finding.level == Finding::Level::warning ? "!"
                                                                  : "✗";
    text += fmt::format("{} {}\n", mark, told(finding.text));
    if (!finding.cure.empty()) text += fmt::format("    → {}\n", told(finding.cure));
  }
  return text;
}

}  // namespace rec::cli
