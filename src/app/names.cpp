#include "app/names.hpp"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace rec {
namespace {

constexpr std::size_t kFolderBytes = 240;

// Length of the valid UTF-8 sequence at the front, 0 if there is none.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  std::size_t n = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF)
    n = 2;
  else if (lead >= 0xE0 && lead <= 0xEF)
    n = 3;
  else if (lead >= 0xF0 && lead <= 0xF4)
    n = 4;
  else
    return 0;
  if (text.size() < n) return 0;
  for (std::size_t i = 1; i < n; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  const auto second = static_cast<unsigned char>(text[1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  return n;
}

char32_t decode_utf8(std::string_view seq) {
  if (seq.size() == 1) return static_cast<unsigned char>(seq[0]);
  char32_t code = static_cast<unsigned char>(seq[0]) & (0xFFU >> (seq.size() + 1));
  for (std::size_t i = 1; i < seq.size(); ++i)
    code = (code << 6U) | (static_cast<unsigned char>(seq[i]) & 0x3FU);
  return code;
}

// Controls, what changes direction, and what is drawn as nothing (Unicode's Default_Ignorable_Code_Point).
bool invisible(char32_t c) {
  struct Range {
    char32_t first, last;
  };
  static constexpr std::array kRanges = {
      Range{0x00, 0x1F},       Range{0x7F, 0x9F},       Range{0xAD, 0xAD},       Range{0x34F, 0x34F},
      Range{0x61C, 0x61C},     Range{0x115F, 0x1160},   Range{0x17B4, 0x17B5},   Range{0x180B, 0x180F},
      Range{0x200B, 0x200F},   Range{0x2028, 0x202E},   Range{0x2060, 0x206F},   Range{0x3164, 0x3164},
      Range{0xFE00, 0xFE0F},   Range{0xFEFF, 0xFEFF},   Range{0xFFA0, 0xFFA0},   Range{0xFFF0, 0xFFFB},
      Range{0x1BCA0, 0x1BCA3}, Range{0x1D173, 0x1D17A}, Range{0xE0000, 0xE0FFF},
  };
  return std::ranges::any_of(kRanges,
                             [c](const Range& range) { return c >= range.first && c <= range.last; });
}

// Spaces of other widths look like one, and would stay at the end of a name.
bool wide_space(char32_t c) {
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Controls, line and paragraph separators, and what turns the direction of all that follows.
bool breaks_lines(char32_t c) {
  return (c >= 0x7F && c <= 0x9F) || (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool reserved_name(const std::string& name) {
  static constexpr std::array kNames = {"CON", "PRN", "AUX", "NUL"};
  std::string stem = name.substr(0, name.find('.'));
  while (stem.ends_with(' ')) stem.pop_back();
  std::ranges::transform(stem, stem.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  const bool port = stem.size() == 4 && (stem.starts_with("COM") || stem.starts_with("LPT"));
  if (port) return stem[3] >= '0' && stem[3] <= '9';
  return std::ranges::find(kNames, stem) != kNames.end();
}

// The random end of the id: its beginning is the time.
std::string short_id(const session::Session& session) {
  const std::string& id = session.id.str();
  return id.substr(id.size() - std::min<std::size_t>(8, id.size()));
}

// In one pass, so that a title or name that looks like a placeholder is never taken for one.
std::string filled(std::string_view part, const session::Session& session) {
  const std::array<std::pair<std::string_view, std::string>, 4> words = {{
      {"{id}", short_id(session)},
      {"{date}", local_time(session.started_at, "%Y-%m-%d_%H-%M-%S")},
      {"{channel}", safe_component(session.channel_name, 60)},
      {"{title}", safe_component(session.title.empty() ? "stream" : session.title, 100)},
  }};
  std::string out;
  while (!part.empty()) {
    const auto word =
        std::ranges::find_if(words, [part](const auto& w) { return part.starts_with(w.first); });
    out += word == words.end() ? part.substr(0, 1) : std::string_view(word->second);
    part.remove_prefix(word == words.end() ? 1 : word->first.size());
  }
  return out;
}

// Whatever has to be cut, the id is not.
std::string folder_component(std::string_view part, const session::Session& session) {
  const std::string text = filled(part, session);
  const std::string id = short_id(session);
  std::string out = safe_component(text, kFolderBytes);
  if (part.find("{id}") == std::string_view::npos || out.find(id) != std::string::npos) return out;
  return safe_component(text, kFolderBytes - id.size() - 1) + "_" + id;
}

}  // namespace

std::string safe_component(std::string_view text, std::size_t max_bytes) {
  std::string out;
  while (!text.empty()) {
    const std::size_t n = utf8_length(text);
    if (n == 0) {
      text.remove_prefix(1);
      if (out.size() + 1 <= max_bytes) out += '_';
      continue;
    }
    const std::string_view seq = text.substr(0, n);
    text.remove_prefix(n);
    const char32_t code = decode_utf8(seq);
    if (invisible(code)) continue;
    const bool forbidden = n == 1 && std::string_view("<>:\"/\\|?*").find(seq[0]) != std::string_view::npos;
    const std::string_view kept = forbidden ? "_" : wide_space(code) ? " " : seq;
    if (out.size() + kept.size() > max_bytes) break;
    out += kept;
  }
  while (!out.empty() && (out.back() == '.' || out.back() == ' ')) out.pop_back();
  const std::size_t first = out.find_first_not_of(" .");
  out = first == std::string::npos ? std::string() : out.substr(first);
  if (out.empty() || reserved_name(out)) out.insert(0, "_");
  return out;
}

std::string one_line(std::string_view text, std::size_t max_characters) {
  std::string out;
  for (std::size_t characters = 0; !text.empty();) {
    const std::size_t n = utf8_length(text);
    const std::string_view seq = n == 0 ? "?" : text.substr(0, n);
    text.remove_prefix(std::max<std::size_t>(n, 1));
    const char32_t code = decode_utf8(seq);
    const bool space = code <= 0x20 || breaks_lines(code);
    if (space && (out.empty() || out.back() == ' ')) continue;
    if (characters++ == max_characters) {
      out += "…";
      break;
    }
    out += space ? " " : seq;
  }
  while (out.ends_with(' ')) out.pop_back();
  return out;
}

std::string session_folder(const session::Session& session, const Settings& settings) {
  std::filesystem::path folder(settings.output_folder);
  std::string_view rest = settings.path_template;
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    if (!part.empty()) folder /= folder_component(part, session);
  }
  return folder.string();
}

namespace {

std::string file_name(const session::Session& session, const std::string& which, const Settings& settings) {
  // The folder as it was fixed when the session started: the template may have changed since.
  const std::string below = session.folder.starts_with(settings.output_folder)
                                ? session.folder.substr(settings.output_folder.size())
                                : session.folder;
  const bool folder_has_id = below.find(short_id(session)) != std::string::npos;
  return fmt::format("{} {}{} {}.mp4", safe_component(session.channel_name, 60),
                     local_time(session.started_at, "%Y-%m-%d_%H-%M-%S"),
                     folder_has_id ? "" : " [" + short_id(session) + "]", which);
}

}  // namespace

std::string part_file_name(const session::Session& session, int number, const Settings& settings) {
  return file_name(session, fmt::format("part{:03}", number), settings);
}

std::string compressed_file_name(const session::Session& session, const Settings& settings) {
  return file_name(session, "whole compressed", settings);
}

std::string compression_folder(const SessionId& session, const Settings& settings) {
  return (std::filesystem::path(settings.data_folder) / "compress" / session.str()).string();
}

std::string segment_folder(const SessionId& session, const Settings& settings) {
  return (std::filesystem::path(settings.data_folder) / "segments" / session.str()).string();
}

std::string fresh_marker() { return "#r" + random_token(7); }

std::string local_time(Instant at, const char* format) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms(at) / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 128> text{};
  const std::size_t n = std::strftime(text.data(), text.size(), format, &local);
  return std::string(text.data(), n);
}

WallTime wall_time(Instant at) {
  const std::time_t seconds = static_cast<std::time_t>(unix_ms(at) / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  return {(local.tm_wday + 6) % 7, local.tm_hour * 60 + local.tm_min};
}

}  // namespace rec
