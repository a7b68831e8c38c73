// Case 40: after a stall many segments are on offer at once.
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

}  // namespace
}  // namespace rec::capture
