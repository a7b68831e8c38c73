// The sentences that a source file puts together: literals, what is added to them, what fmt::format makes,
// each way a ?: may go. What is only known at run time stands as kValue.
#pragma once
#include <string>
#include <vector>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {

inline constexpr const char* kValue = "7";

struct ToldText {
  std::string text;
  std::size_t line = 0;
};

/// Arguments of log:: are left out: the log speaks English.
std::vector<ToldText> told_texts(const SourceFile& file);

}  // namespace rec::tidy
