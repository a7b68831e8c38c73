#include "cli/findings_text.hpp"

#include <fmt/format.h>

namespace rec::cli {

std::string findings_text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    const char* mark = finding.level == Finding::Level::ok        ? "✓"
                       : finding.level == Finding::Level::warning ? "!"
                                                                  : "✗";
    text += fmt::format("{} {}\n", mark, finding.text);
    if (!finding.cure.empty()) text += fmt::format("    → {}\n", finding.cure);
  }
  return text;
}

}  // namespace rec::cli
