// Case 38: a slow fetch and its rival.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

const std::string kSlowUrl = "https://o.example/live/index.m3u8";
const std::string kSlowFolder = "https://o.example/live/";

class CaptureCase38 : public CaptureScript {
 protected:
  /// seg1 as its attempts answer, in a broadcast of four segments.
  void record_with(std::vector<Answer> attempts, bool ends = true) {
    serve_live(kSlowUrl, {.start = clock.steady() - seconds{6}, .stops_at = 4, .ends = ends});
    resolver.live_at(kSlowUrl);
    http.serve(kSlowFolder + "seg1.ts", std::move(attempts));
    start();
  }
  [[nodiscard]] std::vector<HttpRequest> asked() const {
    std::vector<HttpRequest> out;
    for (const auto& one : http.log)
      if (one.url == kSlowFolder + "seg1.ts") out.push_back(one);
    return out;
  }
};

const Answer kGood{.body = packet_of("seg1.ts")};
const Answer kSlowGood{.body = packet_of("seg1.ts"), .delay = Millis{12'000}};

TEST_F(CaptureCase38, ASlowFetchGetsARivalOnAConnectionOfItsOwnAndTheFirstThatIsWholeWins) {
  record_with({kSlowGood, kGood});
  run_for(Millis{8'500});
  EXPECT_EQ(asked().size(), 1U) << "2 s of media in less than 9 s is not slow enough";
  run_for(seconds{2});
  EXPECT_EQ(sink.order, names(0, 3));
  ASSERT_EQ(asked().size(), 2U);
  EXPECT_FALSE(asked()[0].fresh_connection);
  EXPECT_TRUE(asked()[1].fresh_connection);
  EXPECT_EQ(http.busy, 0) << "the slow one was cancelled";
}

TEST_F(CaptureCase38, SegmentsThatWaitForTheirTurnAreNotAskedForTwiceAndTheConnectionsStayFree) {
  record_with({{.body = packet_of("seg1.ts"), .delay = Millis{3'000}, .turn = Millis{20'000}}});
  run_for(seconds{26});
  EXPECT_EQ(sink.order, names(0, 3));
  EXPECT_EQ(asked().size(), 1U) << "it was on its way for three seconds only";
}

TEST_F(CaptureCase38, WhatIsSlowOnceItsTurnHasComeGetsARivalLikeAnyOther) {
  record_with({{.body = packet_of("seg1.ts"), .delay = Millis{12'000}, .turn = Millis{5'000}}, kGood});
  run_for(Millis{13'500});
  EXPECT_EQ(asked().size(), 1U);
  run_for(seconds{2});
  EXPECT_EQ(asked().size(), 2U);
  EXPECT_EQ(sink.order, names(0, 3));
}

TEST_F(CaptureCase38, TheFirstAttemptMayStillWin) {
  record_with({kSlowGood, {.body = packet_of("late.ts"), .delay = Millis{9'000}}});
  run_for(seconds{13});
  EXPECT_EQ(sink.order, names(0, 3));
  EXPECT_EQ(asked().size(), 2U);
  EXPECT_EQ(http.busy, 0);
}

TEST_F(CaptureCase38, ARivalThatFailsDoesNotEndTheFirstAttempt) {
  for (const auto& failure : {Answer{.status = 503}, Answer{.error = Errc::unavailable}}) {
    sink = RecordingSink();
    http.log.clear();
    record_with({kSlowGood, failure});
    run_for(seconds{14});
    EXPECT_EQ(sink.order, names(0, 3));
    EXPECT_EQ(asked().size(), 2U);
  }
}

TEST_F(CaptureCase38, AFirstAttemptThatFailsAfterItsRivalHasStartedLeavesItTheTime) {
  record_with({{.delay = Millis{10'000}, .error = Errc::timed_out},
               {.body = packet_of("seg1.ts"), .delay = Millis{4'000}}});
  run_for(seconds{14});
  EXPECT_EQ(sink.order, names(0, 3));
  EXPECT_EQ(asked().size(), 2U);
}

TEST_F(CaptureCase38, WhenBothFailItIsTriedAgain) {
  record_with({{.delay = Millis{10'000}, .error = Errc::timed_out}, {.status = 500}, kGood}, false);
  run_for(seconds{12});
  EXPECT_EQ(sink.order, names(0, 3));
  EXPECT_EQ(asked().size(), 3U);
}

TEST_F(CaptureCase38, APlaylistWhoseRivalWasSilentAsWellIsAskedAThirdTimeBeforeItsWindowHasGone) {
  const LiveScript live{.start = clock.steady()};
  int loads = 0;
  http.serve(kSlowUrl, [&, live](const HttpRequest&) {
    ++loads;
    if (loads == 3 || loads == 4) return Answer{.delay = Millis{10'000}, .error = Errc::timed_out};
    return Answer{.body = live.text(clock.steady())};
  });
  resolver.live_at(kSlowUrl);
  start();
  run_for(seconds{40});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(16), names(0, 15));
}

TEST_F(CaptureCase38, WhereEverythingIsSlowOnlyTwoRivalsRun) {
  serve_live(kSlowUrl, {.start = clock.steady() - seconds{10}, .stops_at = 6, .ends = true});
  resolver.live_at(kSlowUrl);
  for (int i = 0; i < 6; ++i)
    http.serve(fmt::format("{}seg{}.ts", kSlowFolder, i),
               {{.body = packet_of(fmt::format("seg{}.ts", i)), .delay = Millis{12'000}}});
  start();
  run_for(seconds{11});
  EXPECT_EQ(http.most_busy, 6);
  run_for(seconds{40});
  EXPECT_EQ(sink.order, names(0, 5));
}

}  // namespace
}  // namespace rec::capture
