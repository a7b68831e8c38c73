// EXT-X-SKIP: what a cache answers that was asked for a delta update by somebody else.
#include "capture/delta_update.hpp"

#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

const std::string kDeltaUrl = "https://o.example/live/index.m3u8";

MediaPlaylist delta_media(const std::string& lines) {
  const auto parsed = parse_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + lines, kDeltaUrl);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed ? std::get<MediaPlaylist>(*parsed) : MediaPlaylist{};
}

std::string delta_segments(int first, int last) {
  std::string out;
  for (int i = first; i <= last; ++i) out += fmt::format("#EXTINF:2,\nseg{}.m4s\n", i);
  return out;
}

TEST(CaptureCase12Update, NumbersThatNoCounterHoldsAreRefused) {
  const auto parsed = parse_playlist(
      "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:9000000000000000000\n#EXT-X-SKIP:SKIPPED-SEGMENTS=9000000000000000000\n"
      "#EXTINF:2,\n#EXT-X-BYTERANGE:900\nall.mp4\n",
      kDeltaUrl);
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, Errc::corrupt);
}

TEST(CaptureCase12Update, WhatItLeavesOutIsAsTheWindowBeforeHadIt) {
  const auto before = delta_media(
      "#EXT-X-MEDIA-SEQUENCE:10\n#EXT-X-MAP:URI=\"init.mp4\"\n"
      "#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00Z\n" +
      delta_segments(10, 20));
  auto now =
      delta_media("#EXT-X-MEDIA-SEQUENCE:12\n#EXT-X-SKIP:SKIPPED-SEGMENTS=6\n" + delta_segments(18, 22));
  ASSERT_EQ(now.skipped, 6);
  EXPECT_EQ(now.segments.front().sequence, 18);
  const auto whole = completed(std::move(now), before);
  ASSERT_TRUE(whole) << whole.error().text;
  ASSERT_EQ(whole->segments.size(), 11U);
  for (std::size_t i = 0; i < whole->segments.size(); ++i) {
    const auto& one = whole->segments[i];
    EXPECT_EQ(one.sequence, 12 + static_cast<std::int64_t>(i));
    EXPECT_EQ(one.url, fmt::format("https://o.example/live/seg{}.m4s", one.sequence));
    EXPECT_EQ(one.program_date_time,
              before.segments[2].program_date_time.value() + seconds{2 * static_cast<int>(i)});
    ASSERT_EQ(one.map, 0);
  }
  EXPECT_EQ(whole->maps[0].url, "https://o.example/live/init.mp4");
}

TEST(CaptureCase12Update, NewSectionsAndKeysCountFromWhereTheyStandAndOldOnesAreNotKeptForEver) {
  auto window = delta_media("#EXT-X-MAP:URI=\"a.mp4\"\n" + delta_segments(0, 9));
  for (int i = 1; i < 50; ++i) {
    auto delta = delta_media(fmt::format("#EXT-X-MEDIA-SEQUENCE:{}\n#EXT-X-SKIP:SKIPPED-SEGMENTS=9\n"
                                         "#EXT-X-KEY:METHOD=AES-128,URI=\"k{}\"\n#EXT-X-MAP:URI=\"{}.mp4\"\n",
                                         i, i, i) +
                             delta_segments(i + 9, i + 9));
    auto whole = completed(std::move(delta), window);
    ASSERT_TRUE(whole) << whole.error().text;
    window = *std::move(whole);
  }
  EXPECT_EQ(window.maps.size(), 10U);
  EXPECT_EQ(window.keys.size(), 10U);
  const auto& newest = window.segments.back();
  EXPECT_EQ(window.maps[static_cast<std::size_t>(newest.map)].url, "https://o.example/live/49.mp4");
  EXPECT_EQ(window.keys[static_cast<std::size_t>(newest.key)].url, "https://o.example/live/k49");
}

TEST(CaptureCase12Update, OfAnUnknownWindowItIsAnErrorAndNotAHole) {
  const auto before = delta_media("#EXT-X-MEDIA-SEQUENCE:10\n" + delta_segments(10, 12));
  auto far =
      delta_media("#EXT-X-MEDIA-SEQUENCE:20\n#EXT-X-SKIP:SKIPPED-SEGMENTS=6\n" + delta_segments(26, 30));
  EXPECT_EQ(completed(std::move(far), before).error().code, Errc::corrupt);
  const auto unreadable =
      parse_playlist("#EXTM3U\n#EXT-X-SKIP:SKIPPED-SEGMENTS=-1\n#EXTINF:2,\na.ts\n", kDeltaUrl);
  EXPECT_EQ(unreadable.error().code, Errc::corrupt);
}

/// A live playlist; every answer but those to `no-cache`, and the first if `first_whole`, leaves the older
/// half out.
class CaptureCase12 : public CaptureScript {
 protected:
  void serve_deltas(bool first_whole) {
    const LiveScript live{.start = clock.steady(), .window = 8};
    auto whole = std::make_shared<bool>(first_whole);
    http.serve(kDeltaUrl, [this, live, whole](const HttpRequest& get) {
      auto text = live.text(clock.steady());
      const bool past_caches = std::ranges::count(get.headers, "Cache-Control: no-cache") > 0;
      const auto first = text.find("#EXT-X-PROGRAM");
      const auto third = text.find("#EXT-X-PROGRAM", text.find("#EXT-X-PROGRAM", first + 1) + 1);
      if (!std::exchange(*whole, false) && !past_caches && third != std::string::npos)
        text.replace(first, third - first, "#EXT-X-SKIP:SKIPPED-SEGMENTS=2\n");
      text.insert(text.find('\n') + 1, "#EXT-X-SERVER-CONTROL:CAN-SKIP-UNTIL=12.0\n");
      return Answer{.body = std::move(text)};
    });
    resolver.live_at(kDeltaUrl);
  }
};

TEST_F(CaptureCase12, ACacheThatAnswersDeltaUpdatesCostsAndDoublesNothing) {
  serve_deltas(true);
  start();
  run_for(seconds{61});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.order, names(0, 30));
}

TEST_F(CaptureCase12, WhereTheFirstAnswerIsADeltaUpdateTheCacheIsPassedBy) {
  run_for(seconds{20});
  serve_deltas(false);
  run_for(seconds{20});
  start();
  run_for(seconds{21});
  EXPECT_TRUE(sink.gaps.empty());
  ASSERT_FALSE(sink.order.empty());
  EXPECT_EQ(sink.order.front(), "seg3") << "the whole window of eight";
}

}  // namespace
}  // namespace rec::capture
