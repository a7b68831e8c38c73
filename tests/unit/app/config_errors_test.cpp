// What a person reads when config.yaml is wrong: place, key, what was expected, cure.
#include <gtest/gtest.h>

#include "app/config_yaml.hpp"
#include "config_testing.hpp"

using rec::config_testing::all_of;
using rec::config_testing::Folder;
using rec::config_testing::has;
using rec::config_testing::loaded;
using rec::config_testing::problems;

TEST(ConfigErrors, AnUnknownKeyNamesItsLineAndTheNearestKnownOne) {
  EXPECT_EQ(problems("language: en\ntwitch:\n  chanels: [x]\n"),
            "config.yaml:3: twitch.chanels: unknown key; did you mean twitch.channels?");
  EXPECT_EQ(problems("bot_token: x"),
            "config.yaml:1: bot_token: unknown key here; did you mean telegram.bot_token?");
  EXPECT_EQ(problems("web: {qqqqqqq: 1}"), "config.yaml:1: web.qqqqqqq: unknown key; expected one of listen, hosts");
  EXPECT_EQ(problems("channels: [{url: twitch.tv/a, qualty: best}]"),
            "config.yaml:1: channels[0].qualty: unknown key; did you mean quality?");
  EXPECT_TRUE(
      has(problems("telegram.api_id: 5"), "a key with a dot in it; write telegram: on a line of its own"));
}

TEST(ConfigErrors, AWrongTypeSaysWhatWasExpectedAndWhatCame) {
  EXPECT_EQ(
      problems("\nweb:\n  listen: []\n"),
      "config.yaml:3: web.listen: expected host:port, like 127.0.0.1:8080, or \"\" for none, got a list");
  EXPECT_EQ(problems("recording: 5"), "config.yaml:1: recording: expected a map of its keys, got \"5\"");
  EXPECT_EQ(problems("twitch: {channels: shroud}"),
            "config.yaml:1: twitch.channels: expected a list, each a Twitch login, or a map with name and "
            "what differs for it, got \"shroud\"");
  EXPECT_EQ(problems("compression: {two_pass: perhaps}"),
            "config.yaml:1: compression.two_pass: expected true or false, got \"perhaps\"");
  EXPECT_TRUE(has(problems("telegram: {api_id: 1.5}"), "telegram.api_id: expected a whole number"));
  EXPECT_TRUE(has(problems("recording: {retries: -1}"),
                  "recording.retries: expected a whole number of at least 0, got \"-1\""));
  EXPECT_TRUE(has(problems("jobs: {upload_concurrency: 0}"), "expected a whole number of at least 1"));
  EXPECT_TRUE(has(problems("telegram: {upload_parallelism: 0}"),
                  "telegram.upload_parallelism: expected a whole number of at least 1"));
  EXPECT_TRUE(has(problems("jobs: {upload_concurrency: 99999999999}"), "expected at most 2147483647"));
  EXPECT_TRUE(has(problems("twitch: {check_interval: }"),
                  "twitch.check_interval: expected a duration, like 90s or 1h30m (a bare number is seconds), "
                  "got nothing"));
  EXPECT_TRUE(has(problems("twitch: {check_interval: 5 parsecs}"), "got \"5 parsecs\""));
  EXPECT_TRUE(has(problems("twitch: {check_interval: 0}"), "twitch.check_interval: must be more than 0"));
  EXPECT_TRUE(has(problems("twitch: {offline_grace_period: -1}"), "a duration cannot be negative"));
  EXPECT_TRUE(
      has(problems("splitting: {default_size_gb: 0}"), "splitting.default_size_gb: must be more than 0"));
  EXPECT_TRUE(has(problems("recording: {min_free: 5}"), "a size needs its unit: write 5GB or 5MB"));
  EXPECT_TRUE(has(problems("- a\n- b"), "expected a map of keys, like `language: en`, got a list"));
}

TEST(ConfigErrors, AWrongWordNamesTheChoices) {
  EXPECT_EQ(problems("platform: mixer"),
            "config.yaml:1: platform: expected auto, twitch, youtube, both, cross, got \"mixer\"");
  EXPECT_TRUE(has(problems("platform: twich"), "did you mean twitch?"));
  EXPECT_TRUE(has(problems("logging: {level: LOUD}"), "expected DEBUG, INFO, WARNING or ERROR"));
}

