// Text within Telegram's limits.
#include "publish/rich_text.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(RichText, CountsAnEmojiAsTwoUnitsAndALetterAsOne) {
  EXPECT_EQ(utf16_length("aж🔴"), 4U);
  EXPECT_EQ(utf16_length(""), 0U);
}

TEST(RichText, NeverCutsThroughACharacter) {
  const std::string text = "a🔴b";
  EXPECT_EQ(utf16_prefix(text, 2), 1U);
  EXPECT_EQ(utf16_prefix(text, 3), 5U);
  EXPECT_EQ(utf16_prefix(text, 9), text.size());
}

TEST(RichText, AMarkerIsAWordOfItsOwn) {
  EXPECT_TRUE(has_marker("title\n#m12", "#m12"));
  EXPECT_TRUE(has_marker("#m12 and more", "#m12"));
  EXPECT_FALSE(has_marker("title\n#m123", "#m12"));
  EXPECT_FALSE(has_marker("title", "#m12"));
  EXPECT_FALSE(has_marker("title", ""));
}

TEST(RichText, ATextThatFitsIsLeftAlone) {
  const auto fitted = fit_text({"short\n#m1", {{0, 5}}}, "#m1", 9);
  EXPECT_EQ(fitted.text, "short\n#m1");
  EXPECT_EQ(fitted.bold.size(), 1U);
}

TEST(RichText, ALongTextLosesItsMiddleAndKeepsTheMarkerLine) {
  const auto fitted = fit_text({std::string(3000, 'x') + "\nPart 3 #m1", {}}, "#m1", 1024);
  EXPECT_EQ(utf16_length(fitted.text), 1024U);
  EXPECT_TRUE(fitted.text.ends_with("…\nPart 3 #m1"));
}

TEST(RichText, CutsCountTheUnitsOfTelegramNotBytes) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "🔴";
  const auto fitted = fit_text({text + "\n#m1", {}}, "#m1", 1024);
  EXPECT_LE(utf16_length(fitted.text), 1024U);
  EXPECT_GE(utf16_length(fitted.text), 1023U);
  EXPECT_TRUE(fitted.text.ends_with("🔴…\n#m1"));
}

TEST(RichText, BoldSpansAreCutAlongWithTheText) {
  const std::string line(2000, 'x');
  const auto fitted = fit_text({line + "\n#m1", {{0, 4}, {1500, 100}, {10, 1990}, {2001, 3}}}, "#m1", 100);
  ASSERT_EQ(fitted.bold.size(), 3U);
  EXPECT_EQ(fitted.bold[0].length, 4U);
  EXPECT_LE(fitted.bold[1].offset + fitted.bold[1].length, fitted.text.size() - 4);
  EXPECT_EQ(fitted.text.substr(fitted.bold[2].offset, fitted.bold[2].length), "#m1");
}

TEST(RichText, AForgottenMarkerIsAdded) {
  EXPECT_EQ(fit_text({"title", {}}, "#m1", 100).text, "title\n#m1");
  EXPECT_EQ(fit_text({"", {}}, "#m1", 100).text, "#m1");
}

TEST(RichText, AnEndlessMarkerLineIsReducedToTheMarker) {
  EXPECT_EQ(fit_text({"title\n#m1 " + std::string(200, 'y'), {}}, "#m1", 50).text, "#m1");
}

TEST(RichText, ATextWithoutMarkerIsCutAtItsEnd) {
  const auto fitted = fit_text({std::string(100, 'x'), {}}, "", 10);
  EXPECT_EQ(fitted.text, "xxxxxxxxx…");
}

TEST(RichText, BytesThatAreNoCharacterAreReplacedAndBoldSpansStayInPlace) {
  const auto clean =
      clean_text({"a\xED\xA0\x80"
                  "b\xFFж\xF0\x9F\x94",
                  {{4, 1}, {6, 2}}});
  EXPECT_EQ(clean.text,
            "a\uFFFD\uFFFD\uFFFD"
            "b\uFFFDж\uFFFD\uFFFD\uFFFD");
  ASSERT_EQ(clean.bold.size(), 2U);
  EXPECT_EQ(clean.text.substr(clean.bold[0].offset, clean.bold[0].length), "b");
  EXPECT_EQ(clean.text.substr(clean.bold[1].offset, clean.bold[1].length), "ж");
}

TEST(RichText, OverlongFormsAndNumbersBeyondUnicodeAreNoCharacters) {
  for (const auto* bad : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xC3", "\x80"})
    EXPECT_EQ(clean_text({bad, {}}).text.find_first_not_of("\xEF\xBF\xBD"), std::string::npos) << bad;
  for (const auto* good : {"\xED\x9F\xBF\uE000", "🔴", "\u0800", "\U0010FFFF", "ж"})
    EXPECT_EQ(clean_text({good, {}}).text, good);
}

TEST(RichText, ABoldSpanThatBeginsInsideACharacterOrEndsBehindTheTextIsMended) {
  const auto clean = clean_text({"ж🔴", {{1, 3}, {2, 100}, {50, 2}}});
  ASSERT_EQ(clean.bold.size(), 2U);
  for (const auto& bold : clean.bold) {
    EXPECT_LE(bold.offset + bold.length, clean.text.size());
    EXPECT_TRUE(bold.offset == 0 || bold.offset == 2);
  }
}

TEST(RichText, TheTagThatATextEndsWithIsItsMarker) {
  EXPECT_EQ(closing_tag("title\n#m1"), "#m1");
  EXPECT_EQ(closing_tag("Part 3 #m1"), "#m1");
  EXPECT_EQ(closing_tag("#m1"), "#m1");
  EXPECT_EQ(closing_tag("title #m1 more"), "");
  EXPECT_EQ(closing_tag("title #"), "");
  EXPECT_EQ(closing_tag(""), "");
}

}  // namespace
}  // namespace rec
