#include "app/smaller_files.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace rec {
namespace {

constexpr std::string_view kSmaller = "-small";

std::string whole_of(const std::string& path) {
  const std::filesystem::path piece(path);
  const std::string stem = piece.stem().string();
  const std::size_t digits = stem.find_last_not_of("0123456789") + 1;
  const std::string_view before = std::string_view(stem).substr(0, digits);
  const bool numbered = digits < stem.size() && before.ends_with('-');
  if (!numbered || !before.substr(0, digits - 1).ends_with(kSmaller)) return path;
  const std::string_view whole = before.substr(0, digits - 1 - kSmaller.size());
  return (piece.parent_path() / (std::string(whole) + piece.extension().string())).string();
}

}  // namespace

std::string stem_of_smaller(const std::string& path) {
  return std::filesystem::path(path).stem().string() + std::string(kSmaller);
}

std::vector<std::string> wholes_of(const session::Part& part) {
  if (!part.whole.empty()) return {part.whole};  // it was cut from a file in the first place
  std::vector<std::string> wholes;
  for (const session::PartFile& file : all_files(part.file)) {
    std::string whole = whole_of(file.path);
    if (std::ranges::find(wholes, whole) == wholes.end()) wholes.push_back(std::move(whole));
  }
  return wholes;
}

}  // namespace rec
