// Case groups C, D and G against the whole engine: a scripted origin, and a clock that jumps.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

const std::string kUrl = "https://o.example/live/index.m3u8";
const std::string kDir = "https://o.example/live/";
using Order = std::vector<std::string>;
using std::chrono::seconds;

class CaptureCase21E : public CaptureScript {};
TEST_F(CaptureCase21E, ALiveStreamIsRecordedOnceInOrderUpToItsEnd) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 20, .ends = true});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order, names(0, 19));
  EXPECT_EQ(sink.opened, Order{kUrl});
  for (int i = 0; i < 20; ++i) EXPECT_EQ(http.hits(fmt::format("{}seg{}.ts", kDir, i)), 1);
  EXPECT_EQ(sink.infos[5].program_date_time, kScriptStart + seconds{10});
}

class CaptureCase22 : public CaptureScript {};
TEST_F(CaptureCase22, ThePlaylistIsLoadedOnASteadySchedule) {
  serve_live(kUrl, {.start = clock.steady()});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{200});
  EXPECT_GE(http.hits(kUrl), 95);
  EXPECT_LE(http.hits(kUrl), 210) << "an unchanged playlist is asked for again after half of a segment";
  EXPECT_EQ(sink.order.size(), 100U);
}

class CaptureCase23 : public CaptureScript {};
TEST_F(CaptureCase23, SilenceIsResolvedBesideTheLoadingAndIsNoEnd) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 5});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{17});
  EXPECT_EQ(resolver.requests.size(), 1U) << "short silence asks nobody";
  run_for(seconds{120});
  EXPECT_GT(resolver.requests.size(), 2U);
  EXPECT_LT(resolver.requests.size(), 12U);
  EXPECT_FALSE(end.has_value());
  serve_live(kUrl, {.start = clock.steady() - seconds{10}, .stops_at = 8, .ends = true});
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, names(0, 7));
}

class CaptureCase23Offline : public CaptureScript {};
TEST_F(CaptureCase23Offline, SilenceOfABroadcastThatIsOfflineIsAnEnd) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 5});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{9});
  resolver.fails(Errc::not_found, "offline: scripted");
  run_for(seconds{40});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::offline);
  EXPECT_EQ(end->text, "offline: scripted");
  EXPECT_EQ(sink.order, names(0, 4));
}