TEST(ConfigErrors, AllProblemsOfAFileAreShownInItsOrder) {
  EXPECT_EQ(problems("web: {listen: nowhere}\nlanguage: de\nlanguag: en\ntwitch: {check_interval: x}\n"),
            "config.yaml:1: web.listen: expected host:port, like 127.0.0.1:8080, or \"\" for none, got "
            "\"nowhere\"\n"
            "config.yaml:2: language: expected en, ru, got \"de\"\n"
            "config.yaml:3: languag: unknown key; did you mean language?\n"
            "config.yaml:4: twitch.check_interval: expected a duration, like 90s or 1h30m (a bare number is "
            "seconds), got \"x\"");
}

TEST(ConfigErrors, AKeyThatStandsTwiceIsNotSilentlyTheLastOne) {
  EXPECT_EQ(problems("twitch:\n  client_id: a\n  client_id: b\n"),
            "config.yaml:3: twitch.client_id: stands twice, first in line 2; keep one");
  EXPECT_TRUE(
      has(problems("web: {listen: \"\"}\nweb: {listen: \"\"}\n"), "config.yaml:2: web: stands twice"));
  EXPECT_TRUE(has(problems("hooks: {a: [x], a: [y]}"), "hooks.a: stands twice"));
}

TEST(ConfigErrors, AMissingVariableIsNamed) {
  ::unsetenv("CONFIG_TEST_MISSING");
  EXPECT_EQ(problems("telegram: {api_hash: \"${CONFIG_TEST_MISSING}\"}"),
            "config.yaml:1: telegram.api_hash: the environment variable CONFIG_TEST_MISSING is not set; "
            "export it, or write the value here");
  EXPECT_TRUE(
      has(problems("telegram: {api_hash: \"${not closed\"}"), "expected ${NAME} of an environment variable"));
  ::setenv("CONFIG_TEST_WORD", "hidden", 1);
  const std::string text = problems("telegram: {api_id: \"${CONFIG_TEST_WORD}\"}");
  EXPECT_TRUE(has(text, "got \"${CONFIG_TEST_WORD}\" (see the environment)")) << text;
  EXPECT_FALSE(has(text, "hidden"));
}

TEST(ConfigErrors, ASecretFileThatCannotBeReadIsNamed) {
  EXPECT_TRUE(has(problems("telegram: {bot_token_file: gone}"),
                  "telegram.bot_token_file: cannot read gone: No such file or directory; create it"));
  EXPECT_TRUE(has(problems("telegram: {bot_token_file: .}"), "it is not a file"));
  const Folder folder;
  folder.write("empty", " \n");
  const auto empty = folder.load("telegram: {bot_token_file: empty}");
  ASSERT_FALSE(empty.has_value());
  EXPECT_TRUE(has(empty.error().text, "is empty; put the secret alone into it"));
  folder.write("t", "x");
  for (const char* yaml :
       {"telegram: {bot_token: a, bot_token_file: t}", "telegram: {bot_token_file: t, bot_token: a}"}) {
    const auto both = folder.load(yaml);
    ASSERT_FALSE(both.has_value());
    EXPECT_TRUE(has(both.error().text, "keep one of the two")) << both.error().text;
  }
}

TEST(ConfigErrors, ASecretsValueIsNeverRepeated) {
  for (const char* yaml : {"proxy: hunter2", "telegram: {proxy: [hunter2]}", "notify: [{webhook: hunter2}]",
                           "telegram: {api_hash: [hunter2]}"}) {
    const std::string text = problems(yaml);
    EXPECT_NE(text, "") << yaml;
    EXPECT_FALSE(has(text, "hunter2")) << text;
  }
}

TEST(ConfigErrors, YamlThatDoesNotParseNamesLineAndCure) {
  EXPECT_TRUE(has(problems("a: 1\n\tb: 2\n"), "config.yaml:2: not valid YAML")) << problems("a: 1\n\tb: 2\n");
  EXPECT_TRUE(has(problems("twitch:\n\tclient_id: x\n"), "indent with spaces, not with tabs"))
      << problems("twitch:\n\tclient_id: x\n");
  const std::string handle = problems("youtube:\n  channels:\n    - @x\n");
  EXPECT_TRUE(has(handle, "config.yaml:3: ")) << handle;
  EXPECT_TRUE(has(handle, "in quotes, like \"@name\"")) << handle;
  EXPECT_TRUE(has(problems("recording: {path: \"x}\n"), "close the quote"))
      << problems("recording: {path: \"x}\n");
  EXPECT_TRUE(has(problems("twitch: {channels: [a, b}\n"), "close the bracket"))
      << problems("twitch: {channels: [a, b}\n");
  EXPECT_TRUE(has(problems("telegram: *nope\n"), "in quotes, like \"*name\""));
  EXPECT_TRUE(has(problems("a: 1\n---\nb: 2\n"), "a second document begins"));
}

