// Case group A: what playlists look like out there, and what must be understood of them.
#include "capture/playlist.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

namespace rec::capture {
namespace {

constexpr std::string_view kBase = "https://host.example/live/a/index.m3u8?token=1";

Result<Playlist> parse_text(std::string_view text, const Defines& imports = {}) {
  return parse_playlist(text, kBase, imports);
}

MediaPlaylist media_of(std::string_view text) {
  auto parsed = parse_text(text);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().text;
    return {};
  }
  return std::get<MediaPlaylist>(*parsed);
}

std::string one_segment(std::string_view lines, std::string_view uri = "a.ts") {
  return fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:4\n{}\n{}\n", lines, uri);
}

TEST(CaptureCase01, LineEndsMarksAndBlanksMakeNoDifference) {
  const std::string plain =
      "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:4.0,t\na.ts\n#EXTINF:3.5,\nb.ts";
  std::string crlf = "\xEF\xBB\xBF";
  for (const char c : plain) crlf += c == '\n' ? std::string(" \t\r\n") : std::string(1, c);
  for (const auto& text : {plain, crlf, plain + "\n", plain + "\n\n\n"}) {
    const auto playlist = media_of(text);
    ASSERT_EQ(playlist.segments.size(), 2U);
    EXPECT_EQ(playlist.segments[0].url, "https://host.example/live/a/a.ts");
    EXPECT_EQ(playlist.segments[0].title, "t");
    EXPECT_EQ(playlist.segments[1].sequence, 8);
    EXPECT_EQ(playlist.segments[1].duration, Micros{3'500'000});
    EXPECT_EQ(playlist.target_duration, std::chrono::seconds{4});
  }
}

TEST(CaptureCase02, WhatIsNoPlaylistIsAnErrorThatSaysWhatCame) {
  const std::pair<std::string, std::string> kAnswers[] = {{"<!DOCTYPE html><p>gone", "HTML"},
                                                          {"", "empty"},
                                                          {"  \r\n", "empty"},
                                                          {"[{\"error\":1}]", "JSON"},
                                                          {"#EXTINF:4,\na.ts", "#EXTINF"}};
  for (const auto& [answer, named] : kAnswers) {
    const auto parsed = parse_text(answer);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().code, Errc::corrupt);
    EXPECT_NE(parsed.error().text.find(named), std::string::npos) << parsed.error().text;
  }
}

TEST(CaptureCase03, AttributesComeInAnyOrderWithQuotedCommasUnknownNamesAndSpaces) {
  const auto list =
      AttributeList::parse(R"(X-NEW=1, NAME="a, b=c" ,SIZE=1920x1080,EMPTY="",LAST=0x1F,BROKEN="open)");
  EXPECT_EQ(list.text("NAME"), "a, b=c");
  EXPECT_EQ(list.text("SIZE"), "1920x1080");
  EXPECT_EQ(list.find("EMPTY"), std::optional<std::string_view>(""));
  EXPECT_EQ(list.integer("X-NEW"), 1);
  EXPECT_EQ(list.text("LAST"), "0x1F");
  EXPECT_EQ(list.text("BROKEN"), "open");
  EXPECT_EQ(list.find("NOPE"), std::nullopt);
}

