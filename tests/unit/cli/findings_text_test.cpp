// What doctor prints, as a person reads it.
#include "cli/findings_text.hpp"

#include <gtest/gtest.h>

namespace rec::cli {
namespace {

TEST(FindingsText, SpeaksTheLanguageOfTheConfiguration) {
  const Findings findings{
      {"clock", Finding::Level::ok, "the clock agrees with that of www.twitch.tv", ""},
      {"folder", Finding::Level::error, "/srv (recording.output_dir) cannot be written: Permission denied",
       "give the user that runs streamrecorder the right to write there, or change recording.output_dir"}};
  EXPECT_EQ(findings_text(findings),
            "✓ the clock agrees with that of www.twitch.tv\n"
            "✗ /srv (recording.output_dir) cannot be written: Permission denied\n"
            "    → give the user that runs streamrecorder the right to write there, or change "
            "recording.output_dir\n");
  EXPECT_EQ(
      findings_text(findings, Language::ru),
      "✓ часы сходятся с часами www.twitch.tv\n"
      "✗ в /srv (recording.output_dir) нельзя писать: нет прав доступа\n"
      "    → дайте пользователю, от имени которого работает streamrecorder, право писать туда или измените "
      "recording.output_dir\n");
}

}  // namespace
}  // namespace rec::cli