class CaptureCase24E : public CaptureScript {};
TEST_F(CaptureCase24E, AnOutageLongerThanTheWindowIsOneGapAndTheRecordingGoesOn) {
  const auto begin = clock.steady();
  const LiveScript live{.start = begin};
  bool down = false;
  http.serve(kUrl, [&, live](const HttpRequest&) {
    return down ? Answer{.error = Errc::unavailable} : Answer{.body = live.text(clock.steady())};
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{21});
  down = true;
  run_for(seconds{40});
  down = false;
  run_for(seconds{20});
  ASSERT_EQ(sink.gaps.size(), 1U);
  const auto& gap = sink.gaps[0];
  EXPECT_EQ(gap.cause, GapCause::window_slid);
  EXPECT_EQ(gap.duration, (gap.to_sequence - gap.from_sequence + 1) * seconds{2});
  const auto media = sink.media();
  for (std::size_t i = 1; i < media.size(); ++i) {
    const auto expected =
        media[i - 1].sequence + 1 == gap.from_sequence ? gap.to_sequence + 1 : media[i - 1].sequence + 1;
    EXPECT_EQ(media[i].sequence, expected);
  }
  EXPECT_FALSE(end.has_value());
}

class CaptureCase28E : public CaptureScript {};
TEST_F(CaptureCase28E, ARetryUsesTheNewestTokenOfTheSameSegment) {
  const auto begin = clock.steady();
  int loads = 0;
  http.serve(kUrl, [&, begin](const HttpRequest&) {
    const LiveScript live{.start = begin, .suffix = fmt::format("?token={}", ++loads)};
    return Answer{.body = live.text(clock.steady())};
  });
  http.serve(kDir + "seg1.ts", [&](const HttpRequest& asked) {
    return asked.url.ends_with("token=2") ? Answer{.status = 403} : Answer{.body = packet_of("seg1.ts")};
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{12});
  EXPECT_GT(http.hits(kDir + "seg1.ts"), 1);
  EXPECT_EQ(http.hits(kDir + "seg2.ts"), 1);
  EXPECT_EQ(sink.head(4), names(0, 3));
  EXPECT_TRUE(sink.gaps.empty());
}

class CaptureCase31 : public CaptureScript {};
TEST_F(CaptureCase31, APlaylistThatIsGoneRollsToTheNewUrlOfTheSameTake) {
  const auto begin = clock.steady();
  const std::string next = "https://p.example/v2/index.m3u8";
  serve_live(kUrl, {.start = begin, .prefix = "/v1/segment/old-"});
  serve_live(next, {.start = begin, .first_number = 700, .prefix = "/v1/segment/new-"});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{15});
  http.serve(kUrl, {{.status = 403}});
  resolver.live_at(next);
  run_for(seconds{15});
  EXPECT_EQ(sink.opened, (Order{kUrl, next}));
  EXPECT_TRUE(sink.gaps.empty());
  const auto media = sink.media();
  ASSERT_GE(media.size(), 14U);
  for (std::size_t i = 0; i < media.size(); ++i) {
    EXPECT_EQ(media[i].program_date_time, kScriptStart + seconds{2 * static_cast<int>(i)})
        << "nothing missing, nothing twice";
    EXPECT_EQ(media[i].take, 1U);
  }
  EXPECT_EQ(media.back().epoch, 2U);
}

class CaptureCase31Offline : public CaptureScript {};
TEST_F(CaptureCase31Offline, APlaylistThatIsGoneWhileThePageIsOfflineEndsOnceAllIsDrained) {
  serve_live(kUrl, {.start = clock.steady()});
  resolver.live_at(kUrl);
  http.serve(kDir + "seg4.ts",
             {{.status = 500}, {.status = 500}, {.status = 500}, {.body = packet_of("seg4.ts")}});
  start();
  run_for(Millis{8'300});
  http.serve(kUrl, {{.status = 404}});
  resolver.fails(Errc::not_found, "offline: scripted");
  run_for(seconds{30});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::offline);
  EXPECT_EQ(sink.order, names(0, 4));
}

TEST_F(CaptureCase31Offline, ABroadcastThatEndsWhileItsServerIsAwayIsRecordedToItsEndOnceTheServerIsBack) {
  const LiveScript live{.start = clock.steady(), .stops_at = 12, .ends = true};
  bool away = false;
  http.serve(kUrl, [&, live](const HttpRequest&) {
    return away ? Answer{.status = 503} : Answer{.body = live.text(clock.steady())};
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{15});
  away = true;
  run_for(seconds{9});
  resolver.fails(Errc::not_found, "offline: scripted");
  run_for(seconds{36});
  EXPECT_FALSE(end.has_value());
  away = false;
  run_for(seconds{30});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order, names(0, 11));
}

TEST_F(CaptureCase31Offline, AServerThatStaysAwayHoldsUpTheEndForAMinute) {
  serve_live(kUrl, {.start = clock.steady()});
  resolver.live_at(kUrl);
  start();
  run_for(Millis{8'300});
  http.serve(kUrl, {{.error = Errc::unavailable}});
  resolver.fails(Errc::not_found, "offline: scripted");
  run_for(seconds{60});
  EXPECT_FALSE(end.has_value());
  run_for(seconds{20});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::offline);
  EXPECT_EQ(sink.order, names(0, 4));
}

TEST_F(CaptureCase31Offline, TheLastSegmentsOfAnEndedBroadcastAreWaitedForWhileTheLineIsDown) {
  const LiveScript live{.start = clock.steady(), .stops_at = 8, .ends = true};
  serve_live(kUrl, live);
  resolver.live_at(kUrl);
  bool down = true;
  for (const char* last : {"seg6.ts", "seg7.ts"})
    http.serve(kDir + last, [&, last](const HttpRequest&) {
      return down ? Answer{.error = Errc::unavailable} : Answer{.body = packet_of(last)};
    });
  start();
  run_for(seconds{50});
  EXPECT_FALSE(end.has_value());
  down = false;
  run_for(seconds{10});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, names(0, 7));
  EXPECT_TRUE(sink.gaps.empty());
}

class CaptureCase31Errors : public CaptureScript {};
TEST_F(CaptureCase31Errors, ServerErrorsTimeoutsAndPagesInsteadOfAPlaylistLoseNothingWithinTheWindow) {
  const LiveScript live{.start = clock.steady(), .stops_at = 15, .ends = true};
  int loads = 0;
  http.serve(kUrl, [&, live](const HttpRequest&) -> Answer {
    switch (++loads % 5) {
      case 2:
        return {.status = 503};
      case 3:
        return {.error = Errc::timed_out};
      case 4:
        return {.body = "<html>busy</html>"};
      default:
        return {.body = live.text(clock.steady())};
    }
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{80});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order, names(0, 14));
}

class CaptureCase32 : public CaptureScript {};
TEST_F(CaptureCase32, AnEmptyFirstPlaylistIsWaitedFor) {
  http.serve(kUrl, {{.body = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{20});
  EXPECT_FALSE(end.has_value());
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 3, .ends = true});
  run_for(seconds{20});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, names(0, 2));
}

class CaptureCase33 : public CaptureScript {};
TEST_F(CaptureCase33, ASegmentThatComesAtTheThirdTryIsInItsPlace) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 8, .ends = true});
  http.serve(kDir + "seg3.ts", {{.status = 404}, {.status = 404}, {.body = packet_of("seg3.ts")}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{30});
  EXPECT_EQ(sink.order, names(0, 7));
  EXPECT_EQ(http.hits(kDir + "seg3.ts"), 3);
}

