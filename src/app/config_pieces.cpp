// Reads what is right in a document with a mistake: each top-level key as a document of its own.
#include <algorithm>
#include <cctype>

#include "app/config_yaml.hpp"

namespace rec {
namespace {

// Each piece is read behind as many empty lines as stand before it.
constexpr std::size_t kMostPiecedBytes = 64U << 10U;
constexpr std::size_t kMostPieces = 200;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct YamlPiece {
  std::string key{};
  std::string text{};  ///< with empty lines for all that stands before it
};

/// The key that a line begins with, "" = none: a line that goes on with what was before.
std::string key_of_line(std::string_view line) {
  const auto good = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '"' || c == '\'';
  };
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0 || !std::ranges::all_of(line.substr(0, colon), good))
    return "";
  const bool ends =
      colon + 1 == line.size() || std::string_view(" \t\r").find(line[colon + 1]) != std::string_view::npos;
  std::string key(line.substr(0, line.starts_with("- ") || !ends ? 0 : colon));
  std::erase_if(key, [](char c) { return c == '"' || c == '\''; });
  return key;
}

/// Nothing where anything but comments stands before the first key.
std::vector<YamlPiece> pieces_of(std::string_view source) {
  std::vector<YamlPiece> pieces;
  std::size_t lines = 0;
  for (; !source.empty(); ++lines) {
    const std::size_t end = std::min(source.find('\n'), source.size());
    const std::string_view line = source.substr(0, end);
    source.remove_prefix(std::min(end + 1, source.size()));
    if (std::string key = key_of_line(line); !key.empty())
      pieces.push_back({std::move(key), std::string(lines, '\n')});
    const auto first = line.find_first_not_of(" \t\r");
    const bool says = first != std::string_view::npos && line[first] != '#' && !line.starts_with("---");
    if (pieces.empty() && says) return {};
    if (!pieces.empty()) pieces.back().text.append(line).append("\n");
  }
  return pieces;
}

}  // namespace

YamlPieces yaml_in_pieces(std::string_view source) {
  YamlPieces read;
  auto root = std::make_shared<Yaml>();
  root->kind = Yaml::Kind::map;
  root->line = 1;
  if (source.starts_with(kByteOrderMark)) source.remove_prefix(kByteOrderMark.size());
  const auto pieces = source.size() > kMostPiecedBytes ? std::vector<YamlPiece>() : pieces_of(source);
  for (const YamlPiece& piece : pieces) {
    YamlMistake mistake;
    const bool too_many = pieces.size() > kMostPieces;
    const auto part = too_many ? nullptr : try_yaml(piece.text, mistake);
    if (part && part->kind == Yaml::Kind::map) {
      root->entries.insert(root->entries.end(), part->entries.begin(), part->entries.end());
      continue;
    }
    read.unread.push_back(piece.key);
    // What it names may stand in another piece.
    const bool by_itself = mistake.what.find("anchor") != std::string::npos;
    if (!mistake.what.empty() && !by_itself) read.mistakes.push_back(std::move(mistake));
  }
  read.root = std::move(root);
  return read;
}

}  // namespace rec
