// From the lists of config.yaml to what is watched.
#include "app/config_channels.hpp"

#include <gtest/gtest.h>

#include "config_testing.hpp"

using rec::config_testing::loaded;

namespace {

std::vector<std::string> config_ids(const std::string& yaml) {
  std::vector<std::string> all;
  for (const rec::ConfiguredChannel& each : rec::configured_channels(loaded(yaml).config))
    all.push_back(each.watched.id.str());
  return all;
}
using Ids = std::vector<std::string>;

constexpr const char* kLists =
    "twitch: {channels: [Shroud]}\nyoutube: {channels: [\"@x\", UCabcdefghijklmnopqrstuv]}\n";

}  // namespace

TEST(ConfigChannels, ATwitchChannelIsItsLoginInLowerCase) {
  const auto all = rec::configured_channels(
      loaded("twitch: {channels: [\" Shroud \", {name: twitch.tv/Other_One, quality: audio, enabled: no}]}")
          .config);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].watched.id.str(), "twitch:shroud");
  EXPECT_EQ(all[0].watched.platform, "twitch");
  EXPECT_EQ(all[0].watched.name, "shroud");
  EXPECT_EQ(all[0].watched.page_url, "https://www.twitch.tv/shroud");
  EXPECT_EQ(all[1].watched.name, "other_one");
  EXPECT_EQ(all[1].overrides.quality, "audio");
  EXPECT_FALSE(all[1].overrides.enabled);
}

TEST(ConfigChannels, AYoutubeHandleGetsItsAtAndAnIdStays) {
  EXPECT_EQ(rec::youtube_name("x.y"), "@x.y");
  EXPECT_EQ(rec::youtube_name("@x"), "@x");
  EXPECT_EQ(rec::youtube_name("UCabcdefghijklmnopqrstuv"), "UCabcdefghijklmnopqrstuv");
  EXPECT_EQ(rec::youtube_name("https://m.youtube.com/@Some-One/live?x=1"), "@Some-One");
  EXPECT_EQ(rec::youtube_name("https://www.youtube.com/watch?v=abc"), "");
  EXPECT_EQ(rec::youtube_name("two words"), "");
  EXPECT_EQ(rec::youtube_channel("@x").page_url, "https://www.youtube.com/@x/live");
  EXPECT_EQ(rec::youtube_channel("UCabcdefghijklmnopqrstuv").page_url,
            "https://www.youtube.com/channel/UCabcdefghijklmnopqrstuv/live");
}

TEST(ConfigChannels, AUrlIsRecognisedByItsPlatform) {
  EXPECT_EQ(rec::channel_of_url("https://www.twitch.tv/Shroud?referrer=x")->id.str(), "twitch:shroud");
  EXPECT_EQ(rec::channel_of_url("youtube.com/channel/UCabcdefghijklmnopqrstuv")->id.str(),
            "youtube:UCabcdefghijklmnopqrstuv");
  const auto other = rec::channel_of_url("https://example.org/live/a.m3u8?k=1");
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->platform, "url");
  EXPECT_EQ(other->name, "example.org a.m3u8");
  EXPECT_EQ(other->page_url, "https://example.org/live/a.m3u8?k=1");
  EXPECT_TRUE(other->id.str().starts_with("url:")) << other->id.str();
  EXPECT_EQ(other->id.str().size(), 20U);
  EXPECT_EQ(rec::channel_of_url("https://example.org/live/a.m3u8?k=1")->id, other->id)
      << "the same page keeps its id";
  EXPECT_NE(rec::channel_of_url("https://example.org/live/b.m3u8")->id, other->id);
  EXPECT_EQ(rec::channel_of_url("https://www.twitch.tv/shroud/clip/Abc")->platform, "url")
      << "a clip is not the channel";
  EXPECT_EQ(rec::channel_of_url("https://www.twitch.tv/directory")->platform, "url");
  EXPECT_FALSE(rec::channel_of_url("ftp://example.org/a").has_value());
  EXPECT_FALSE(rec::channel_of_url("shroud").has_value());
}

TEST(ConfigChannels, ThePlatformModeChoosesTheLists) {
  EXPECT_EQ(config_ids(kLists), (Ids{"twitch:shroud", "youtube:@x", "youtube:UCabcdefghijklmnopqrstuv"}));
  EXPECT_EQ(config_ids(std::string(kLists) + "platform: both"), config_ids(kLists));
  EXPECT_EQ(config_ids(std::string(kLists) + "platform: twitch"), Ids{"twitch:shroud"});
  EXPECT_EQ(config_ids(std::string(kLists) + "platform: youtube"),
            (Ids{"youtube:@x", "youtube:UCabcdefghijklmnopqrstuv"}));
  EXPECT_EQ(
      config_ids(std::string(kLists) + "platform: twitch\nchannels: [\"https://example.org/x\"]").size(), 2U)
      << "`channels` counts in every mode";
}

TEST(ConfigChannels, AChannelInTwoListsIsWatchedOnce) {
  EXPECT_EQ(
      config_ids("twitch: {channels: [shroud]}\nchannels: [\"https://twitch.tv/SHROUD\", twitch.tv/other]"),
      (Ids{"twitch:shroud", "twitch:other"}));
}

TEST(ConfigChannels, ACrossPairIsWatchedOnBothPlatformsAndKnowsWhatContinuesWhat) {
  const auto all = rec::configured_channels(
      loaded("platform: cross\ncross: [{youtube: x, twitch: X_tw}]\ntwitch: {channels: [unrelated]}").config);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].watched.id.str(), "youtube:@x");
  EXPECT_FALSE(all[0].continues);
  EXPECT_EQ(all[1].watched.id.str(), "twitch:x_tw");
  EXPECT_EQ(all[1].continues, rec::ChannelId("youtube:@x"));
}
