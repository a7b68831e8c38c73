// What a program said last, of all that it wrote. Pure.
#pragma once
#include <string>

namespace rec {

/// The last line that is not blank, without what ends it; "" of nothing.
inline std::string last_line_of(std::string text) {
  while (text.ends_with('\n') || text.ends_with(' ')) text.pop_back();
  const std::size_t line = text.rfind('\n');
  return line == std::string::npos ? text : text.substr(line + 1);
}

}  // namespace rec
