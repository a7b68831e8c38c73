// What another configuration changes, and what of it counts without a restart.
#include "app/config_change.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/config_fields.hpp"
#include "config_testing.hpp"

namespace rec {
namespace {

using config_testing::loaded;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> changed_keys(const std::string& before, const std::string& after) {
  std::vector<std::string> keys;
  // Relative paths of defaults start at folders of their own.
  const std::string paths =
      "\nrecording: {output_dir: /r, temp_dir: /t}\nlogging: {file: /l}\nstate: {path: /s/s.db}\n"
      "control: {audit_log_file: /a}\n";
  for (const ConfigChange& change :
       config_changes(loaded(before + paths).config, loaded(after + paths).config))
    keys.push_back(change.key);
  return keys;
}

TEST(ConfigChange, NothingHasChangedInTheSameFile) {
  const std::string text =
      "language: ru\ntwitch: {channels: [a, {name: b, quality: 720p}], client_secret: s}\n"
      "notify: [telegram, {webhook: \"https://h/x\"}]\ntelegram: {targets: {t: {channel_id: 5}}}";
  EXPECT_THAT(changed_keys(text, text), IsEmpty());
}

TEST(ConfigChange, EveryKeyThatChangedIsNamedInTheOrderOfTheExample) {
  EXPECT_THAT(
      changed_keys("twitch: {channels: [a]}", "language: ru\ntwitch: {channels: [a, b], check_interval: 7}"),
      ElementsAre("language", "twitch.channels", "twitch.check_interval"));
}

TEST(ConfigChange, WhatDiffersInsideOfAnEntryIsNoticed) {
  EXPECT_THAT(changed_keys("twitch: {channels: [{name: a, proxy: \"http://u:one@p\"}]}",
                           "twitch: {channels: [{name: a, proxy: \"http://u:two@p\"}]}"),
              ElementsAre("twitch.channels"));
  EXPECT_THAT(changed_keys("telegram: {targets: {t: {channel_id: 5, compression: no}}}",
                           "telegram: {targets: {t: {channel_id: 5, compression: yes}}}"),
              ElementsAre("telegram.targets"));
  EXPECT_THAT(changed_keys("hooks: {gap: [/bin/a]}", "hooks: {gap: [/bin/a, b]}"), ElementsAre("hooks"));
}

TEST(ConfigChange, ASecretThatChangesIsNoticedAndNotShown) {
  const auto changes = config_changes(loaded("twitch: {client_secret: hunter2}").config,
                                      loaded("twitch: {client_secret: hunter3}").config);
  ASSERT_FALSE(changes.empty());
  EXPECT_EQ(changes.front().key, "twitch.client_secret");
  EXPECT_EQ(changes.front().was, "\"***\"");
  EXPECT_EQ(change_text(changes.front()), "twitch.client_secret");
}

TEST(ConfigChange, WhatIsShortIsToldWithWhatItWasAndIs) {
  EXPECT_EQ(change_text({"language", Counts::at_once, "en", "ru"}), "language: en → ru");
  EXPECT_EQ(change_text({"channels", Counts::at_once, "[]", std::string(100, 'x')}), "channels");
}

TEST(ConfigChange, OnlyWhatCountsWithoutARestartIsTakenUp) {
  const Config now = loaded("web: {listen: \"127.0.0.1:1\"}\nlanguage: en").config;
  const Config read = loaded("web: {listen: \"127.0.0.1:2\"}\nlanguage: ru\ntwitch: {channels: [a]}").config;
  const Config next = taken_up(now, read);
  EXPECT_EQ(next.language, Language::ru);
  EXPECT_EQ(next.twitch.channels.size(), 1U);
  EXPECT_EQ(next.web.listen, "127.0.0.1:1");
  EXPECT_EQ(next.state.path, now.state.path);
}

// Whoever makes a key count at once has to see to it in cli/reloading; whoever adds one has to decide.
TEST(ConfigChange, TheseKeysAndNoOthersWantARestart) {
  std::set<std::string> keys;
  for (const Field<Config>& field : config_fields()) {
    const bool value = field.info.retired.empty() && field.info.stands_for.empty();
    if (value && field.info.counts == Counts::after_restart) keys.insert(field.info.key);
    EXPECT_EQ(value, static_cast<bool>(field.same)) << field.info.key << " cannot be compared";
    EXPECT_EQ(value, static_cast<bool>(field.copy)) << field.info.key << " cannot be taken up";
  }
  EXPECT_EQ(keys, (std::set<std::string>{
                      "timezone", "telegram.api_id", "telegram.api_hash", "telegram.bot_token",
                      "telegram.tdlib", "telegram.proxy", "recording.resolver_data", "logging.file",
                      "logging.max_size_mb", "logging.backup_count", "state.path", "web.listen", "web.hosts",
                      "endpoints.twitch_id", "endpoints.twitch_helix", "endpoints.twitch_gql",
                      "endpoints.twitch_usher", "endpoints.youtube"}));
}

TEST(ConfigChange, TelegramThatIsSetUpLaterAndItsWayOutWantARestart) {
  const Config none = loaded("telegram: {api_id: 1, api_hash: x}").config;
  const Config chat = loaded("telegram: {api_id: 1, api_hash: x, channel_id: 5}").config;
  const auto only_telegram = [](std::vector<std::string> keys) {
    std::erase_if(keys,
                  [](const std::string& key) { return !key.starts_with("telegram") && key != "proxy"; });
    return keys;
  };
  EXPECT_THAT(only_telegram(wants_restart(none, chat, false)), ElementsAre("telegram.channel_id"));
  Config commanded = chat;
  commanded.control.enabled = true;
  EXPECT_THAT(wants_restart(chat, commanded, true), IsEmpty()) << "the group is opened at once";
  EXPECT_THAT(wants_restart(none, commanded, false), testing::Contains("control.enabled"));
  EXPECT_THAT(only_telegram(wants_restart(none, chat, true)), IsEmpty())
      << "a target of commands had it signed in";
  Config proxied = chat;
  proxied.proxy = Secret("http://p:1");
  EXPECT_THAT(only_telegram(wants_restart(chat, proxied, true)), ElementsAre("proxy"));
  EXPECT_THAT(only_telegram(wants_restart(chat, proxied, false)), IsEmpty());
}

}  // namespace
}  // namespace rec