TEST(ConfigErrors, AFileThatIsNoneOrTooLargeIsRefused) {
  const Folder folder;
  const auto missing = rec::load_config(folder.at("none.yaml"));
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, rec::Errc::not_found);
  EXPECT_TRUE(has(rec::load_config(folder.at("")).error().text, "is a folder"));
  EXPECT_TRUE(has(problems(std::string(rec::kMaxConfigBytes + 1, '#')), "larger than 1048576 bytes"));
}

TEST(ConfigErrors, AliasBombsAreBoundedAndSelfReferencesRefused) {
  std::string bomb = "channels:\n  - &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 12; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    bomb += "  - &a" + std::to_string(level) + " [";
    for (int copy = 0; copy < 10; ++copy) bomb += (copy == 0 ? "" : ", ") + below;
    bomb += "]\n";
  }
  EXPECT_TRUE(has(problems(bomb), "stands for more than 100000 values"));
  EXPECT_TRUE(has(problems("channels: &a [*a]\n"), "an alias stands inside what it names"));
  EXPECT_TRUE(has(problems(std::string(5000, '[')), "not valid YAML"));
}

TEST(ConfigErrors, KeysThatContradictEachOtherAreFound) {
  EXPECT_EQ(problems("control:\n  enabled: true\n  allowed_user_ids: [1]\n"),
            "config.yaml:1: control.group_id: required because control.enabled is true; set it, or disable "
            "control");
  EXPECT_TRUE(has(problems("control: {enabled: true, group_id: -5}"),
                  "control.allowed_user_ids: nobody may use control"));
  EXPECT_TRUE(has(problems("timezone: Europe/Berln"),
                  "timezone: expected a name of the tz database, like Europe/Berlin, got \"Europe/Berln\"; "
                  "did you mean Europe/Berlin?"));
  EXPECT_TRUE(has(problems("timezone: ../../etc/passwd"), "expected a name of the tz database"));
  EXPECT_EQ(problems("telegram: {targets: {main: {channel_id: -5}}}\ntwitch:\n  channels:\n    - {name: a_b, "
                     "target: mian}\n"),
            "config.yaml:4: twitch.channels[0].target: no target \"mian\" under telegram.targets; did you "
            "mean main?");
  EXPECT_TRUE(has(problems("telegram: {targets: {main: {}}}"), "telegram.targets.main: no channel_id"));
  EXPECT_TRUE(has(problems("telegram: {channel_id: 0}"), "0 is no chat"));
  EXPECT_TRUE(has(problems("telegram: {channel_id: my channel}"),
                  "expected a chat: its number (-100…), @name or t.me link"));
  EXPECT_TRUE(has(problems("channels: [{quality: best}]"), "channels[0]: no url"));
  EXPECT_TRUE(has(problems("cross: [{youtube: \"@x\"}]"), "needs both youtube and twitch"));
  EXPECT_TRUE(has(problems("twitch: {channels: [\"not a login\"]}"),
                  "twitch.channels[0]: expected a Twitch login, got \"not a login\""));
  EXPECT_TRUE(
      has(problems("twitch: {channels: [{name: a_b, title_filter: \"(\"}]}"), "not a regular expression"));
  EXPECT_TRUE(has(problems("recording: {path: \"/abs/{id}\"}"), "stands below recording.output_dir"));
  EXPECT_TRUE(has(problems("recording: {path: \"{who} {id}\"}"), "{who} is unknown"));
  EXPECT_TRUE(has(problems("recording: {path: \"{title}\"}"), "needs {id}"));
  EXPECT_TRUE(
      has(problems("endpoints: {youtube: ftp://x}"), "expected a URL that begins with http:// or https://"));
  EXPECT_TRUE(has(problems("web: {listen: \"127.0.0.1:70000\"}"), "web.listen: expected host:port"));
  EXPECT_TRUE(
      has(problems("notify: [{webhook: \"https://a.b\", ntfy: \"https://c.d\"}]"), "make an entry of each"));
}

TEST(ConfigErrors, AChannelThatStandsTwiceIsAWarning) {
  EXPECT_TRUE(
      has(all_of(loaded("twitch: {channels: [Shroud, shroud], client_id: a, client_secret: b}").warnings),
          "twitch.channels[1]: shroud stands twice; the first entry counts"));
}

TEST(ConfigErrors, AMessageStaysOneLine) {
  const std::string text = problems("platform: \"a\\nb\"");
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}
