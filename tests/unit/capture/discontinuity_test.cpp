// Case 07: discontinuities that no window shows, only their count (EXT-X-DISCONTINUITY-SEQUENCE).
#include "planner_replay.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

/// A window of `count` segments from `first` on, with a discontinuity before each that is named. `header`:
/// the EXT-X-DISCONTINUITY-SEQUENCE, -1 = none.
Window window_with(std::int64_t first, int count, const std::vector<std::int64_t>& breaks,
                   std::int64_t header, std::string_view more = {}) {
  auto text = fmt::format("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:{}\n{}", first, more);
  if (header >= 0) text += fmt::format("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", header);
  for (auto i = first; i < first + count; ++i) {
    if (std::ranges::find(breaks, i) != breaks.end()) text += "#EXT-X-DISCONTINUITY\n";
    text += fmt::format("#EXTINF:2,\nseg{}.ts\n", i);
  }
  const auto parsed = parse_playlist(text, "https://o.example/live/index.m3u8");
  EXPECT_TRUE(parsed) << parsed.error().text;
  return parsed ? window_of(std::get<MediaPlaylist>(*parsed)) : Window{};
}

std::vector<std::int64_t> broken_at(const Replay& replay) {
  std::vector<std::int64_t> out;
  for (const auto& one : replay.segments)
    if (one.discontinuity) out.push_back(one.sequence);
  return out;
}
using Numbers = std::vector<std::int64_t>;

TEST(CaptureCase07Carried, ATagThatIsDroppedAtTheHeadOfTheWindowIsKnownByTheCount) {
  Replay replay;
  replay.show(window_with(10, 4, {}, 3));
  replay.show(window_with(14, 4, {}, 4));
  EXPECT_EQ(broken_at(replay), Numbers{14});
  replay.show(window_with(16, 4, {18}, 4));
  replay.show(window_with(20, 4, {}, 5));
  EXPECT_EQ(broken_at(replay), (Numbers{14, 18})) << "one that was seen is not said again";
}

TEST(CaptureCase07Carried, OneThatLeftWithSegmentsThatNobodySawStandsBehindTheGap) {
  Replay replay;
  replay.show(window_with(10, 4, {}, 0));
  replay.show(window_with(30, 4, {}, 1));
  EXPECT_EQ(replay.gaps.size(), 1U);
  EXPECT_EQ(broken_at(replay), Numbers{30});
}

TEST(CaptureCase07Carried, ServersThatCountOtherwiseChangeNothing) {
  for (const std::int64_t header : {0, 7, -1}) {  // never raised, or not said
    Replay replay;
    for (std::int64_t first = 0; first < 40; first += 2) replay.show(window_with(first, 4, {11}, header));
    replay.show(window_with(80, 4, {82}, header));
    EXPECT_EQ(broken_at(replay), (Numbers{11, 82})) << header;
  }
  Replay early;  // raised while its tag is still the first line
  early.show(window_with(10, 3, {11}, 0));
  early.show(window_with(11, 3, {11}, 1));
  early.show(window_with(12, 3, {}, 1));
  EXPECT_EQ(broken_at(early), Numbers{11});
  Replay falling;
  falling.show(window_with(10, 3, {}, 9));
  falling.show(window_with(13, 3, {}, 2));
  EXPECT_EQ(broken_at(falling), Numbers{});
  Replay foolish;
  foolish.show(window_with(10, 3, {}, 0));
  foolish.show(window_with(13, 3, {14}, INT64_MAX));
  EXPECT_EQ(broken_at(foolish), Numbers{14});
}

TEST(CaptureCase07Carried, TwitchsCountIsBelievedAsLittleAsItsTags) {
  Replay replay;
  replay.show(window_with(10, 4, {}, 3, "#EXT-X-TWITCH-ELAPSED-SECS:20\n"));
  replay.show(window_with(14, 4, {15}, 4, "#EXT-X-TWITCH-ELAPSED-SECS:28\n"));
  EXPECT_EQ(broken_at(replay), Numbers{});
}

TEST(CaptureCase07Carried, AnotherUrlOfThePageCountsFromElsewhere) {
  Replay replay;
  replay.show(window_with(10, 4, {}, 3));
  replay.other_url = true;
  replay.show(window_with(30, 4, {}, 8));
  EXPECT_EQ(broken_at(replay), Numbers{});
}

TEST(CaptureCase07Carried, OneBeforeSegmentsThatTheOriginLacksIsTheNextOnes) {
  Replay replay;
  auto window = window_with(10, 6, {12}, -1);
  window.segments[2].gap = window.segments[3].gap = true;
  auto head = window;
  head.segments.resize(4);
  replay.show(head);
  EXPECT_EQ(broken_at(replay), Numbers{});
  replay.show(window);
  EXPECT_EQ(broken_at(replay), Numbers{14});
}

class CaptureCase07E : public CaptureScript {};
TEST_F(CaptureCase07E, WhatCameBehindADiscontinuityDuringAnOutageIsNotJoinedToWhatWasBefore) {
  const LiveScript live{.start = clock.steady()};
  bool down = false;
  http.serve("https://o.example/live/index.m3u8", [&, live](const HttpRequest&) {
    if (down) return Answer{.error = Errc::unavailable};
    const auto first = (clock.steady() - live.start) / live.length + 1 - live.window;
    auto counted = live;
    counted.header = fmt::format("#EXT-X-DISCONTINUITY-SEQUENCE:{}\n", first > 20 ? 1 : 0);
    auto text = counted.text(clock.steady());
    if (const auto at = text.find("seg20.ts"); at != std::string::npos)
      text.insert(at, "#EXT-X-DISCONTINUITY\n");
    return Answer{.body = text};
  });
  resolver.live_at("https://o.example/live/index.m3u8");
  start();
  run_for(seconds{21});
  down = true;
  run_for(seconds{60});
  down = false;
  run_for(seconds{20});
  ASSERT_EQ(sink.gaps.size(), 1U);
  ASSERT_GT(sink.gaps[0].to_sequence, 20);
  for (const auto& one : sink.media())
    EXPECT_EQ(one.discontinuity, one.sequence == sink.gaps[0].to_sequence + 1) << one.sequence;
}

}  // namespace
}  // namespace rec::capture
