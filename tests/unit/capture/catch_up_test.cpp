// Case 40: after a stall many segments are on offer at once.
#include <set>

#include "capture/fetcher.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

const std::string kCatchUpUrl = "https://o.example/live/index.m3u8";

using CaptureCase40 = CaptureScript;
TEST_F(CaptureCase40, ThirtySegmentsThatWaitAreFetchedSeveralAtATimeAndTheOldestFirst) {
  serve_live(kCatchUpUrl, {.start = clock.steady() - seconds{58}, .window = 30});
  resolver.live_at(kCatchUpUrl);
  start();
  run_for(seconds{1});
  EXPECT_EQ(sink.head(30), names(0, 29)) << "all that was on offer, before the next one comes";
  EXPECT_GE(http.most_busy, kFetchersPerStream);
  EXPECT_LE(http.most_busy, kFetchersPerStream + 1) << "and the playlist";
  std::vector<std::string> asked;
  for (const auto& one : http.log) {
    const auto name = one.url.substr(one.url.rfind('/') + 1);
    if (name.ends_with(".ts")) asked.push_back(name.substr(0, name.size() - 3));
  }
  ASSERT_GE(asked.size(), 30U);
  asked.resize(30);
  EXPECT_EQ(asked, names(0, 29));
}

/// Segments of 2 s, that their server keeps for a minute; for a while it cannot be reached, though the
/// playlist can.
class AfterAnOutage : public CaptureScript {
 protected:
  void serve(seconds from, seconds until) {
    LiveScript live{.start = clock.steady(), .window = 15};
    live.header = "#EXT-X-TARGETDURATION:6\n";
    serve_live(kCatchUpUrl, live);
    resolver.live_at(kCatchUpUrl);
    const auto begin = clock.steady();
    for (int i = 0; i < 1000; ++i) {
      http.serve(fmt::format("https://o.example/live/seg{}.ts", i), [=, this](const HttpRequest&) {
        const auto now = clock.steady() - begin;
        if (now >= from && now < until) return Answer{.error = Errc::unavailable};
        if (now > seconds{2 * i + 60}) return Answer{.status = 404};
        return Answer{.body = packet_of(fmt::format("seg{}.ts", i))};
      });
    }
  }
};

TEST_F(AfterAnOutage, WhatItsServerForgotMeanwhileHoldsUpNothingThatCameSince) {
  serve(seconds{60}, seconds{360});
  start();
  run_for(seconds{900});
  std::set<std::string> recorded(sink.order.begin(), sink.order.end());
  int missing = 0;
  for (int i = 181; i < 440; ++i) missing += recorded.contains(fmt::format("seg{}", i)) ? 0 : 1;
  EXPECT_EQ(missing, 0) << "broadcast behind the outage";
  EXPECT_TRUE(recorded.contains("seg160")) << "still kept when it was over";
}

}  // namespace
}  // namespace rec::capture
