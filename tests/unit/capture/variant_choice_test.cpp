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

TEST(CaptureCase18, WhoeverAsksForOtherCodecsGetsThemAndTheirOrderDecidesBetweenEquals) {
  const auto master = master_of(
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=6,RESOLUTION=1920x1080,CODECS=\"mp4a.40.2,avc1.640028\"\na.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=4,RESOLUTION=1920x1080,CODECS=\"av01.0.08M.08,mp4a.40.2\"\nv.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=5,RESOLUTION=1920x1080,CODECS=\"hev1.1.6.L120,mp4a.40.2\"\nh.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=9,RESOLUTION=3840x2160,CODECS=\"vp09.00.51.08,mp4a.40.2\"\np.m3u8\n");
  const auto first = [&](std::string_view codecs) {
    const auto& url = master.variants[choose_variants(master.variants, "best", codecs).front()].url;
    return url.substr(url.rfind('/') + 1);
  };
  EXPECT_EQ(first("h264"), "a.m3u8");
  EXPECT_EQ(first("h265,h264"), "h.m3u8");
  EXPECT_EQ(first("hevc"), "h.m3u8");
  EXPECT_EQ(first("av1,h265,h264"), "v.m3u8");
  EXPECT_EQ(first("h264,vp9"), "p.m3u8");
}

TEST(CaptureCase16, SoundAloneIsTheBestOfItsKindAndElseTheSmallestPicture) {
  EXPECT_EQ(order_of(master_of(kUsher2), "audio").front(), "audio_only");
  EXPECT_EQ(order_of(master_of(kUsher2), "audio")[1], "480p");
  const auto pictures = master_of(
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=6,RESOLUTION=1920x1080\na.m3u8\n"
      "#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=320x180\nb.m3u8\n");
  EXPECT_EQ(order_of(pictures, "audio"), (std::vector<std::string>{"180p", "1080p"}));
}

TEST(CaptureCase19Choice, TheOriginalLanguageGoesBeforeTheDefaultAndThatBeforeTheFirst) {
  const auto chosen = [](std::string_view lines) {
    const auto master = master_of("#EXTM3U\n" + std::string(lines) +
                                  "#EXT-X-STREAM-INF:BANDWIDTH=6,RESOLUTION=2x2,AUDIO=\"a\"\nv.m3u8\n");
    const auto* found = audio_rendition(master, "a");
    return found == nullptr ? std::string("-") : found->name;
  };
  const std::string first = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"de\",URI=\"1\"\n";
  const std::string autoselect =
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"fr\",AUTOSELECT=YES,URI=\"2\"\n";
  const std::string standard =
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"es\",DEFAULT=YES,AUTOSELECT=YES,URI=\"3\"\n";
  const std::string original =
      "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"English (original)\",URI=\"4\"\n";
  const std::string other = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"b\",NAME=\"x\",DEFAULT=YES,URI=\"5\"\n";
  EXPECT_EQ(chosen(first + other), "de");
  EXPECT_EQ(chosen(first + autoselect), "fr");
  EXPECT_EQ(chosen(first + autoselect + standard), "es");
  EXPECT_EQ(chosen(first + autoselect + standard + original), "English (original)");
  EXPECT_EQ(chosen(other), "-");
}

}  // namespace
}  // namespace rec::capture
