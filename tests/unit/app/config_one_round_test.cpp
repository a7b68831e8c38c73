// Whatever is wrong with a configuration is told in one round, and nothing that only follows from it.
#include "config_testing.hpp"

namespace {

using rec::config_testing::has;
using rec::config_testing::problems;

TEST(ConfigOneRound, AWrongWordDoesNotHideAWrongTimezone) {
  const std::string told = problems("language: de\ntimezone: Europe/Berln\nhooks: {sesion.started: [x]}\n");
  EXPECT_TRUE(has(told, "config.yaml:1: language: expected en, ru")) << told;
  EXPECT_TRUE(has(told, "config.yaml:2: timezone: ")) << told;
  EXPECT_TRUE(has(told, "config.yaml:3: hooks.sesion.started: no such event")) << told;
}

TEST(ConfigOneRound, ABrokenLineDoesNotHideTheMistakesInOtherSections) {
  const std::string told = problems(
      "languag: ru\n"
      "youtube:\n  channels:\n    - @someone\n"
      "timezone: Mars/Olympus\n"
      "web: {listen: nowhere}\n");
  EXPECT_TRUE(has(told, "config.yaml:1: languag: unknown key; did you mean language?")) << told;
  EXPECT_TRUE(has(told, "config.yaml:4: not valid YAML")) << told;
  EXPECT_TRUE(has(told, "config.yaml:5: timezone: ")) << told;
  EXPECT_TRUE(has(told, "config.yaml:6: web.listen: expected host:port")) << told;
}

TEST(ConfigOneRound, TwoBrokenLinesAreBothTold) {
  const std::string told = problems("twitch:\n\tclient_id: x\nlanguage: en\nrecording: {path: \"x}\n");
  EXPECT_TRUE(has(told, "config.yaml:2: not valid YAML")) << told;
  EXPECT_TRUE(has(told, "indent with spaces, not with tabs")) << told;
  EXPECT_TRUE(has(told, "close the quote")) << told;
}

TEST(ConfigOneRound, WhatOnlyFollowsFromAMistakeIsNotTold) {
  const std::string channel = "twitch: {channels: [{name: a_b, target: main}]}\n";
  EXPECT_FALSE(has(problems("telegram: {targets: {main: {channel_id: 0}}}\n" + channel), "no target"));
  EXPECT_FALSE(has(problems("telegram:\n  targets:\n    main: {channel_id: @x}\n" + channel), "no target"));
  EXPECT_FALSE(has(problems("control: {enabled: true, group_id: x, readonly_user_ids: [you]}\n"),
                   "nobody may use control"));
  EXPECT_FALSE(has(problems("control: {enabled: true, group_id: x}\n"), "required because"));
}

TEST(ConfigOneRound, AnEntryBehindAWrongOneIsNamedByItsOwnPlace) {
  const std::string told = problems(
      "twitch:\n  channels:\n    - not a login\n    - good_one\n    - {name: third, target: nowhere}\n");
  EXPECT_TRUE(has(told, "config.yaml:3: twitch.channels[0]: expected a Twitch login")) << told;
  EXPECT_TRUE(has(told, "config.yaml:5: twitch.channels[2].target: no target \"nowhere\"")) << told;
  const std::string twice = problems(
      "twitch:\n  channels: [a_b]\n  channels: [c_d]\ntelegram: {channel_id: 0}\n"
      "youtube: {channels: [{name: \"@x\", target: y}]}\n");
  EXPECT_TRUE(has(twice, "twitch.channels: stands twice")) << twice;
  EXPECT_TRUE(has(twice, "youtube.channels[0].target: no target \"y\"")) << twice;
}

TEST(ConfigOneRound, AnAnchorInAnotherSectionIsNoMistake) {
  const std::string told =
      problems("recording: &r {quality: best}\nweb: *r\nlanguage: [\ntimezone: Nowhere/At_All\n");
  EXPECT_FALSE(has(told, "anchor")) << told;
  EXPECT_TRUE(has(told, "timezone: ")) << told;
}

TEST(ConfigOneRound, AFileFromWindowsIsReadAndItsMistakesHaveTheirLines) {
  EXPECT_EQ(problems("\xEF\xBB\xBFlanguage: en\r\nweb:\r\n  listen: \"\"\r\n"), "");
  const std::string told = problems("\xEF\xBB\xBFlanguage: de\r\nyoutube:\r\n  channels: [@x]\r\n");
  EXPECT_TRUE(has(told, "config.yaml:1: language: expected en, ru, got \"de\"")) << told;
  EXPECT_TRUE(has(told, "config.yaml:3: not valid YAML")) << told;
}

TEST(ConfigOneRound, WhatIsNoListOfKeysIsToldOnce) {
  EXPECT_EQ(problems("just some words\nand: [more\n").find('\n'), std::string::npos);
  std::string many = "a: [\n";
  for (int i = 0; i < 300; ++i) many += "k" + std::to_string(i) + ": x\n";
  EXPECT_TRUE(has(problems(many), "not valid YAML"));
}

}  // namespace
