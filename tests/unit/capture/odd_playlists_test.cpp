// Playlists that are rare, lawful or nearly so, and that other players play: names with blanks, windows of
// one segment, ranges that are said twice.
#include "capture/ad_marks.hpp"
#include "planner_replay.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;
using Order = std::vector<std::string>;

const std::string kOddUrl = "https://o.example/live/index.m3u8";
const std::string kOddDir = "https://o.example/live/";

MediaPlaylist odd_playlist(const std::string& lines) {
  const auto parsed = parse_playlist("#EXTM3U\n#EXT-X-TARGETDURATION:2\n" + lines, kOddUrl);
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed ? std::get<MediaPlaylist>(*parsed) : MediaPlaylist{};
}

TEST(OddPlaylist, NamesWithBlanksAreAskedForAsEveryPlayerAsksForThem) {
  const auto playlist = odd_playlist(
      "#EXT-X-MAP:URI=\"my init.mp4\"\n#EXTINF:2,\nmy stream 1.ts?of=a b\n#EXTINF:2,\nmy%20stream%202.ts\n");
  EXPECT_EQ(playlist.maps[0].url, kOddDir + "my%20init.mp4");
  EXPECT_EQ(playlist.segments[0].url, kOddDir + "my%20stream%201.ts?of=a%20b");
  EXPECT_EQ(playlist.segments[1].url, kOddDir + "my%20stream%202.ts") << "what is encoded stays as it is";
}

TEST(OddPlaylist, ARemarkThatLooksLikeAVariableIsARemark) {
  const auto playlist =
      odd_playlist("#EXT-X-DEFINE:NAME=\"a\",VALUE=\"1\"\n# made by {$tool}\n#EXTINF:2,\nseg{$a}.ts\n");
  ASSERT_EQ(playlist.segments.size(), 1U);
  EXPECT_EQ(playlist.segments[0].url, kOddDir + "seg1.ts");
}

TEST(OddPlaylist, AnAdBreakWhoseEndIsSaidInASecondTagHidesNothingBehindIt) {
  const auto at = [](int second) { return iso8601(kScriptStart + seconds{second}); };
  std::string lines = fmt::format(
      "#EXT-X-DATERANGE:ID=\"stitched-ad-1\",CLASS=\"twitch-stitched-ad\",START-DATE=\"{}\"\n"
      "#EXT-X-DATERANGE:ID=\"stitched-ad-1\",END-DATE=\"{}\"\n",
      at(2), at(4));
  for (int i = 0; i < 4; ++i)
    lines += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n#EXTINF:2,live\nseg{}.ts\n", at(2 * i), i);
  std::string seen;
  for (const auto& mark : marks_of(odd_playlist(lines))) seen += mark.ad ? 'a' : 'l';
  EXPECT_EQ(seen, "lall");
}

std::vector<std::int64_t> recorded_numbers(const Replay& replay) {
  std::vector<std::int64_t> out;
  for (const auto& one : replay.segments) out.push_back(one.sequence);
  return out;
}

TEST(OddPlaylist, AWindowOfOneSegmentToldApartByItsQueryLosesAndDoublesNothing) {
  const auto window = [](int first, int count) {
    std::string lines = fmt::format("#EXT-X-MEDIA-SEQUENCE:{}\n", first);
    for (int i = first; i < first + count; ++i) lines += fmt::format("#EXTINF:2,\nlive.ts?n={}\n", i);
    return window_of(odd_playlist(lines));
  };
  Replay alone;
  for (int i = 5; i < 9; ++i) {
    alone.show(window(i, 1));
    alone.show(window(i, 1));
  }
  EXPECT_EQ(recorded_numbers(alone), (std::vector<std::int64_t>{5, 6, 7, 8}));
  Replay growing;
  for (int count : {1, 2, 3}) growing.show(window(1, count));
  growing.show(window(3, 1));
  growing.show(window(4, 1));
  EXPECT_EQ(recorded_numbers(growing), (std::vector<std::int64_t>{1, 2, 3, 4}));
  EXPECT_EQ(growing.segments.back().epoch, 1U);
}

class CaptureCase22One : public CaptureScript {};
TEST_F(CaptureCase22One, AWindowOfOneSegmentOfASecondFromAnUnsteadyEncoderLosesNothing) {
  for (int phase = 0; phase < 300; phase += 50) {  // loads that come while the next one is expected
    http.log.clear();
    sink = {};
    end.reset();
    const LiveScript live{.start = clock.steady() - Millis{phase},
                          .length = seconds{1},
                          .window = 1,
                          .prefix = fmt::format("{}-", phase),
                          .stops_at = 60,
                          .ends = true};
    http.serve(kOddUrl, [this, live](const HttpRequest&) {
      const auto second = (clock.steady() - live.start) / seconds{1};
      const Millis late{second * 137 % 300};
      return Answer{.body = live.text(std::max(live.start, clock.steady() - late))};
    });
    resolver.live_at(kOddUrl);
    start();
    run_for(seconds{90});
    ASSERT_TRUE(end.has_value()) << phase;
    EXPECT_EQ(sink.order.size(), 60U) << phase;
    EXPECT_TRUE(sink.gaps.empty()) << phase;
  }
}

