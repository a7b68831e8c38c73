// What every header owes its reader, and what no file may do to others.
#include <gtest/gtest.h>

#include <regex>

#include "tests/tidy/functions.hpp"
#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

std::vector<Finding> header_breaches(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.has_extension(".hpp")) return findings;
  if (!file.text.starts_with("// ")) {
    findings.push_back({file.path, 1, "a header's first line is a comment that says its job"});
  }
  static const std::regex once("(^|\n)#pragma once\n");
  if (!std::regex_search(file.text, once)) findings.push_back({file.path, 1, "no #pragma once"});
  return findings;
}

// Literals are harmless; any other one reaches into every file that a unity build puts behind this one.
std::vector<Finding> opened_namespaces(const SourceFile& file) {
  static const std::regex directive(R"(\busing namespace ([\w:]+);)");
  std::vector<Finding> findings;
  for (std::sregex_iterator it(file.code.begin(), file.code.end(), directive), end; it != end; ++it) {
    const auto at = static_cast<std::size_t>(it->position());
    if ((*it)[1].str().ends_with("literals") || !at_namespace_scope(file, at)) continue;
    findings.push_back({file.path, line_of(file.code, at),
                        "using namespace " + (*it)[1].str() + " outside of a function: name what you use"});
  }
  return findings;
}

TEST(Headers, OneWithoutAJobOrAGuardIsFound) {
  EXPECT_EQ(header_breaches(make_file("x.hpp", "// Does x.\n#pragma once\n")).size(), 0u);
  EXPECT_EQ(header_breaches(make_file("x.hpp", "#pragma once\n")).size(), 1u);
  EXPECT_EQ(header_breaches(make_file("x.hpp", "// Does x.\nint x();\n")).size(), 1u);
}

TEST(Headers, EveryOneSaysItsJobAndIsReadOnce) { expect_none(in_every_file(header_breaches)); }

TEST(UsingNamespace, IsFoundInNamespacesAndNotInFunctions) {
  const auto count = [](const char* text) { return opened_namespaces(make_file("x.cpp", text)).size(); };
  EXPECT_EQ(count("using namespace std;\n"), 1u);
  EXPECT_EQ(count("namespace a {\nnamespace {\nusing namespace b::c;\n}\n}\n"), 1u);
  EXPECT_EQ(count("namespace a {\nvoid f() {\n  using namespace b;\n}\n}\n"), 0u);
  EXPECT_EQ(count("using namespace std::chrono_literals;\n// using namespace std;\n"), 0u);
}

TEST(UsingNamespace, StandsInFunctionsOnly) { expect_none(in_every_file(opened_namespaces)); }

}  // namespace
}  // namespace rec::tidy