TEST(CaptureCase04, EveryWrittenFormOfADurationIsUnderstood) {
  const std::pair<std::string, Micros> kForms[] = {{"#EXTINF:10,", Micros{10'000'000}},
                                                   {"#EXTINF:10", Micros{10'000'000}},
                                                   {"#EXTINF:.5,t", Micros{500'000}},
                                                   {"#EXTINF: 2.002 ,x", Micros{2'002'000}},
                                                   {"#EXTINF:0,", Micros{0}},
                                                   {"#EXTINF:-1,live", Micros{4'000'000}},
                                                   {"#EXTINF:,", Micros{4'000'000}},
                                                   {"#EXTINF:nan,", Micros{4'000'000}},
                                                   {"", Micros{4'000'000}}};
  for (const auto& [form, expected] : kForms) {
    const auto playlist = media_of(one_segment(form));
    ASSERT_EQ(playlist.segments.size(), 1U) << form;
    EXPECT_EQ(playlist.segments[0].duration, expected) << form;
  }
}

TEST(CaptureCase05, AFoolishTargetDurationStillGivesASaneReloadInterval) {
  const auto target = [](std::string_view tag) {
    return media_of(fmt::format("#EXTM3U\n{}\n#EXTINF:3,\na.ts\n", tag)).target_duration;
  };
  EXPECT_EQ(target(""), std::chrono::seconds{3});
  EXPECT_EQ(target("#EXT-X-TARGETDURATION:0"), std::chrono::seconds{3});
  EXPECT_EQ(target("#EXT-X-TARGETDURATION:-5"), std::chrono::seconds{3});
  EXPECT_EQ(target("#EXT-X-TARGETDURATION:2.5"), Micros{2'500'000});
  EXPECT_EQ(target("#EXT-X-TARGETDURATION:86400"), std::chrono::seconds{60});
  EXPECT_EQ(target("#EXT-X-TARGETDURATION:0.1"), std::chrono::seconds{1});
}

TEST(CaptureCase06, MediaSequenceIsZeroWhenMissingLargeWhenLargeAndRefusedWhenNegative) {
  EXPECT_EQ(media_of(one_segment("#EXTINF:4,")).segments[0].sequence, 0);
  EXPECT_EQ(media_of(one_segment("#EXT-X-MEDIA-SEQUENCE:5000000000\n#EXTINF:4,")).segments[0].sequence,
            5'000'000'000);
  EXPECT_EQ(media_of(one_segment("#EXT-X-MEDIA-SEQUENCE:1\n#EXT-X-MEDIA-SEQUENCE:9\n#EXTINF:4,"))
                .segments[0]
                .sequence,
            9);
  EXPECT_EQ(media_of(one_segment("#EXTINF:4,", "a.ts\n#EXT-X-MEDIA-SEQUENCE:3")).segments[0].sequence, 3);
  for (const auto* bad : {"-1", "x", "99999999999999999999", "9223372036854775807"})
    EXPECT_FALSE(
        parse_text(one_segment(fmt::format("#EXT-X-MEDIA-SEQUENCE:{}\n#EXTINF:4,", bad))).has_value())
        << bad;
}

TEST(CaptureCase07, DiscontinuitySequenceAndDiscontinuityAreRead) {
  const auto playlist = media_of(
      "#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:12\n#EXTINF:2,\na.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:2,\nb."
      "ts\n");
  EXPECT_EQ(playlist.discontinuity_sequence, 12);
  EXPECT_EQ(media_of(one_segment("#EXTINF:4,")).discontinuity_sequence, std::nullopt);
  EXPECT_FALSE(playlist.segments[0].discontinuity);
  EXPECT_TRUE(playlist.segments[1].discontinuity);
}

TEST(CaptureCase08, UrisAreSeenFromThePlaylistsOwnUrl) {
  const std::pair<std::string, std::string> kUris[] = {
      {"s.ts", "https://host.example/live/a/s.ts"},
      {"../b/s.ts?x=1#frag", "https://host.example/live/b/s.ts?x=1"},
      {"../../../s.ts", "https://host.example/s.ts"},
      {"./s.ts", "https://host.example/live/a/s.ts"},
      {"/root/s.ts", "https://host.example/root/s.ts"},
      {"//cdn.example:8443/s.ts", "https://cdn.example:8443/s.ts"},
      {"http://other.example/s.ts", "http://other.example/s.ts"},
      {"?sq=4", "https://host.example/live/a/index.m3u8?sq=4"},
      {"a b|c{d}.ts", "https://host.example/live/a/a%20b|c{d}.ts"}};
  for (const auto& [uri, expected] : kUris)
    EXPECT_EQ(media_of(one_segment("#EXTINF:4,", uri)).segments[0].url, expected);
}

TEST(CaptureCase09, APlaylistThatPointsOutsideOfHttpIsRefused) {
  const std::string kPlaylists[] = {
      one_segment("#EXTINF:4,", "file:///etc/passwd"), one_segment("#EXTINF:4,", "gopher://x/1"),
      one_segment("#EXTINF:4,", "data:video/mp2t;base64,AA"),
      one_segment("#EXT-X-MAP:URI=\"file:///etc/passwd\"\n#EXTINF:4,"),
      one_segment("#EXT-X-KEY:METHOD=AES-128,URI=\"file:///etc/passwd\"\n#EXTINF:4,")};
  for (const auto& text : kPlaylists) {
    const auto parsed = parse_text(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().code, Errc::denied);
  }
}

TEST(CaptureCase10, VariablesAreReplacedFromNamesImportsAndTheQuery) {
  const auto parsed = parse_text(
      "#EXTM3U\n#EXT-X-DEFINE:NAME=\"d\",VALUE=\"deep/"
      "er\"\n#EXT-X-DEFINE:IMPORT=\"from\"\n#EXT-X-DEFINE:QUERYPARAM=\"token\"\n"
      "#EXTINF:4,\n{$d}/{$from}.ts?t={$token}\n",
      {{"from", "master"}});
  ASSERT_TRUE(parsed.has_value()) << parsed.error().text;
  EXPECT_EQ(std::get<MediaPlaylist>(*parsed).segments[0].url,
            "https://host.example/live/a/deep/er/master.ts?t=1");
  EXPECT_EQ(parse_text("#EXTM3U\n#EXT-X-DEFINE:IMPORT=\"nobody\"\n").error().code, Errc::corrupt);
  EXPECT_EQ(parse_text("#EXTM3U\n#EXT-X-DEFINE:NAME=\"a\",VALUE=\"\"\n#EXTINF:1,\n{$b}.ts\n").error().code,
            Errc::corrupt);
  EXPECT_EQ(media_of(one_segment("#EXTINF:4,", "{$plain}.ts")).segments[0].url,
            "https://host.example/live/a/{$plain}.ts");
}

TEST(CaptureCase11, UnknownAndLowLatencyTagsAreIgnored) {
  const auto playlist = media_of(
      "#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0\n#EXT-X-PART-"
      "INF:PART-TARGET=0.33\n"
      "#EXTINF:4,\na.ts\n#EXT-X-PART:DURATION=0.33,URI=\"p0.ts\"\n#EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"p1."
      "ts\"\n"
      "#EXT-X-RENDITION-REPORT:URI=\"../1.m3u8\",LAST-MSN=3\n# a comment\n#EXT-NEVER-HEARD-OF:1\n");
  EXPECT_EQ(playlist.segments.size(), 1U);
}

TEST(CaptureCase13, TenThousandSegmentsAreReadAndTooMuchIsRefused) {
  std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:1000\n";
  const std::string padding(440, 'x');
  for (int i = 0; i < 10'000; ++i)
    text += fmt::format(
        "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T{:02}:{:02}:{:02}.000Z\n#EXTINF:2.000,live\nseg{}.ts?sig={}\n",
        i / 1800, i / 30 % 60, i * 2 % 60, i, padding);
  const auto playlist = media_of(text);
  ASSERT_EQ(playlist.segments.size(), 10'000U);
  EXPECT_EQ(playlist.segments.back().sequence, 10'999);
  EXPECT_EQ(media_of(one_segment("#EXTINF:4,", std::string(9000, 'u') + ".ts")).segments[0].url.size(),
            28U + 9003U);
  EXPECT_EQ(parse_text("#EXTM3U\n" + std::string(kMaxPlaylistBytes, '#')).error().code, Errc::corrupt);
}

TEST(CaptureCase13, AWindowTenTimesAsLongTakesAboutTenTimesAsLongToRead) {
  const auto text_of = [](int count) {
    std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n";
    for (int i = 0; i < count; ++i)
      text += fmt::format("#EXT-X-PROGRAM-DATE-TIME:2026-11-22T17:00:00.000Z\n#EXTINF:2.000,\nseg{}.ts\n", i);
    return text;
  };
  const auto quickest = [](const std::string& text) {
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 7; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      EXPECT_TRUE(parse_text(text));
      best = std::min(best, std::chrono::steady_clock::now() - begin);
    }
    return best;
  };
  EXPECT_LT(quickest(text_of(10'000)), 40 * quickest(text_of(1'000))) << "a hundred times: each looks at all";
}

TEST(CaptureCase13, ShortLinesDoNotGrowIntoAGigabyte) {
  std::string text = "#EXTM3U\n";
  while (text.size() + 3 < kMaxPlaylistBytes) text += "a\n";
  EXPECT_EQ(parse_text(text).error().code, Errc::corrupt);
  text = "#EXTM3U\n";
  while (text.size() + 20 < kMaxPlaylistBytes) text += "#EXT-X-KEY:IV=1\n";
  EXPECT_EQ(parse_text(text).error().code, Errc::corrupt);
  text = "#EXTM3U\n#EXTINF:1,\na.ts\n";
  while (text.size() + 20 < kMaxPlaylistBytes) text += "#EXT-X-DATERANGE:\n";
  const auto dates = parse_text(text);
  if (dates) EXPECT_LE(std::get<MediaPlaylist>(*dates).date_ranges.size(), 2 * kDateRangesKept);
}

TEST(CaptureCase13, VariablesMadeOfEachOtherDoNotDoubleForEver) {
  std::string text = "#EXTM3U\n#EXT-X-DEFINE:NAME=\"v0\",VALUE=\"0123456789\"\n";
  for (int i = 1; i < 60; ++i)
    text += fmt::format("#EXT-X-DEFINE:NAME=\"v{}\",VALUE=\"{{$v{}}}{{$v{}}}\"\n", i, i - 1, i - 1);
  const auto parsed = parse_text(text + "#EXTINF:1,\n{$v59}\n");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::corrupt);
  EXPECT_NE(parsed.error().text.find("variables"), std::string::npos) << parsed.error().text;
}

TEST(CaptureCase13, AMillionAttributesTakeNoLongerThanTheirText) {
  std::string line = "#EXT-X-DATERANGE:ID=\"x\"";
  for (int i = 0; line.size() + 60 < kMaxPlaylistBytes; ++i) line += fmt::format(",A{}=", i);
  const auto playlist = media_of("#EXTM3U\n" + line + "\n#EXTINF:1,\na.ts\n");
  ASSERT_EQ(playlist.date_ranges.size(), 1U);
  EXPECT_EQ(playlist.date_ranges[0].attributes.all().size(), AttributeList::kMostAttributes);
  std::string master = "#EXTM3U\n";
  while (master.size() + 40 < kMaxPlaylistBytes) master += "#EXT-X-STREAM-INF:VIDEO=\"g\"\nv\n";
  EXPECT_EQ(parse_text(master).error().code, Errc::corrupt);
}

TEST(PlaylistTime, IsCarriedForwardByDurationsUpToADiscontinuity) {
  const auto playlist = media_of(
      "#EXTM3U\n#EXTINF:1,\nz.ts\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T19:00:00.100+02:00\n#EXTINF:1.5,\na."
      "ts\n#EXTINF:2,\nb.ts\n"
      "#EXT-X-DISCONTINUITY\n#EXTINF:2,\nc.ts\n#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-11-22T18:"
      "00:00Z\n#EXTINF:2,\nd.ts\n");
  const auto at = [&](std::size_t i) { return playlist.segments[i].program_date_time; };
  EXPECT_EQ(at(0), std::nullopt);
  EXPECT_EQ(iso8601(*at(1)), "2026-11-22T17:00:00.100Z");
  EXPECT_EQ(iso8601(*at(2)), "2026-11-22T17:00:01.600Z");
  EXPECT_EQ(at(3), std::nullopt);
  EXPECT_EQ(iso8601(*at(4)), "2026-11-22T18:00:00.000Z");
}

TEST(PlaylistTime, ReadsEveryCommonFormOfAnInstant) {
  for (const auto* form : {"2026-11-22T17:00:00Z", "2026-11-22T17:00:00.000", "20261122T170000Z",
                           "2026-11-22T12:00:00-0500", "2026-11-22T19:00:00,000+02"})
    EXPECT_EQ(parse_date_time(form), parse_date_time("2026-11-22T17:00:00.000Z")) << form;
  for (const auto* bad : {"", "yesterday", "2026-13-01T00:00:00Z", "2026-11-22", "2026-11-22T17:00"})
    EXPECT_EQ(parse_date_time(bad), std::nullopt) << bad;
}

TEST(CaptureCase42, ByteRangesContinueTheOneBeforeAndNeedAPlaceToBegin) {
  const auto playlist = media_of(
      "#EXTM3U\n#EXTINF:2,\n#EXT-X-BYTERANGE:100@40\nall.ts\n#EXTINF:2,\n#EXT-X-BYTERANGE:60\nall.ts\n");
  EXPECT_EQ(playlist.segments[0].range, (ByteRange{40, 100}));
  EXPECT_EQ(playlist.segments[1].range, (ByteRange{140, 60}));
  EXPECT_EQ(parse_text("#EXTM3U\n#EXTINF:2,\n#EXT-X-BYTERANGE:60\nall.ts\n").error().code, Errc::corrupt);
}

TEST(PlaylistTags, MapKeyGapEndAndTwitchTagsAreRead) {
  const auto playlist = media_of(
      "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"720@0\"\n#EXTINF:2,\na.m4s\n#EXT-X-KEY:METHOD=AES-"
      "128,URI=\"k\",IV=0xAB\n#EXTINF:2,\n"
      "b.m4s\n#EXT-X-KEY:METHOD=NONE\n#EXT-X-GAP\n#EXTINF:2,\nc.m4s\n#EXT-X-DATERANGE:ID=\"stitched-ad-1\","
      "CLASS=\"twitch-stitched-ad\","
      "START-DATE=\"2026-11-22T17:00:00Z\",DURATION=30.5\n#EXT-X-TWITCH-LIVE-SEQUENCE:44\n#EXT-X-TWITCH-"
      "PREFETCH:https://e.example/p.ts\n#EXT-X-ENDLIST\n");
  ASSERT_EQ(playlist.maps.size(), 1U);
  EXPECT_EQ(playlist.maps[0].range, (ByteRange{0, 720}));
  EXPECT_EQ(playlist.segments[2].map, 0);
  EXPECT_EQ(playlist.segments[0].key, -1);
  EXPECT_EQ(playlist.segments[1].key, 0);
  EXPECT_EQ(playlist.segments[2].key, -1);
  EXPECT_TRUE(playlist.segments[2].gap);
  EXPECT_TRUE(playlist.endlist);
  ASSERT_EQ(playlist.date_ranges.size(), 1U);
  EXPECT_EQ(playlist.date_ranges[0].duration, Micros{30'500'000});
  EXPECT_EQ(playlist.twitch_live_sequence, 44);
  EXPECT_EQ(playlist.twitch_prefetch.size(), 1U);
}

}  // namespace
}  // namespace rec::capture
