#include "chat/command_line.hpp"

#include <algorithm>
#include <cctype>

namespace rec::chat {
namespace {

bool is_blank(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

char lower_letter(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower_letter, lower_letter);
}

/// One word from the front of the text, which is not blank there.
Result<std::string> take_word(std::string_view& text) {
  std::string word;
  char quote = 0;
  std::size_t at = 0;
  for (; at < text.size() && (quote != 0 || !is_blank(text[at])); ++at) {
    const char c = text[at];
    // Before anything else it is one of a regular expression.
    const bool escapes =
        c == '\\' && quote != '\'' && at + 1 < text.size() &&
        (is_blank(text[at + 1]) || std::string_view("'\"\\").find(text[at + 1]) != std::string_view::npos);
    if (escapes) {
      word += text[++at];
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (quote != 0) return fail(Errc::invalid, "a quotation mark is not closed");
  text.remove_prefix(at);
  return word;
}

/// Where the value of key=value begins; a URL with a "=" in it is none.
std::size_t value_of(const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0) return std::string::npos;
  const bool key = std::ranges::all_of(word.substr(0, equals), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '.' || c == '-';
  });
  return key ? equals + 1 : std::string::npos;
}

bool says_yes(std::string_view text) { return text == "yes" || text == "true" || text == "1"; }

}  // namespace

Result<CommandLine> read_words(std::string_view text) {
  CommandLine line;
  for (;;) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
    if (text.empty()) return line;
    REC_TRY(std::string word, take_word(text));
    const auto value = line.words.empty() ? std::string::npos : value_of(word);
    if (word == "--confirm") {
      line.confirmed = true;
    } else if (value == std::string::npos) {
      line.words.push_back(std::move(word));
    } else if (word.starts_with("confirm=")) {
      line.confirmed = says_yes(std::string_view(word).substr(value));
    } else {
      line.settings[word.substr(0, value - 1)] = word.substr(value);
    }
  }
}

std::string without_secrets(std::string_view text) {
  constexpr std::string_view kSecretKey = "proxy=";
  std::string shown;
  for (auto at = text.find(kSecretKey); at != std::string_view::npos; at = text.find(kSecretKey)) {
    shown.append(text.substr(0, at + kSecretKey.size())).append("***");
    const bool quoted_whole = at > 0 && (text[at - 1] == '"' || text[at - 1] == '\'');
    const char before = quoted_whole ? text[at - 1] : ' ';
    text.remove_prefix(at + kSecretKey.size());
    const bool quoted = !text.empty() && (text.front() == '"' || text.front() == '\'');
    const char end = quoted ? text.front() : before;
    if (quoted) text.remove_prefix(1);
    const auto rest =
        std::ranges::find_if(text, [end](char c) { return end == ' ' ? is_blank(c) : c == end; });
    text.remove_prefix(static_cast<std::size_t>(rest - text.begin()));
    if (quoted && !text.empty()) text.remove_prefix(1);
  }
  return shown.append(text);
}

Result<std::optional<CommandLine>> read_command(std::string_view text, std::string_view prefix,
                                                std::string_view bot) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  if (prefix.empty() || !text.starts_with(prefix)) return std::optional<CommandLine>();
  text.remove_prefix(prefix.size());
  if (text.empty() || is_blank(text.front())) return std::optional<CommandLine>();
  REC_TRY(CommandLine line, read_words(text));
  if (line.words.empty()) return std::optional<CommandLine>();
  std::string& first = line.words.front();
  if (const auto at = first.find('@'); at != std::string::npos) {
    if (!same_name(std::string_view(first).substr(at), bot)) return std::optional<CommandLine>();
    first.resize(at);
  }
  return std::optional(std::move(line));
}

}  // namespace rec::chat
