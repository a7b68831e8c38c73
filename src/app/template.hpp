// A text with holes, and the one pass that fills them: values are data, whatever they hold. Pure.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ports/publisher.hpp"

namespace rec {

/// `{name}` is a placeholder, `**` begins and ends bold, `[…]` is left out when a placeholder in it is empty,
/// and so is a line with an empty placeholder outside of brackets. `{{ }} [[ ]]` stand for themselves.
class Template {
 public:
  /// invalid: says what is wrong and how to mend it.
  static Result<Template> parse(std::string_view text);

  /// The names that it uses, in their order.
  [[nodiscard]] std::vector<std::string> placeholders() const;

  using Values = std::map<std::string, std::string>;
  /// A name without a value is empty. Line breaks at the end go.
  [[nodiscard]] RichText fill(const Values& values) const;

 private:
  enum class Kind { plain, placeholder, bold, group_begins, group_ends, line_ends };
  struct Piece {
    Kind kind = Kind::plain;
    std::string text{};  ///< of plain text, or a placeholder's name
  };
  class Parser;
  class Filling;
  std::vector<Piece> pieces_{};
};

}  // namespace rec
