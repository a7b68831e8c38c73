#include "publish/text_pages.hpp"

#include "publish/rich_text.hpp"

namespace rec {
namespace {

constexpr std::string_view kMore = "\n…";

/// How much of the text is the next page, in bytes; a newline at its end is not shown.
std::size_t page_end(std::string_view text, std::size_t units) {
  const auto fits = utf16_prefix(text, units);
  if (fits == text.size()) return fits;
  const auto line = text.rfind('\n', fits);
  return line == std::string_view::npos || line == 0 ? fits : line;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \n") == std::string_view::npos; }

}  // namespace

std::vector<std::string> text_pages(std::string_view text, std::size_t units, std::size_t most) {
  std::vector<std::string> pages;
  while (!blank(text) && pages.size() < most) {
    const bool last = pages.size() + 1 == most;
    const bool whole = utf16_length(text) <= units;
    const auto end = page_end(text, last && !whole ? units - utf16_length(kMore) : units);
    const std::string_view page = text.substr(0, end);
    text.remove_prefix(end);
    if (text.starts_with('\n')) text.remove_prefix(1);
    if (blank(page)) continue;
    pages.emplace_back(page);
    if (last && !blank(text)) pages.back() += kMore;
  }
  if (pages.empty()) pages.emplace_back("…");
  return pages;
}

}  // namespace rec
