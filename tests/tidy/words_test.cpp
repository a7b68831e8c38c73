// Nothing of the machine a file was written on may get into the project.
#include <gtest/gtest.h>

#include "tests/tidy/source_tree.hpp"

namespace rec::tidy {
namespace {

// In halves, so that this file does not hold them.
struct Word {
  const char* first;
  const char* second;
  const char* why;
};
constexpr Word kForbidden[] = {
    {"/wo", "rk/", "a path of one machine"},
    {"/ho", "me/", "a path of one machine"},
    {"/tmp/br", "ief", "a path of one machine"},
    {"registry.", "npmjs", "the host of a package registry"},
    {"registry.", "yarnpkg", "the host of a package registry"},
    {"deb.", "debian.org", "the host of a package registry"},
    {"security.", "debian.org", "the host of a package registry"},
    {"pypi.", "org", "the host of a package registry"},
    {"\"reso", "lved\":", "a lock file that names where a package came from"},
};

std::vector<Finding> forbidden_words(const SourceFile& file) {
  std::vector<Finding> findings;
  for (const Word& word : kForbidden) {
    const std::string text = std::string(word.first) + word.second;
    for (std::size_t at = file.text.find(text); at != std::string::npos; at = file.text.find(text, at + 1)) {
      findings.push_back({file.path, line_of(file.text, at), "'" + text + "': " + word.why});
    }
  }
  return findings;
}

TEST(ForbiddenWords, OneIsFoundWithItsLine) {
  const auto found = forbidden_words(make_file("notes.md", std::string("a\nb /wo") + "rk/x\n"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 2u);
}

TEST(ForbiddenWords, ThereAreNone) { expect_none(in_every_file(forbidden_words)); }

}  // namespace
}  // namespace rec::tidy
