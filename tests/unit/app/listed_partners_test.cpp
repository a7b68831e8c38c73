// Twitch channels that continue a YouTube one (cross) and stand in a list as well; what a channel's quality
// and the length of its sessions mean for its files; how much room making them takes.
#include "app/output_folder.hpp"
#include "app/settings_of.hpp"
#include "config_testing.hpp"

namespace rec {
namespace {

using config_testing::all_of;
using config_testing::has;
using config_testing::loaded;
using std::chrono::hours;
using std::chrono::seconds;

Settings settings_for(const std::string& yaml) {
  auto settings = settings_of(loaded(yaml).config);
  EXPECT_TRUE(settings.has_value()) << (settings ? "" : settings.error().text);
  return settings ? *std::move(settings) : Settings{};
}

std::vector<std::string> ids_of(const std::vector<WatchedChannel>& channels) {
  std::vector<std::string> ids;
  for (const auto& channel : channels) ids.push_back(channel.id.str());
  return ids;
}

using Ids = std::vector<std::string>;

TEST(ListedPartner, IsAChannelOfItsOwnToo) {
  const auto settings =
      settings_for("cross: [{youtube: x, twitch: X_tw}]\ntwitch: {channels: [x_tw, other]}\n");
  EXPECT_EQ(ids_of(settings.channels), (Ids{"twitch:x_tw", "twitch:other", "youtube:@x"}));
  EXPECT_EQ(ids_of(settings.partners), Ids{"twitch:x_tw"});
  EXPECT_EQ(settings.main_of.at(ChannelId("twitch:x_tw")), ChannelId("youtube:@x"));
}

TEST(ListedPartner, IsOnlyAPartnerWhereItStandsInNoListOrTheModeIsCross) {
  EXPECT_EQ(ids_of(settings_for("cross: [{youtube: x, twitch: x_tw}]\n").channels), Ids{"youtube:@x"});
  const auto mode =
      settings_for("platform: cross\ncross: [{youtube: x, twitch: x_tw}]\ntwitch: {channels: [x_tw]}\n");
  EXPECT_EQ(ids_of(mode.channels), Ids{"youtube:@x"});
  EXPECT_EQ(ids_of(mode.partners), Ids{"twitch:x_tw"});
}

TEST(ListedPartner, WhatHappensIsSaidWhenTheConfigurationIsChecked) {
  EXPECT_TRUE(
      has(all_of(loaded("cross: [{youtube: \"@x\", twitch: x_tw}]\ntwitch: {channels: [x_tw]}").warnings),
          "x_tw also continues @x (cross): it is recorded by itself only while that one is not live"));
  EXPECT_TRUE(has(all_of(loaded("platform: cross\ncross: [{youtube: \"@x\", twitch: x_tw}]\n"
                                "twitch: {channels: [x_tw]}")
                             .warnings),
                  "is recorded only where it continues @x"));
}

TEST(SettingsOf, SoundAloneIsWhatAChannelsFirstWishSays) {
  const auto settings = settings_for(
      "recording: {quality: audio}\ntwitch: {channels: [a, {name: b, quality: 'best,audio'}, {name: c, "
      "quality: "
      "' audio_only , best'}]}\n");
  EXPECT_TRUE(sound_alone_for(settings, ChannelId("twitch:a")));
  EXPECT_FALSE(sound_alone_for(settings, ChannelId("twitch:b")));
  EXPECT_TRUE(sound_alone_for(settings, ChannelId("twitch:c")));
}

TEST(SettingsOf, ASessionIsAsLongAsItsChannelSaysOrAsItGets) {
  const auto settings = settings_for(
      "recording: {session_duration: 12h}\ntwitch: {channels: [a, {name: b, session_duration: 6h}]}\n");
  EXPECT_EQ(session_duration_for(settings, ChannelId("twitch:a")), hours(12));
  EXPECT_EQ(session_duration_for(settings, ChannelId("twitch:b")), hours(6));
  EXPECT_FALSE(session_duration_for(Settings{}, ChannelId("twitch:a"))) << "`record`";
}

TEST(OutputFolder, WhatIsLargerThanAFileNeedsRoomToBeMadeWholeCutAndEncoded) {
  EXPECT_EQ(room_to_make(900, 1000), 900U);
  EXPECT_EQ(room_to_make(1500, 1000), 4000U);
  EXPECT_EQ(room_to_make(1500, 0), 1500U);
  EXPECT_EQ(room_to_cut(900, 1000), 900U);
  EXPECT_EQ(room_to_cut(5000, 1000), 6000U);
}

}  // namespace
}  // namespace rec
