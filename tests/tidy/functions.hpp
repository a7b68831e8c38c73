// Finds function definitions by their braces. Right for this project's formatting, not for any C++.
#pragma once
#include <cstddef>
#include <vector>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {

struct Function {
  std::size_t first_line = 0;  ///< where its signature begins
  std::size_t last_line = 0;   ///< of its closing brace
  [[nodiscard]] std::size_t lines() const { return last_line - first_line + 1; }
};

/// Those defined in namespaces and classes; lambdas and local classes count to the function around them.
std::vector<Function> functions_in(const SourceFile& file);

/// The lines where namespaces and extern "C" blocks end.
std::vector<std::size_t> namespace_ends(const SourceFile& file);

/// Is this position of the code in no function and no class: in a namespace, or in none?
bool at_namespace_scope(const SourceFile& file, std::size_t position);

}  // namespace rec::tidy
