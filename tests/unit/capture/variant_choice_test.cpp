// Case group B: multivariant playlists, and which variant is recorded.
#include "capture/variant_choice.hpp"

#include <gtest/gtest.h>

namespace rec::capture {
namespace {

MultivariantPlaylist master_of(std::string_view text) {
  auto parsed = parse_playlist(text, "https://usher.example/api/x.m3u8");
  if (!parsed) {
    ADD_FAILURE() << parsed.error().text;
    return {};
  }
  return std::get<MultivariantPlaylist>(*parsed);
}

std::vector<std::string> order_of(const MultivariantPlaylist& master, std::string_view wish) {
  std::vector<std::string> names;
  for (const auto index : choose_variants(master.variants, wish))
    names.push_back(master.variants[index].name);
  return names;
}

constexpr std::string_view kUsher2 =
    "#EXTM3U\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=1400000,RESOLUTION=852x480,CODECS=\"avc1.4D401F,mp4a.40.2\",FRAME-RATE=30."
    "000,IVS-NAME=\"480p\",IVS-VARIANT-SOURCE=\"transcode\"\n"
    "https://e.example/480.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1280x720,CODECS=\"avc1.4D401F,mp4a.40.2\",FRAME-RATE=60."
    "000,IVS-NAME=\"720p60\",IVS-VARIANT-SOURCE=\"source\"\n"
    "https://e.example/src.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=1280x720,CODECS=\"avc1.4D401F,mp4a.40.2\",FRAME-RATE=30."
    "000,IVS-NAME=\"720p30\",IVS-VARIANT-SOURCE=\"transcode\"\n"
    "https://e.example/720.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=160000,CODECS=\"mp4a.40.2\",IVS-NAME=\"audio_only\",IVS-VARIANT-SOURCE="
    "\"transcode\"\n"
    "https://e.example/audio.m3u8\n";

TEST(CaptureCase14, BestIsTheSourceWhereverItIsListed) {
  EXPECT_EQ(order_of(master_of(kUsher2), "best"), (std::vector<std::string>{"720p60", "720p30", "480p"}));
}

TEST(CaptureCase15, TheFirstUsherVersionNamesItsVariantsInMediaTags) {
  const auto master = master_of(
      "#EXTM3U\n#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"720p30\",NAME=\"720p\",AUTOSELECT=YES\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=0,RESOLUTION=1280x720,VIDEO=\"720p30\"\n720.m3u8\n"
      "#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=\"chunked\",NAME=\"1080p60 (source)\",AUTOSELECT=YES\n"
      "#EXT-X-STREAM-INF:RESOLUTION=1920x1080,VIDEO=\"chunked\"\nchunked.m3u8\n");
  EXPECT_EQ(master.variants[1].name, "1080p60 (source)");
  EXPECT_EQ(master.variants[1].url, "https://usher.example/api/chunked.m3u8");
  EXPECT_EQ(order_of(master, "best").front(), "1080p60 (source)");
  EXPECT_EQ(order_of(master, "1080p60").front(), "1080p60 (source)");
  EXPECT_EQ(order_of(master, "source").front(), "1080p60 (source)");
}

TEST(CaptureCase16, TheFirstWishThatCanBeMetIsTakenAndAudioAloneIsNeverBest) {
  const auto master = master_of(kUsher2);
  EXPECT_EQ(order_of(master, "1080p60,480p,best").front(), "480p");
  EXPECT_EQ(order_of(master, "720p30").front(), "720p30");
  EXPECT_EQ(order_of(master, "160p").front(), "720p60");
  EXPECT_EQ(order_of(master, "worst").front(), "480p");
  EXPECT_EQ(order_of(master, "audio_only").front(), "audio_only");
  EXPECT_TRUE(choose_variants({}, "best").empty());
}

TEST(CaptureCase18, OtherCodecsAreTakenOnlyWhenThereIsNoH264) {
  const auto mixed = master_of(
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9000000,RESOLUTION=2560x1440,CODECS=\"hvc1.1.6.L150,mp4a.40."
      "2\"\nh.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=6000000,RESOLUTION=1920x1080,CODECS=\"avc1.640028,mp4a.40.2\"\na.m3u8\n");
  EXPECT_EQ(order_of(mixed, "best").front(), "1080p");
  const auto only = master_of(
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=2560x1440,CODECS=\"hvc1.1.6.L150,mp4a.40.2\"\nh."
      "m3u8\n");
  EXPECT_EQ(order_of(only, "best").front(), "1440p");
}

}  // namespace
}  // namespace rec::capture
