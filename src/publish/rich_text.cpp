// Byte offsets in, UTF-16 arithmetic inside.
#include "publish/rich_text.hpp"

#include <algorithm>

namespace rec {
namespace {

constexpr std::string_view kEllipsis = "…";

/// Bytes and UTF-16 units of the code point that begins at `at`.
struct CodePoint {
  std::size_t bytes, units;
};

CodePoint code_point(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t claimed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  std::size_t bytes = 1;
  while (bytes < claimed && at + bytes < text.size() &&
         (static_cast<unsigned char>(text[at + bytes]) & 0xC0U) == 0x80U) {
    ++bytes;
  }
  return {bytes, bytes == 4 ? 2U : 1U};
}

bool word_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

std::size_t find_marker(std::string_view text, std::string_view marker) {
  if (marker.empty()) return std::string_view::npos;
  for (auto at = text.find(marker); at != std::string_view::npos; at = text.find(marker, at + 1)) {
    const auto end = at + marker.size();
    const bool begins = at == 0 || !word_character(text[at - 1]) || !word_character(marker.front());
    const bool ends = end == text.size() || !word_character(text[end]) || !word_character(marker.back());
    if (begins && ends) return at;
  }
  return std::string_view::npos;
}

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

/// Bytes of the valid character that begins at `at`, 0 when there is none (RFC 3629).
std::size_t valid_bytes(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  for (std::size_t i = 1; i < bytes; ++i)
    if (!continues(text, at + i)) return 0;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : bytes;
}

/// Removes the bytes [from, to) and puts `filler` there.
void replace_span(RichText& text, std::size_t from, std::size_t to, std::string_view filler) {
  const auto moved = [&](std::size_t at) {
    if (at <= from) return at;
    return at >= to ? at - (to - from) + filler.size() : from;
  };
  for (RichText::Bold& bold : text.bold) {
    const auto begin = moved(bold.offset);
    const auto end = moved(bold.offset + bold.length);
    bold = {begin, end - begin};
  }
  std::erase_if(text.bold, [](const RichText::Bold& bold) { return bold.length == 0; });
  text.text.replace(from, to - from, filler);
}

}  // namespace

std::size_t utf16_length(std::string_view utf8) {
  std::size_t units = 0;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto point = code_point(utf8, at);
    at += point.bytes;
    units += point.units;
  }
  return units;
}

std::size_t utf16_prefix(std::string_view utf8, std::size_t units) {
  std::size_t at = 0;
  std::size_t used = 0;
  while (at < utf8.size()) {
    const auto point = code_point(utf8, at);
    if (used + point.units > units) break;
    at += point.bytes;
    used += point.units;
  }
  return at;
}

bool has_marker(std::string_view text, std::string_view marker) {
  return find_marker(text, marker) != std::string_view::npos;
}

std::string_view closing_tag(std::string_view text) {
  const auto last = text.find_last_of(" \n");
  const auto word = text.substr(last == std::string_view::npos ? 0 : last + 1);
  return word.size() > 1 && word.front() == '#' ? word : std::string_view();
}

RichText clean_text(RichText text) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  std::string clean;
  clean.reserve(text.text.size());
  std::vector<std::size_t> moved(text.text.size() + 1);  // old byte offset to new one, at a character's begin
  for (std::size_t at = 0; at < text.text.size();) {
    const auto bytes = valid_bytes(text.text, at);
    std::fill_n(moved.begin() + static_cast<std::ptrdiff_t>(at), std::max<std::size_t>(1, bytes),
                clean.size());
    clean.append(bytes == 0 ? kReplacement : std::string_view(text.text).substr(at, bytes));
    at += std::max<std::size_t>(1, bytes);
  }
  moved.back() = clean.size();
  for (RichText::Bold& bold : text.bold) {
    const auto begin = std::min(bold.offset, text.text.size());
    const auto end = begin + std::min(bold.length, text.text.size() - begin);
    bold = {moved[begin], moved[end] - moved[begin]};
  }
  std::erase_if(text.bold, [](const RichText::Bold& bold) { return bold.length == 0; });
  text.text = std::move(clean);
  return text;
}

RichText fit_text(RichText text, std::string_view marker, std::size_t limit) {
  text = clean_text(std::move(text));
  if (!marker.empty() && !has_marker(text.text, marker)) {
    if (!text.text.empty()) text.text += '\n';
    text.text += marker;
  }
  if (utf16_length(text.text) <= limit) return text;
  auto kept = find_marker(text.text, marker);
  if (kept == std::string::npos) {
    kept = text.text.size();
  } else if (const auto line = text.text.rfind('\n', kept); line != std::string::npos) {
    kept = line;  // the newline before the marker's line stays
  } else {
    kept = 0;
  }
  // What stands behind the marker goes first, should even the marker's end be too long.
  const std::string_view tail = std::string_view(text.text).substr(kept);
  const std::size_t fixed = utf16_length(kEllipsis);
  if (utf16_length(tail) + fixed > limit) {
    const auto at = find_marker(text.text, marker);
    const std::string only(marker);
    text.text = at == std::string::npos ? text.text.substr(0, utf16_prefix(text.text, limit)) : only;
    text.bold.clear();
    return text;
  }
  const auto prefix =
      utf16_prefix(std::string_view(text.text).substr(0, kept), limit - utf16_length(tail) - fixed);
  replace_span(text, prefix, kept, kEllipsis);
  return text;
}

}  // namespace rec
