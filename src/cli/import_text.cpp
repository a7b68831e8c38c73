#include "cli/import_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rec::cli {
namespace {

const char* mark_of(ImportVerdict verdict) {
  switch (verdict) {
    case ImportVerdict::take:
      return "+";
    case ImportVerdict::known:
      return "=";
    case ImportVerdict::left:
      return "-";
    case ImportVerdict::broken:
      return "!";
    case ImportVerdict::advice:
      return "?";
  }
  return " ";
}

/// A line stays one.
std::string flat(std::string text) {
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at))
    text.replace(at, 1, "; ");
  return text;
}

}  // namespace

std::string import_text(const ImportLines& lines, bool done) {
  std::string text;
  for (const ImportLine& line : lines) {
    const std::string name = line.name.empty() ? "" : flat(line.name) + ": ";
    text += fmt::format("{} {:<8} {}{}\n", mark_of(line.verdict), line.kind, name, flat(line.text));
  }
  const auto count = [&](ImportVerdict verdict) {
    return std::ranges::count(lines, verdict, &ImportLine::verdict);
  };
  text += fmt::format("{} {}, {} here already, {} left, {} broken\n", count(ImportVerdict::take),
                      done ? "taken over" : "to take over", count(ImportVerdict::known),
                      count(ImportVerdict::left), count(ImportVerdict::broken));
  return text;
}

}  // namespace rec::cli