TEST(OddPlaylist, AWindowOfOneSegmentWhoseClockIsSetBackLosesNothing) {
  Replay replay;
  for (int i = 0; i < 20; ++i) {
    const int second = 2 * i - (i < 10 ? 0 : 10);
    replay.show(window_from({.first = i, .count = 1, .time = kStart + seconds{second}}));
  }
  EXPECT_EQ(replay.segments.size(), 20U);
  EXPECT_TRUE(replay.gaps.empty());
}

TEST(OddPlaylist, AnEncoderThatBeginsAnewWithItsClockSetBackIsRecordedAtOnce) {
  for (const std::int64_t first : {0, 900}) {
    Replay replay;
    replay.show(window_from({.first = 1000, .time = kStart}));
    const auto planned =
        replay.show(window_from({.first = first, .count = 2, .time = kStart - std::chrono::hours{5}}));
    EXPECT_TRUE(planned.new_epoch) << first;
    EXPECT_EQ(planned.items.size(), 2U) << first;
  }
  Replay lagging;
  lagging.show(window_from({.first = 1000, .time = kStart}));
  EXPECT_TRUE(lagging.show(window_from({.first = 900, .time = kStart - seconds{200}})).stale) << "an edge";
}

TEST(OddPlaylist, AnotherQualityWhoseTimesAreOffIsRecordedFromWhereTheLastOneEnded) {
  for (const int off : {-900, 900}) {
    Replay replay;
    replay.show(window_from({.first = 100, .count = 15, .directory = "/1080/", .time = kStart}));
    replay.other_url = true;
    replay.show(window_from({.first = 40, .count = 16, .directory = "/720/", .time = kStart + Millis{off}}));
    EXPECT_EQ(replay.segments.size(), 15U + (off < 0 ? 1U : 2U)) << off;
    EXPECT_EQ(replay.segments.back().sequence, 55);
    EXPECT_TRUE(replay.gaps.empty());
  }
  Replay lying;
  lying.show(window_from({.first = 100, .directory = "/1080/", .time = kStart}));
  lying.other_url = true;
  lying.show(window_from({.first = 40, .directory = "/720/", .time = kStart - std::chrono::hours{3}}));
  EXPECT_EQ(lying.segments.size(), 12U) << "twice is better than never";
}

TEST(OddPlaylist, AnotherQualityWithoutTimesIsNotRecordedTwice) {
  const auto switched = [](std::int64_t first, seconds since) {
    Replay replay;
    replay.show(window_from({.first = 100, .count = 15, .directory = "/1080/"}));  // to 114
    replay.other_url = true;
    replay.since_newest = since;
    replay.show(window_from({.first = first, .count = 15, .directory = "/720/", .name_of_first = 0}));
    return replay.segments.size() - 15;
  };
  EXPECT_EQ(switched(102, seconds{4}), 2U) << "by number";
  EXPECT_EQ(switched(100, seconds{1}), 0U);
  EXPECT_EQ(switched(7, seconds{4}), 3U) << "by the clock, and one to spare";
  EXPECT_EQ(switched(109, seconds{0}), 1U) << "numbers that go on elsewhere than the clock are not believed";
  EXPECT_EQ(switched(7, seconds{300}), 15U);
}

