#include "tests/tidy/told_texts.hpp"

#include <algorithm>
#include <cctype>
#include <iterator>
#include <set>
#include <span>

namespace rec::tidy {
namespace {

constexpr std::size_t kMostWays = 32;

struct Node {
  enum class Kind { literal, token, group };
  Kind kind = Kind::token;
  std::string text{};  ///< of a group its opening bracket
  std::vector<Node> inside{};
  std::size_t line = 0;

  [[nodiscard]] bool is(std::string_view token) const { return kind == Kind::token && text == token; }
};
using Nodes = std::span<const Node>;

std::string unescaped(std::string_view literal) {
  std::string out;
  for (std::size_t i = 0; i < literal.size(); ++i) {
    if (literal[i] != '\\' || i + 1 == literal.size()) {
      out += literal[i];
      continue;
    }
    ++i;
    out += literal[i] == 'n' ? '\n' : literal[i];
  }
  return out;
}

/// Literals, names and punctuation.
class Lexer {
 public:
  explicit Lexer(const SourceFile& file) : text_(file.text) {}

  std::vector<Node> all() {
    while (at_ < text_.size()) step();
    return std::move(nodes_);
  }

 private:
  void step() {
    const char c = text_[at_];
    if (c == '"') return literal();
    if (starts("//") || (c == '#' && begins_line())) return skip_to(text_.find('\n', at_));
    if (starts("/*")) return skip_to(text_.find("*/", at_) + 2);
    if (c == '\'' && (at_ == 0 || !is_word_at(at_ - 1)))
      return skip_to(text_.find('\'', at_ + (text_[at_ + 1] == '\\' ? 3 : 1)) + 1);
    if (std::isspace(static_cast<unsigned char>(c)) != 0) return skip_to(at_ + 1);
    std::size_t end = at_ + 1;
    if (is_word_at(at_)) {
      while (is_word_at(end)) ++end;
    } else if (kPairs.contains(text_.substr(at_, 2))) {
      ++end;
    }
    nodes_.push_back({Node::Kind::token, text_.substr(at_, end - at_), {}, line_});
    at_ = end;
  }

  [[nodiscard]] bool starts(std::string_view what) const {
    return text_.compare(at_, what.size(), what) == 0;
  }
  [[nodiscard]] bool is_word_at(std::size_t at) const {
    return at < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at])) != 0 || text_[at] == '_');
  }
  [[nodiscard]] bool begins_line() const {
    const std::size_t last = at_ == 0 ? std::string::npos : text_.find_last_not_of(" \t", at_ - 1);
    return last == std::string::npos || text_[last] == '\n';
  }
  void skip_to(std::size_t end) {
    end = std::min(end, text_.size());
    line_ += static_cast<std::size_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                 text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at_ = end;
  }

  void literal() {
    const bool raw = at_ > 0 && text_[at_ - 1] == 'R';
    if (raw && !nodes_.empty() && nodes_.back().is("R")) nodes_.pop_back();
    std::size_t begin = at_ + 1;
    std::size_t end = begin;
    std::size_t behind = 0;
    if (raw) {
      const std::size_t open = text_.find('(', begin);
      const std::string close = ")" + text_.substr(begin, open - begin) + "\"";
      begin = open + 1;
      end = text_.find(close, begin);
      behind = end + close.size();
    } else {
      while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
      behind = end + 1;
    }
    const std::string inside = text_.substr(begin, end - begin);
    nodes_.push_back({Node::Kind::literal, raw ? inside : unescaped(inside), {}, line_});
    skip_to(behind);
  }

  inline static const std::set<std::string> kPairs{
      "::", "->", "<<", ">>", "+=", "==", "!=", "<=", ">=", "&&", "||"};
  const std::string& text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::vector<Node> nodes_{};
};

/// Brackets become groups, calls of log:: go.
std::vector<Node> tree_of(const std::vector<Node>& flat, std::size_t& at) {
  static const std::set<std::string> kOpening{"(", "[", "{"};
  static const std::set<std::string> kClosing{")", "]", "}"};
  std::vector<Node> nodes;
  while (at < flat.size()) {
    const Node& node = flat[at++];
    if (node.kind == Node::Kind::token && kClosing.contains(node.text)) return nodes;
    if (node.kind == Node::Kind::literal || !kOpening.contains(node.text)) {
      nodes.push_back(node);
      continue;
    }
    Node group{Node::Kind::group, node.text, tree_of(flat, at), node.line};
    const bool logs =
        nodes.size() >= 3 && nodes[nodes.size() - 3].is("log") && nodes[nodes.size() - 2].is("::");
    if (!logs) nodes.push_back(std::move(group));
  }
  return nodes;
}

bool parts_expressions(const Node& node) {
  static const std::set<std::string> kParting{",",  ";",  "=",  "?",  ":", "return", "co_return", "+=",  "==",
                                              "!=", "&&", "||", "<<", "<", ">",      "else",      "case"};
  return node.kind == Node::Kind::token && kParting.contains(node.text);
}

