// From the configuration to what a capture goes by: what a channel's own entry, its platform and the general
// sections say, in that order.
#include "app/settings_of.hpp"

#include <algorithm>

#include "config_testing.hpp"

namespace rec {
namespace {

using config_testing::loaded;

Settings settings_from(const std::string& yaml) {
  auto settings = settings_of(loaded(yaml).config);
  EXPECT_TRUE(settings.has_value()) << (settings ? "" : settings.error().text);
  return settings ? *std::move(settings) : Settings{};
}

TEST(SettingsOf, AChannelsProxyGoesBeforeItsPlatformsAndThatBeforeTheGeneralOne) {
  const auto settings = settings_from(
      "proxy: http://all:1\n"
      "twitch: {proxy: 'http://tw:1', channels: [a, {name: b, proxy: 'socks5://u:p@own:1'}]}\n"
      "youtube: {channels: ['@c']}\n"
      "channels: ['https://other.example/x', 'https://www.twitch.tv/d']\n");
  const auto proxy = [&](const char* id) { return settings.capture_of.at(ChannelId(id)).proxy; };
  EXPECT_EQ(proxy("twitch:a"), "http://tw:1");
  EXPECT_EQ(proxy("twitch:b"), "socks5://u:p@own:1");
  EXPECT_EQ(proxy("twitch:d"), "http://tw:1");
  EXPECT_EQ(proxy("youtube:@c"), "http://all:1");
  for (const auto& channel : settings.channels)
    if (channel.platform == "url") EXPECT_EQ(settings.capture_of.at(channel.id).proxy, "http://all:1");
}

TEST(SettingsOf, YouTubesProxyCountsForItsSingleVideosToo) {
  const auto settings = settings_from(
      "youtube: {proxy: 'http://yt:1'}\nchannels: ['https://www.youtube.com/watch?v=abc', "
      "'https://youtu.be/abc', 'https://www.youtube.com/@x']\n");
  ASSERT_EQ(settings.channels.size(), 3U);
  for (const auto& channel : settings.channels)
    EXPECT_EQ(settings.capture_of.at(channel.id).proxy, "http://yt:1") << channel.page_url;
}

TEST(SettingsOf, AChannelsQualityAndCookiesGoBeforeTheRecordingSection) {
  const auto settings = settings_from(
      "recording: {quality: '720p60,best', cookies_file: /srv/all.txt, codecs: 'h265,h264'}\n"
      "twitch: {channels: [a, {name: b, quality: audio, cookies_file: /srv/b.txt}]}\n");
  const auto& a = settings.capture_of.at(ChannelId("twitch:a"));
  const auto& b = settings.capture_of.at(ChannelId("twitch:b"));
  EXPECT_EQ(a.quality, "720p60,best");
  EXPECT_EQ(a.cookies_file, "/srv/all.txt");
  EXPECT_EQ(b.quality, "audio");
  EXPECT_EQ(b.cookies_file, "/srv/b.txt");
  EXPECT_EQ(settings.codecs, "h265,h264");
}

TEST(SettingsOf, ACodecThatNobodyKnowsIsToldWithThoseThatAre) {
  EXPECT_TRUE(config_testing::has(config_testing::problems("recording: {codecs: 'h264,h266'}\n"),
                                  "recording.codecs: h266 is unknown; expected h264, h265, av1 or vp9"));
}

TEST(SettingsOf, TheResolverDataLiesBesideTheStoreUnlessAPathIsGiven) {
  EXPECT_TRUE(resolver_data_path(loaded("state: {path: /srv/data/state.db}\n").config) ==
              "/srv/data/resolver.json");
  EXPECT_EQ(resolver_data_path(loaded("recording: {resolver_data: /etc/r.json}\n").config), "/etc/r.json");
}

TEST(SettingsOf, TheSecondBackendIsChosenByChannelAndItsKeysArePassedOn) {
  const std::string yaml =
      "recording: {live_from_start: true, format: '22', retries: 30, fragment_retries: 7, use_mpegts: true,\n"
      "  phantom_filter: {min_duration_sec: 5, min_size_mb: 2, duplicate_hash_mb: 3, check_twitch_api: "
      "false}}\n"
      "twitch: {channels: [a, {name: b, capture: yt-dlp, format: best, live_from_start: false}]}\n";
  const auto settings = settings_from(yaml);
  const auto& a = settings.capture_of.at(ChannelId("twitch:a"));
  const auto& b = settings.capture_of.at(ChannelId("twitch:b"));
  EXPECT_EQ(a.backend, CaptureBackend::native);
  EXPECT_EQ(a.format, "22");
  EXPECT_TRUE(a.live_from_start);
  EXPECT_EQ(b.backend, CaptureBackend::ytdlp);
  EXPECT_EQ(b.format, "best");
  EXPECT_FALSE(b.live_from_start);
  EXPECT_EQ(settings.ytdlp.retries, 30);
  EXPECT_EQ(settings.ytdlp.fragment_retries, 7);
  EXPECT_TRUE(settings.ytdlp.use_mpegts);
  EXPECT_EQ(settings.ytdlp.phantom.min_duration, std::chrono::seconds(5));
  EXPECT_EQ(settings.ytdlp.phantom.min_bytes, 2U << 20U);
  EXPECT_EQ(settings.ytdlp.phantom.duplicate_window, 3U << 20U);
  EXPECT_FALSE(settings.ytdlp.phantom.ask_platform);
}

}  // namespace
}  // namespace rec
