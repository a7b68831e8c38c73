// The page in a real browser: tests/web/browser.mjs does what a person would and looks at what they would
// see.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "tests/web/stage.hpp"

namespace rec::web_stage {
namespace {

constexpr const char* kChromium = "/usr/bin/chromium";

/// Plays a scene; what the browser complains of is the failure.
void play(const Stage& stage, const std::string& scene, const std::string& given = "") {
  const std::string source = REC_SOURCE_DIR;
  ASSERT_EQ(::access(kChromium, X_OK), 0) << kChromium << " is missing: run tools/bootstrap";
  ASSERT_TRUE(std::filesystem::exists(source + "/tools/web-tests/node_modules/playwright-core"))
      << "playwright-core is missing: run tools/bootstrap";
  const std::string pictures = source + "/build/web-pictures";
  std::filesystem::create_directories(pictures);
  const std::string command = "node " + source + "/tests/web/browser.mjs " + scene + " " + stage.url() + " " +
                              pictures + " " + given + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  ASSERT_NE(pipe, nullptr);
  std::string told;
  std::array<char, 4096> buffer{};
  for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    told.append(buffer.data(), size);
  const int ended = ::pclose(pipe);
  EXPECT_EQ(ended, 0) << told;
  if (ended == 0 && !told.empty()) std::printf("%s", told.c_str());
}

TEST(Page, TheFirstScreenAnswersTheFourQuestions) { play(Stage({}), "first"); }

TEST(Page, ALinkIsAddedAndARecordingStoppedByKeyboardAlone) {
  const Stage stage({});
  play(stage, "act");
  const auto channels = stage.channels();
  EXPECT_NE(std::find(channels.begin(), channels.end(), "twitch:somebody_new"), channels.end());
  ASSERT_EQ(stage.actions().size(), 1u);
  EXPECT_NE(stage.actions()[0].find(R"("action":"stop")"), std::string::npos) << stage.actions()[0];
}

TEST(Page, WorksOnAPhoneInTheDarkAndInRussian) { play(Stage({.language = "ru"}), "phone"); }

TEST(Page, WhatStrangersWriteIsNothingButText) { play(Stage({}), "hostile"); }

TEST(Page, HistoryIsSearchedAndAPartIsWatched) { play(Stage({}), "history"); }

TEST(Page, AsksForThePasswordOnce) { play(Stage({.password = "correct horse"}), "password"); }

TEST(Page, TheFirstPasswordIsSetByTheLinkOfTheLogOnce) {
  const Stage stage({});
  play(stage, "setup", stage.set_up());
}

TEST(Page, AGraphBeginsBeforeThePageWasOpened) { play(Stage({}), "memory"); }

TEST(Page, AFirstStartSaysWhatToDo) { play(Stage({.empty = true}), "empty"); }

TEST(Page, WhatIsWrongStandsOnTopWithItsCure) {
  const Stage stage({.trouble = true});
  play(stage, "trouble");
  ASSERT_EQ(stage.actions().size(), 1u);
  EXPECT_NE(stage.actions()[0].find(R"("action":"reprocess")"), std::string::npos) << stage.actions()[0];
}

TEST(Page, AChatToPostToIsAddedTestedAndGivenToAChannel) { play(Stage({}), "targets"); }

// With REC_LONG its bars hold, too: a first paint within a second, and 50 ms of script an update.
TEST(Page, AHundredChannelsAreShown) { play(Stage({.channels = 100}), "crowd"); }

}  // namespace
}  // namespace rec::web_stage
