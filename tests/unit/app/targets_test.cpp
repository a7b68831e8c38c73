// From telegram.* and telegram.targets to where a channel's sessions are posted.
#include "app/targets.hpp"

#include <gtest/gtest.h>

#include "app/settings_of.hpp"
#include "config_testing.hpp"

namespace rec {
namespace {

using config_testing::loaded;

Settings settings_with(const std::string& yaml) {
  auto settings = settings_of(loaded("telegram:\n  api_id: 1\n  api_hash: x\n" + yaml).config);
  EXPECT_TRUE(settings.has_value()) << (settings ? "" : settings.error().text);
  return settings ? *std::move(settings) : Settings{};
}

constexpr const char* kTwoTargets =
    "  channel_id: -100111\n"
    "  backup_channel_id: -100222\n"
    "  discussion_group_id: -100333\n"
    "  targets:\n"
    "    second: {channel_id: '@second', compression: {enabled: true, default_target_size_mb: 500}, "
    "limits: {default_size_gb: 1, premium_size_gb: 3}}\n"
    "    third: {channel_id: 't.me/third', backup_channel_id: -100444}\n"
    "twitch: {channels: [a, {name: b, target: second}, {name: c, target: third}]}\n";

TEST(Targets, AChannelPicksOneAndTheOthersGoToTheTelegramSectionsOwn) {
  const Settings settings = settings_with(kTwoTargets);
  const Target main = target_for(settings, ChannelId("twitch:a"));
  EXPECT_EQ(main.chat.id, -100111);
  EXPECT_EQ(main.backup.id, -100222);
  EXPECT_EQ(main.discussion.id, -100333);
  EXPECT_FALSE(main.compression.enabled) << "off unless asked for";
  const Target second = target_for(settings, ChannelId("twitch:b"));
  EXPECT_EQ(second.name, "second");
  EXPECT_EQ(second.chat.name, "@second");
  EXPECT_EQ(second.backup.id, -100222) << "as telegram.backup_channel_id";
  EXPECT_TRUE(second.discussion.empty()) << "that group belongs to another channel";
  EXPECT_TRUE(second.compression.enabled);
  EXPECT_EQ(second.compression.target_bytes, 500ULL << 20U);
  EXPECT_EQ(second.file_bytes, 1ULL << 30U);
  EXPECT_EQ(target_for(settings, ChannelId("twitch:c")).backup.id, -100444);
}

TEST(Targets, PremiumCountsWhereTheAccountHasItAndNeverMoreThanTelegramTakes) {
  Settings settings = settings_with(kTwoTargets);
  EXPECT_EQ(target_for(settings, ChannelId("twitch:a")).file_bytes, 2000ULL << 20U);
  settings.premium = true;
  EXPECT_EQ(target_for(settings, ChannelId("twitch:a")).file_bytes, 4000ULL << 20U);
  EXPECT_EQ(target_for(settings, ChannelId("twitch:b")).file_bytes, 3ULL << 30U);
  EXPECT_EQ(target_for(settings, ChannelId("twitch:a")).compression.target_bytes, 4000ULL << 20U);
}

TEST(Targets, WithoutAChatOfItsOwnOnlyChannelsThatNameATargetArePosted) {
  const Settings settings = settings_with(
      "  targets: {second: {channel_id: -100555}}\n"
      "twitch: {channels: [a, {name: b, target: second}]}\n");
  EXPECT_TRUE(settings.session_policy.publish);
  EXPECT_TRUE(target_for(settings, ChannelId("twitch:a")).chat.empty());
  EXPECT_EQ(target_for(settings, ChannelId("twitch:b")).chat.id, -100555);
}

TEST(Targets, OneThatIsGoneIsNotReplacedByAnother) {
  Settings settings = settings_with(kTwoTargets);
  settings.targets.erase("second");
  EXPECT_TRUE(target_for(settings, ChannelId("twitch:b")).chat.empty());
}

TEST(Targets, APartsLimitsAreThoseOfItsSession) {
  Settings settings = settings_with(kTwoTargets);
  session::Session session;
  session.channel = ChannelId("twitch:b");
  session.target = target_for(settings, session.channel);
  EXPECT_EQ(file_bytes_for(settings, session), 1ULL << 30U);
  EXPECT_LT(part_limits_for(settings, session).bytes, 1ULL << 30U);
  EXPECT_GT(part_limits_for(settings, session).bytes, (1ULL << 30U) - (30ULL << 20U));
  session.target = {};
  EXPECT_EQ(file_bytes_for(settings, session), settings.file_bytes);
}

}  // namespace
}  // namespace rec