std::vector<Nodes> split_at(Nodes nodes, const auto& parts) {
  std::vector<Nodes> pieces;
  std::size_t from = 0;
  for (std::size_t i = 0; i <= nodes.size(); ++i) {
    if (i < nodes.size() && !parts(nodes[i])) continue;
    pieces.push_back(nodes.subspan(from, i - from));
    from = i + 1;
  }
  return pieces;
}

bool chooses(Nodes nodes) {
  return std::ranges::any_of(nodes, [](const Node& node) { return node.is("?"); });
}

using Ways = std::vector<std::string>;

Ways joined(const Ways& before, const Ways& behind) {
  Ways all;
  for (const std::string& one : before) {
    for (const std::string& other : behind)
      if (all.size() < kMostWays) all.push_back(one + other);
  }
  return all;
}

class Reader {
 public:
  std::vector<ToldText> found{};

  void read(Nodes nodes) {
    for (const Nodes piece : split_at(nodes, parts_expressions)) {
      bool literal = false;
      const Ways ways = sum(piece, literal);
      if (!literal) continue;
      for (const std::string& way : ways) found.push_back({way, piece.front().line});
    }
  }

 private:
  /// What `a + b + c` may be. `literal`: some of it is written there.
  Ways sum(Nodes piece, bool& literal) {
    Ways ways{""};
    for (const Nodes term : split_at(piece, [](const Node& node) { return node.is("+"); })) {
      if (!term.empty()) ways = joined(ways, term_ways(term, literal));
    }
    return ways;
  }

  Ways term_ways(Nodes term, bool& literal) {
    std::string text;
    const auto is_literal = [](const Node& node) { return node.kind == Node::Kind::literal; };
    if (std::ranges::all_of(term, is_literal)) {
      for (const Node& node : term) text += node.text;
      literal = true;
      return {text};
    }
    const Node& last = term.back();
    const bool call = last.kind == Node::Kind::group && last.text == "(";
    if (call && term.size() == 1 && chooses(last.inside)) return choice(last.inside, literal);
    if (call && term.size() >= 2) {
      const Node& name = term[term.size() - 2];
      const bool wraps = name.is("string") || name.is("string_view");
      if (wraps && !last.inside.empty() && std::ranges::all_of(last.inside, is_literal))
        return term_ways(last.inside, literal);
      if (name.is("format")) {
        if (auto ways = format(last.inside); !ways.empty()) {
          literal = true;
          return ways;
        }
      }
    }
    for (const Node& node : term) {
      if (node.kind == Node::Kind::group) read(node.inside);
      if (node.kind == Node::Kind::literal) found.push_back({node.text, node.line});
    }
    return {kValue};
  }

  /// The ways of `condition ? a : b`, however deep.
  Ways choice(Nodes nodes, bool& literal) {
    const auto pieces = split_at(nodes, [](const Node& node) { return node.is("?") || node.is(":"); });
    Ways all;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const bool condition =
          std::distance(nodes.begin(), pieces[i].end()) < static_cast<std::ptrdiff_t>(nodes.size()) &&
          pieces[i].end()->is("?");
      if (condition || pieces[i].empty()) continue;
      for (std::string& way : sum(pieces[i], literal)) all.push_back(std::move(way));
    }
    return all.empty() ? Ways{kValue} : all;
  }

  /// Nothing: its first argument is not written there.
  Ways format(Nodes arguments) {
    const auto pieces = split_at(arguments, [](const Node& node) { return node.is(","); });
    if (pieces.front().empty() || chooses(pieces.front())) return {};
    std::string text;
    for (const Node& node : pieces.front()) {
      if (node.kind != Node::Kind::literal) return {};
      text += node.text;
    }
    std::vector<Ways> values;
    for (std::size_t i = 1; i < pieces.size(); ++i) {
      bool literal = false;
      const bool plain_choice = chooses(pieces[i]);
      values.push_back(pieces[i].empty() ? Ways{kValue}
                       : plain_choice    ? choice(pieces[i], literal)
                                         : sum(pieces[i], literal));
    }
    return filled(text, values);
  }

  static Ways filled(const std::string& text, const std::vector<Ways>& values) {
    Ways ways{""};
    std::size_t next = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
      if (text[i] == '{' && !doubled) {
        const std::size_t end = text.find('}', i);
        ways = joined(ways, next < values.size() ? values[next] : Ways{kValue});
        ++next;
        i = end == std::string::npos ? text.size() : end;
        continue;
      }
      if ((text[i] == '{' || text[i] == '}') && doubled) ++i;
      for (std::string& way : ways) way += text[i];
    }
    return ways;
  }
};

}  // namespace

std::vector<ToldText> told_texts(const SourceFile& file) {
  std::size_t at = 0;
  const auto flat = Lexer(file).all();
  std::vector<Node> all;
  while (at < flat.size()) {
    for (Node& node : tree_of(flat, at)) all.push_back(std::move(node));
  }
  Reader reader;
  reader.read(all);
  return std::move(reader.found);
}

}  // namespace rec::tidy
