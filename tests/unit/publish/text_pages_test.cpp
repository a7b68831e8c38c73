// Long answers as several messages.
#include "publish/text_pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "publish/rich_text.hpp"

namespace rec::test {
namespace {

using testing::ElementsAre;

TEST(TextPages, AShortTextIsOneAndALongOneIsCutBetweenLines) {
  EXPECT_THAT(text_pages("one\ntwo", 10, 3), ElementsAre("one\ntwo"));
  EXPECT_THAT(text_pages("one\ntwo\nthree", 8, 3), ElementsAre("one\ntwo", "three"));
  EXPECT_THAT(text_pages("one\ntwo", 3, 3), ElementsAre("one", "two"));
  EXPECT_THAT(text_pages("", 10, 3), ElementsAre("…"));
  EXPECT_THAT(text_pages("\n\nx", 2, 3), ElementsAre("x"));
}

TEST(TextPages, ALineThatIsTooLongIsCutBetweenCharacters) {
  EXPECT_THAT(text_pages("абвгд", 2, 5), ElementsAre("аб", "вг", "д"));
  EXPECT_THAT(text_pages("😀😀😀", 3, 5), ElementsAre("😀", "😀", "😀")) << "each counts as two";
}

TEST(TextPages, ThereAreNotMoreThanWantedAndTheLastSaysSo) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += "a line of some length 😀\n";
  const auto pages = text_pages(lines, 100, 4);
  ASSERT_EQ(pages.size(), 4U);
  for (const auto& page : pages) {
    EXPECT_LE(utf16_length(page), 100U);
    EXPECT_TRUE(page.starts_with("a line"));
  }
  EXPECT_TRUE(pages.back().ends_with("\n…"));
}

}  // namespace
}  // namespace rec::test
