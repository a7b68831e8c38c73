// Reading files, and telling code from comments and literals.
#include "tests/tidy/source_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace rec::tidy {
namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Copies code and blanks the rest. Knows what our sources use: // and /* */ comments, strings with escapes,
// raw strings, characters, digit separators, and directives that go on behind a backslash.
class CodeOnly {
 public:
  explicit CodeOnly(const std::string& text) : text_(text), code_(text) {}
  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(code_);
  }

 private:
  void step() {
    if (starts("//")) return blank_to(text_.find('\n', at_));
    if (starts("/*")) return blank_to(end_of("*/", at_ + 2));
    if (starts("R\"") && (at_ == 0 || !is_word(text_[at_ - 1]))) return blank_raw_string();
    if (text_[at_] == '"') return blank_literal('"');
    if (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))) return blank_literal('\'');
    if (text_[at_] == '#' && line_is_blank_so_far()) return blank_directive();
    ++at_;
  }

  [[nodiscard]] bool starts(std::string_view what) const {
    return text_.compare(at_, what.size(), what) == 0;
  }
  [[nodiscard]] std::size_t end_of(std::string_view what, std::size_t from) const {
    const std::size_t found = text_.find(what, from);
    return found == std::string::npos ? text_.size() : found + what.size();
  }
  [[nodiscard]] bool line_is_blank_so_far() const {
    const std::size_t line_break = at_ == 0 ? std::string::npos : text_.rfind('\n', at_ - 1);
    const std::size_t start = line_break == std::string::npos ? 0 : line_break + 1;
    return code_.find_first_not_of(" \t", start) >= at_;
  }
  void blank_to(std::size_t end) {
    for (end = std::min(end, text_.size()); at_ < end; ++at_) {
      if (text_[at_] != '\n') code_[at_] = ' ';
    }
  }
  void blank_literal(char quote) {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n') end += text_[end] == '\\' ? 2 : 1;
    blank_to(end + 1);
  }
  void blank_raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string::npos) return blank_to(text_.size());
    blank_to(end_of(")" + text_.substr(at_ + 2, open - at_ - 2) + "\"", open));
  }
  void blank_directive() {
    std::size_t end = text_.find('\n', at_);
    while (end != std::string::npos && text_[end - 1] == '\\') end = text_.find('\n', end + 1);
    blank_to(end);
  }

  const std::string& text_;
  std::string code_;
  std::size_t at_ = 0;
};

bool is_skipped(const fs::path& folder) {
  const std::string name = folder.filename().string();
  return name == "build" || name == "node_modules" || name == ".git" || name == ".cache";
}

std::vector<SourceFile> read_tree(const fs::path& root) {
  std::vector<SourceFile> files;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator(); ++it) {
    if (it->is_directory() && is_skipped(it->path())) it.disable_recursion_pending();
    if (!it->is_regular_file()) continue;
    std::ifstream in(it->path(), std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (text.find('\0') != std::string::npos) continue;
    files.push_back(make_file(it->path().lexically_relative(root).generic_string(), std::move(text)));
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace

SourceFile make_file(std::string path, std::string text) {
  SourceFile file{.path = std::move(path), .text = std::move(text), .code = {}};
  if (file.is_cpp()) file.code = CodeOnly(file.text).run();
  return file;
}

const std::vector<SourceFile>& every_file() {
  static const std::vector<SourceFile> files = read_tree(REC_SOURCE_DIR);
  return files;
}

std::size_t line_of(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position);
  return static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1;
}

void expect_none(const std::vector<Finding>& findings) {
  for (const Finding& finding : findings) {
    ADD_FAILURE() << finding.path << ":" << finding.line << ": " << finding.text;
  }
}

}  // namespace rec::tidy
