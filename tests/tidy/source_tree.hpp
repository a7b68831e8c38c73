// The project's own files, as the tidy tests read them.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rec::tidy {

struct SourceFile {
  std::string path;  ///< relative to the project, with slashes
  std::string text;
  /// The text with comments, literals and preprocessor lines blanked out: same length, same lines.
  std::string code;

  [[nodiscard]] bool has_extension(std::string_view extension) const { return path.ends_with(extension); }
  [[nodiscard]] bool is_cpp() const { return has_extension(".cpp") || has_extension(".hpp"); }
  [[nodiscard]] bool in(std::string_view folder) const {
    return path.starts_with(folder) && path.size() > folder.size() && path[folder.size()] == '/';
  }
};

/// A breach of a rule, at a place.
struct Finding {
  std::string path;
  std::size_t line = 0;
  std::string text;
};

SourceFile make_file(std::string path, std::string text);
/// Every text file of the project: no build folders, no fetched packages. Read once.
const std::vector<SourceFile>& every_file();
/// The line, from 1, of a position in a text.
std::size_t line_of(std::string_view text, std::size_t position);

/// One failure a finding, as file:line: text.
void expect_none(const std::vector<Finding>& findings);

/// The findings of `rule`, a function of one file, in all files.
template <class Rule>
std::vector<Finding> in_every_file(const Rule& rule) {
  std::vector<Finding> all;
  for (const SourceFile& file : every_file()) {
    for (Finding& finding : rule(file)) all.push_back(std::move(finding));
  }
  return all;
}

}  // namespace rec::tidy
