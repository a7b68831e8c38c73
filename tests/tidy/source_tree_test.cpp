// The tidy tests' own eyes: they must see the project, and tell code from comments and literals.
#include "tests/tidy/source_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace rec::tidy {
namespace {

std::string code_of(const std::string& text) { return make_file("x.cpp", text).code; }

TEST(SourceTree, TheProjectIsReadWithoutWhatWasFetchedOrBuilt) {
  const auto& files = every_file();
  const auto has = [&](std::string_view path) {
    return std::ranges::any_of(files, [&](const SourceFile& file) { return file.path == path; });
  };
  EXPECT_TRUE(has("src/main.cpp"));
  EXPECT_TRUE(has("check"));
  EXPECT_TRUE(has("CMakeLists.txt"));
  for (const SourceFile& file : files) {
    EXPECT_EQ(file.path.find("node_modules/"), std::string::npos) << file.path;
    EXPECT_FALSE(file.in("build")) << file.path;
  }
}

TEST(SourceTree, CommentsAndLiteralsAreBlankedAndLinesStayInPlace) {
  EXPECT_EQ(code_of("a; // {\nb;"), "a;     \nb;");
  EXPECT_EQ(code_of("a /* {\n } */ b"), "a     \n      b");
  EXPECT_EQ(code_of(R"(f("{\"{", '{', '\'');)"), "f(      ,    ,     );");
  EXPECT_EQ(code_of("x = R\"sql({ \" )sql\";"), "x =                ;");
  EXPECT_EQ(code_of("n = 1'000'000; {"), "n = 1'000'000; {");
  EXPECT_EQ(code_of("#define A {\\\n  }\nb"), "            \n   \nb");
}

TEST(SourceTree, ALineIsCountedFromOne) {
  EXPECT_EQ(line_of("a\nb\nc", 0), 1u);
  EXPECT_EQ(line_of("a\nb\nc", 4), 3u);
}

}  // namespace
}  // namespace rec::tidy
