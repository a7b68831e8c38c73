// Tables of documents: one that a blank line tears apart is shown as text from there on, and nobody who
// reads its source sees it.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

/// Rows that belong to no table: they do not follow a row, and no `|---|` follows them.
std::vector<Finding> torn_tables(const SourceFile& file) {
  std::vector<Finding> findings;
  if (!file.has_extension(".md")) return findings;
  std::vector<std::string> lines;
  std::istringstream text(file.text);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  bool code = false, table = false;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("```")) code = !code;
    const bool row = !code && lines[i].starts_with("|");
    if (row && !table && (i + 1 == lines.size() || !lines[i + 1].starts_with("|--")))
      findings.push_back({file.path, i + 1, "a row without a table above it"});
    table = row;
  }
  return findings;
}

TEST(Tables, AreNotTornApart) { expect_none(in_every_file(torn_tables)); }

TEST(Tables, ATornOneIsFound) {
  const std::string whole = "| a | b |\n|---|---|\n| 1 | 2 |\n";
  EXPECT_TRUE(torn_tables(make_file("docs/x.md", whole + "\ntext\n\n" + whole)).empty());
  EXPECT_EQ(torn_tables(make_file("docs/x.md", whole + "\n| 3 | 4 |\n")).size(), 1U);
  EXPECT_TRUE(torn_tables(make_file("docs/x.md", "```text\n| 3 | 4 |\n```\n")).empty());
}

}  // namespace
}  // namespace rec::tidy