class CaptureCase34 : public CaptureScript {};
TEST_F(CaptureCase34, ASegmentThatNeverComesIsAGapOnceTheWindowHasForgottenIt) {
  serve_live(kUrl, {.start = clock.steady()});
  http.serve(kDir + "seg3.ts", {{.status = 404}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{16});
  EXPECT_TRUE(sink.gaps.empty()) << "it is still listed";
  run_for(seconds{20});
  ASSERT_GE(sink.order.size(), 10U);
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.order[3], "gap:fetch_failed:3-3");
  EXPECT_EQ(sink.order[4], "seg4");
  EXPECT_EQ(sink.gaps[0].duration, seconds{2});
  EXPECT_GT(http.hits(kDir + "seg3.ts"), 5);
}

class CaptureCase35 : public CaptureScript {};
TEST_F(CaptureCase35, ATruncatedBodyIsNeverWritten) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 3, .ends = true});
  http.serve(kDir + "seg1.ts",
             {{.error = Errc::corrupt}, {.error = Errc::unavailable}, {.body = packet_of("seg1.ts")}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{20});
  EXPECT_EQ(sink.order, names(0, 2));
  EXPECT_FALSE(sink.infos[1].suspect);
}

class CaptureCase37 : public CaptureScript {};
TEST_F(CaptureCase37, EmptyBodiesPagesAndTornStreamsAreTriedAgainAndTornOnesAcceptedAsSuspect) {
  serve_live(kUrl, {.start = clock.steady(), .stops_at = 4, .ends = true});
  http.serve(kDir + "seg0.ts",
             {{.body = ""}, {.body = "<html>sorry</html>"}, {.body = packet_of("seg0.ts")}});
  http.serve(kDir + "seg1.ts", {{.body = packet_of("seg1.ts") + "torn"}, {.body = packet_of("seg1.ts")}});
  http.serve(kDir + "seg2.ts", {{.body = packet_of("seg2.ts") + "torn"}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{30});
  EXPECT_EQ(sink.order, names(0, 3));
  EXPECT_EQ(http.hits(kDir + "seg0.ts"), 3);
  EXPECT_FALSE(sink.infos[1].suspect);
  EXPECT_TRUE(sink.infos[2].suspect);
  EXPECT_EQ(http.hits(kDir + "seg2.ts"), 3);
}

class CaptureCase39 : public CaptureScript {};
TEST_F(CaptureCase39, WhatIsFetchedOutOfOrderIsWrittenInOrderByFourAtMost) {
  const LiveScript live{.start = clock.steady() - seconds{100}, .window = 30, .stops_at = 40, .ends = true};
  serve_live(kUrl, live);
  for (int i = 0; i < 40; ++i)
    http.serve(fmt::format("{}seg{}.ts", kDir, i),
               {{.body = packet_of(fmt::format("seg{}.ts", i)), .delay = Millis{100 + 700 * (i % 3 == 0)}}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{30});
  EXPECT_EQ(sink.order, names(10, 39));
  EXPECT_EQ(http.most_busy, 4);
  EXPECT_TRUE(end.has_value());
}

class CaptureCase42E : public CaptureScript {};
TEST_F(CaptureCase42E, AServerThatIgnoresRangesIsCutToTheRange) {
  http.serve(kUrl, {{.body = "#EXTM3U\n#EXTINF:2,\n#EXT-X-BYTERANGE:188@0\nall.ts\n#EXTINF:2,\n#EXT-X-"
                             "BYTERANGE:188\nall.ts\n#EXT-X-ENDLIST\n"}});
  http.serve(kDir + "all.ts", [](const HttpRequest& asked) {
    if (asked.range == "0-187") return Answer{.status = 206, .body = packet_of("one.")};
    return Answer{.body = packet_of("one.") + packet_of("two.")};
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{10});
  EXPECT_EQ(sink.order, (Order{"one", "two"}));
}

class CaptureCase43E : public CaptureScript {};
TEST_F(CaptureCase43E, WhatTheOriginSaysItLacksIsNotAskedForAndIsAGapOfItsLength) {
  const LiveScript live{.start = clock.steady(), .stops_at = 9, .ends = true};
  http.serve(kUrl, [this, live](const HttpRequest&) {
    auto text = live.text(clock.steady());
    for (const char* missing : {"seg3.ts", "seg4.ts"})
      if (const auto at = text.find(missing); at != std::string::npos) text.insert(at, "#EXT-X-GAP\n");
    return Answer{.body = text};
  });
  resolver.live_at(kUrl);
  start();
  run_for(seconds{40});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(http.hits(kDir + "seg3.ts") + http.hits(kDir + "seg4.ts"), 0);
  EXPECT_EQ(sink.order, (Order{"seg0", "seg1", "seg2", "gap:upstream:3-3", "gap:upstream:4-4", "seg5", "seg6",
                               "seg7", "seg8"}));
  for (const auto& gap : sink.gaps) EXPECT_EQ(gap.duration, seconds{2});
}

class CaptureCase46 : public CaptureScript {};
TEST_F(CaptureCase46, AServerThatAsksForPatienceGetsIt) {
  serve_live(kUrl, {.start = clock.steady(), .window = 20, .stops_at = 2, .ends = true});
  http.serve(kDir + "seg1.ts", {{.status = 429, .retry_after = "5"}, {.body = packet_of("seg1.ts")}});
  resolver.live_at(kUrl);
  start();
  run_for(seconds{30});
  EXPECT_EQ(sink.order, names(0, 1));
  std::vector<SteadyTime> asked;
  for (std::size_t i = 0; i < http.log.size(); ++i)
    if (http.log[i].url == kDir + "seg1.ts") asked.push_back(http.times[i]);
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_GE(asked[1] - asked[0], seconds{5});
}

}  // namespace
}  // namespace rec::capture