class OddPlaylistLive : public CaptureScript {
 protected:
  /// Of a playlist that forgets nothing, segments from the fourth on are never given.
  void record_with_dead(int count, int status) {
    serve_live(kOddUrl, {.start = clock.steady(), .window = 100'000});
    for (int i = 0; i < count; ++i)
      http.serve(fmt::format("{}seg{}.ts", kOddDir, 3 + i), {{.status = status}});
    resolver.live_at(kOddUrl);
    start();
    run_for(seconds{240});
    EXPECT_EQ(sink.order, names(0, 2)) << "they are still hoped for";
    run_for(seconds{160});
    ASSERT_EQ(sink.gaps.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(sink.gaps[0].cause, GapCause::fetch_failed);
    EXPECT_GT(sink.media().size(), 180U) << "the others came";
  }
};
TEST_F(OddPlaylistLive, SegmentsThatAreListedForHoursAndAreNotThereHoldUpTheOthersForMinutesAtMost) {
  record_with_dead(4, 404);
}
TEST_F(OddPlaylistLive, ASegmentThatIsListedForHoursAndAlwaysFailsHoldsUpTheOthersForMinutesAtMost) {
  record_with_dead(1, 503);
}
TEST_F(OddPlaylistLive, WhatIsListedForHoursOutlivesAnOutageOfTheLine) {
  bool down = false;
  const LiveScript live{.start = clock.steady(), .window = 100'000};
  const auto unless_down = [&](Answer answer) { return down ? Answer{.error = Errc::unavailable} : answer; };
  http.serve(kOddUrl,
             [&, live](const HttpRequest&) { return unless_down({.body = live.text(clock.steady())}); });
  for (int i = 10; i < 15; ++i) {
    const auto name = fmt::format("seg{}.ts", i);
    http.serve(kOddDir + name,
               [&, name](const HttpRequest&) { return unless_down({.body = packet_of(name)}); });
  }
  resolver.live_at(kOddUrl);
  start();
  run_for(Millis{20'010});
  down = true;
  run_for(std::chrono::minutes{20});
  down = false;
  run_for(seconds{60});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
  EXPECT_GT(sink.order.size(), 600U);
}

TEST_F(OddPlaylistLive, APlaylistLoadedWhileItIsBeingWrittenLosesNoSegment) {
  const LiveScript live{.start = clock.steady(), .timed = false};
  bool was_half = false;
  http.serve(kOddUrl, [&, live](const HttpRequest&) {
    auto text = live.text(clock.steady());
    if (text.ends_with("seg4.ts\n") && !std::exchange(was_half, true)) text.resize(text.size() - 4);
    return Answer{.body = std::move(text)};
  });
  resolver.live_at(kOddUrl);
  start();
  run_for(seconds{40});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(19), names(0, 18));
}

Result<Resolved> with_fallback(const std::string& lower) {
  Resolved out;
  out.media_playlist_url = kOddUrl;
  out.fallback_urls = {lower};
  return out;
}

TEST_F(OddPlaylistLive, TheBestQualityIsReturnedToWithoutALossOrARepetition) {
  const auto begin = clock.steady();
  const std::string lower = "https://o.example/720/index.m3u8";
  serve_live(kOddUrl, {.start = begin, .prefix = "/1080/x"});
  serve_live(lower, {.start = begin, .prefix = "/720/x"});
  resolver.answer = [&] { return with_fallback(lower); };
  start();
  run_for(seconds{21});
  http.serve(kOddUrl, {{.status = 404}});
  run_for(seconds{60});
  EXPECT_EQ(sink.opened, (Order{kOddUrl, lower}));
  serve_live(kOddUrl, {.start = begin, .prefix = "/1080/x"});
  run_for(seconds{100});
  EXPECT_EQ(sink.opened, (Order{kOddUrl, lower, kOddUrl}));
  EXPECT_TRUE(sink.gaps.empty());
  const auto media = sink.media();
  ASSERT_GE(media.size(), 85U);
  for (std::size_t i = 0; i < media.size(); ++i)
    EXPECT_EQ(media[i].program_date_time, kScriptStart + seconds{2 * static_cast<int>(i)});
}

TEST_F(OddPlaylistLive, WhileTheBestQualityStaysAwayThePageIsAskedEverMoreSeldom) {
  const std::string lower = "https://o.example/720/index.m3u8";
  serve_live(lower, {.start = clock.steady()});
  resolver.answer = [&] { return with_fallback(lower); };
  start();
  run_for(std::chrono::hours{3});
  EXPECT_EQ(sink.opened, Order{lower});
  EXPECT_GT(resolver.requests.size(), 5U);
  EXPECT_LT(resolver.requests.size(), 15U);
  EXPECT_TRUE(sink.gaps.empty());
}

TEST_F(OddPlaylistLive, AQualityThatTakesOverWithoutTimesOrNumbersDoublesASegmentAtMost) {
  const auto begin = clock.steady();
  const std::string lower = "https://o.example/720/index.m3u8";
  serve_live(kOddUrl, {.start = begin, .window = 15, .prefix = "/1080/x", .timed = false});
  serve_live(lower, {.start = begin, .window = 15, .first_number = 5000, .prefix = "/720/x", .timed = false});
  resolver.answer = [&] { return with_fallback(lower); };
  start();
  run_for(seconds{61});
  http.serve(kOddUrl, {{.status = 404}});
  run_for(seconds{40});
  EXPECT_EQ(sink.opened, (Order{kOddUrl, lower}));
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_GE(sink.media().size(), 51U);
  EXPECT_LE(sink.media().size(), 53U) << "fifteen were listed that were there already";
}

TEST_F(OddPlaylistLive, AnEncoderThatWasAwayAndGivesNoTimesLeavesAGapAsLongAsItWasAway) {
  const auto begin = clock.steady();
  serve_live(kOddUrl, {.start = begin, .prefix = "a/", .timed = false, .stops_at = 10});
  resolver.live_at(kOddUrl);
  start();
  run_for(seconds{120});
  EXPECT_TRUE(sink.gaps.empty());
  serve_live(kOddUrl, {.start = clock.steady(), .prefix = "b/new-", .timed = false});
  run_for(seconds{20});
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].cause, GapCause::offline);
  EXPECT_NEAR(std::chrono::duration<double>(sink.gaps[0].duration).count(), 100, 6);
  EXPECT_EQ(sink.order[10], "gap:offline:9-9");
  EXPECT_EQ(sink.media().back().epoch, 2U);
}

}  // namespace
}  // namespace rec::capture
