// A walk over braces that knows namespaces, classes, functions and initializers by what stands before them.
#include "tests/tidy/functions.hpp"

#include <cctype>
#include <functional>
#include <string_view>

namespace rec::tidy {
namespace {

enum class Scope { space, type, function, other };

std::string word_at(const std::string& text, std::size_t& at) {
  while (at < text.size() && std::isspace(static_cast<unsigned char>(text[at])) != 0) ++at;
  const std::size_t start = at;
  while (at < text.size() && (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_'))
    ++at;
  return text.substr(start, at - start);
}

// The keyword that a head begins with, behind its template parameters.
std::string first_word(const std::string& head) {
  std::size_t at = 0;
  std::string word = word_at(head, at);
  if (word == "template") {
    int angles = 0;
    do {
      if (head[at] == '<') ++angles;
      if (head[at] == '>') --angles;
      ++at;
    } while (at < head.size() && (angles > 0 || std::isspace(static_cast<unsigned char>(head[at])) != 0));
    word = word_at(head, at);
  }
  return word == "inline" && word_at(head, at) == "namespace" ? "inline namespace" : word;
}

bool ends_with_access_specifier(const std::string& code, std::size_t colon) {
  const std::string_view left = std::string_view(code).substr(0, colon);
  return left.ends_with("public") || left.ends_with("private") || left.ends_with("protected");
}

// Walks braces from the top. What stands since the last statement or block, the head, says what a brace
// opens.
class BraceWalk {
 public:
  explicit BraceWalk(const SourceFile& file) : code_(file.code) {}

  /// Calls `opened` and `closed` with the scope and the position; for `opened` the position where the head
  /// begins.
  void run(const std::function<void(Scope, std::size_t)>& opened,
           const std::function<void(Scope, std::size_t)>& closed, std::size_t end) {
    for (std::size_t at = 0; at < end; ++at) {
      const char c = code_[at];
      if (c == '(') ++parens_;
      if (c == ')') --parens_;
      if (c == '{') {
        scopes_.push_back(scope_of(at));
        opened(scopes_.back(), head_start());
        if (scopes_.back() != Scope::other || in_function()) head_ = at + 1;
      } else if (c == '}' && !scopes_.empty()) {
        const Scope scope = scopes_.back();
        scopes_.pop_back();
        closed(scope, at);
        if (scope != Scope::other || in_function()) head_ = at + 1;
      } else if ((c == ';' && parens_ == 0) || (c == ':' && ends_with_access_specifier(code_, at))) {
        head_ = at + 1;
      }
    }
  }
  [[nodiscard]] bool in_namespaces_only() const {
    for (const Scope scope : scopes_) {
      if (scope != Scope::space) return false;
    }
    return true;
  }

 private:
  [[nodiscard]] bool in_function() const {
    for (const Scope scope : scopes_) {
      if (scope == Scope::function) return true;
    }
    return false;
  }
  [[nodiscard]] std::size_t head_start() const {
    std::size_t at = head_;
    while (at < code_.size() && std::isspace(static_cast<unsigned char>(code_[at])) != 0) ++at;
    return at;
  }
  [[nodiscard]] Scope scope_of(std::size_t brace) const {
    const std::string head(code_, head_, brace - head_);
    const std::string opener = first_word(head);
    const bool is_type = opener == "class" || opener == "struct" || opener == "union" || opener == "enum";
    // An initializer stands in parentheses, right behind a name (`a_{1}`), or behind `=`.
    const std::size_t last = head.find_last_not_of(" \n\t");
    if (parens_ > 0 || in_function()) return Scope::other;
    if (opener == "namespace" || opener == "inline namespace") return Scope::space;
    if (opener == "extern" && head.find('(') == std::string::npos) return Scope::space;
    if (head.find('(') == std::string::npos || last == std::string::npos) {
      return is_type ? Scope::type : Scope::other;
    }
    if (last + 1 == head.size() || head[last] == '=' || head[last] == ',') return Scope::other;
    if (is_type && head[last] != ')') return Scope::type;
    return Scope::function;
  }

  const std::string& code_;
  std::vector<Scope> scopes_;
  std::size_t head_ = 0;
  int parens_ = 0;
};

}  // namespace

std::vector<Function> functions_in(const SourceFile& file) {
  std::vector<Function> found;
  BraceWalk(file).run(
      [&](Scope scope, std::size_t head) {
        if (scope == Scope::function)
          found.push_back({.first_line = line_of(file.code, head), .last_line = 0});
      },
      [&](Scope scope, std::size_t at) {
        if (scope == Scope::function) found.back().last_line = line_of(file.code, at);
      },
      file.code.size());
  return found;
}

std::vector<std::size_t> namespace_ends(const SourceFile& file) {
  std::vector<std::size_t> lines;
  BraceWalk(file).run([](Scope, std::size_t) {},
                      [&](Scope scope, std::size_t at) {
                        if (scope == Scope::space) lines.push_back(line_of(file.code, at));
                      },
                      file.code.size());
  return lines;
}

bool at_namespace_scope(const SourceFile& file, std::size_t position) {
  BraceWalk walk(file);
  walk.run([](Scope, std::size_t) {}, [](Scope, std::size_t) {}, position);
  return walk.in_namespaces_only();
}

}  // namespace rec::tidy
