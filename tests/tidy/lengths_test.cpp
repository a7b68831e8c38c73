// Files of 400 lines at most, functions of 70.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/tidy/functions.hpp"
#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

constexpr std::size_t kMostFileLines = 400;
constexpr std::size_t kMostFunctionLines = 70;

std::vector<Finding> long_file(const SourceFile& file) {
  const bool is_script = file.text.starts_with("#!");
  if (!file.is_cpp() && !is_script && !file.has_extension(".cmake")) return {};
  const std::size_t lines = static_cast<std::size_t>(std::ranges::count(file.text, '\n'));
  if (lines <= kMostFileLines) return {};
  return {{file.path, lines,
           "the file has " + std::to_string(lines) + " lines, " + std::to_string(kMostFileLines) +
               " is the most"}};
}

std::vector<Finding> long_functions(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.is_cpp()) return findings;
  for (const Function& function : functions_in(file)) {
    if (function.lines() <= kMostFunctionLines) continue;
    findings.push_back({file.path, function.first_line,
                        "the function has " + std::to_string(function.lines()) + " lines, " +
                            std::to_string(kMostFunctionLines) + " is the most"});
  }
  return findings;
}

std::vector<std::size_t> lengths(const std::string& text) {
  std::vector<std::size_t> found;
  for (const Function& function : functions_in(make_file("x.cpp", text))) found.push_back(function.lines());
  return found;
}

using Lengths = std::vector<std::size_t>;

TEST(FunctionLength, IsFromTheSignatureToTheClosingBrace) {
  EXPECT_EQ(lengths("namespace a {\nint f(int x,\n      int y) {\n  return x;\n}\n}\n"), Lengths{4});
  EXPECT_EQ(lengths("int f() { return 1; }\nint g() {\n}\n"), (Lengths{1, 2}));
}

TEST(FunctionLength, CountsMembersAndNotTheClassAroundThem) {
  EXPECT_EQ(lengths("class A : public B {\n public:\n  A() : x_{1}, y_(2) {\n  }\n  int f() const;\n"
                    "  int g() override { return 1; }\n\n private:\n  int x_{0};\n  B b_ = {1, 2};\n};\n"),
            (Lengths{2, 1}));
}

TEST(FunctionLength, CountsLambdasAndLocalClassesToTheFunctionAroundThem) {
  EXPECT_EQ(lengths("void f() {\n  struct L {\n    int g() {\n      return 1;\n    }\n  };\n"
                    "  const auto l = [](int x) {\n    return x;\n  };\n}\n"),
            Lengths{10});
}

TEST(FunctionLength, IsNotMisledByInitializersEnumsTemplatesOrLiterals) {
  EXPECT_EQ(lengths("constexpr std::array kWords = {\n  f(1),\n  2,\n};\nenum class E : int { a, b };\n"
                    "template <class T>\nstruct S {\n  T t{};\n};\nconst char* kText = \"void f() {\";\n"),
            Lengths{});
  EXPECT_EQ(lengths("template <class... Ts>\nauto f(Ts... ts, Options o = {}) -> R {\n}\n"), Lengths{3});
  EXPECT_EQ(lengths("TEST(A, B) {\n}\n"), Lengths{2});
  EXPECT_EQ(lengths("A::A(int x)\n    : a_{f(x)},\n      b_{x} {\n  g();\n}\n"), Lengths{5});
}

// As we format, a lone brace in the first column ends a function, or a namespace of few lines; behind that of
// a class stands a semicolon.
TEST(FunctionLength, EveryFunctionIsRecognised) {
  std::size_t seen = 0;
  for (const SourceFile& file : every_file()) {
    if (!file.is_cpp()) continue;
    std::vector<std::size_t> ends = namespace_ends(file);
    for (const Function& function : functions_in(file)) ends.push_back(function.last_line);
    const std::string brace = "\n}\n";
    for (std::size_t at = file.text.find(brace); at != std::string::npos;
         at = file.text.find(brace, at + 1)) {
      const std::size_t line = line_of(file.text, at + 1);
      EXPECT_NE(std::ranges::count(ends, line), 0) << file.path << ":" << line << ": what ends here?";
      ++seen;
    }
  }
  EXPECT_GT(seen, 200u);
}

TEST(FunctionLength, NoFunctionIsOverTheMost) { expect_none(in_every_file(long_functions)); }

TEST(FunctionLength, OneOverTheMostIsFound) {
  std::string text = "int f() {\n";
  for (std::size_t i = 0; i < kMostFunctionLines - 2; ++i) text += "  g();\n";
  EXPECT_TRUE(long_functions(make_file("x.cpp", text + "}\n")).empty());
  EXPECT_EQ(long_functions(make_file("x.cpp", text + "  g();\n}\n")).size(), 1u);
}

TEST(FileLength, OneOverTheMostIsFound) {
  std::string text(kMostFileLines, '\n');
  EXPECT_TRUE(long_file(make_file("x.cpp", text)).empty());
  EXPECT_EQ(long_file(make_file("x.cpp", text + "\n")).size(), 1u);
}

TEST(FileLength, NoFileIsOverTheMost) { expect_none(in_every_file(long_file)); }

}  // namespace
}  // namespace rec::tidy
