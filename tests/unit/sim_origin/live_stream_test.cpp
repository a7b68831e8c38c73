// The timetable of a simulated broadcast, on a clock that the test moves.
#include "sim/origin/live_stream.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "client.hpp"

namespace rec::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct Broadcast {
  std::shared_ptr<std::atomic<std::int64_t>> now_ms = std::make_shared<std::atomic<std::int64_t>>(0);
  Origin origin;
  TestClient client;
  LiveOptions options;

  Broadcast() {
    options.prefix = "/live/someone/1";
    options.window = 3;
    options.keep_windows = 1;
    options.first_program_date_time = from_unix_ms(1'790'000'000'000);
    options.clock = [now = now_ms] { return SteadyTime(milliseconds(now->load())); };
  }
  LiveStream start(int count) {
    std::vector<LiveSegment> segments;
    for (int i = 0; i < count; ++i) segments.push_back({"segment " + std::to_string(i), seconds(2), false});
    return {origin, options, std::move(segments)};
  }
  std::string playlist() { return client.get(origin.url("/live/someone/1/index.m3u8")).body; }
  long status(const std::string& path) { return client.get(origin.url(path)).status; }
};

TEST(LiveStream, ListsASegmentWhenItIsComplete) {
  Broadcast live;
  const auto stream = live.start(10);
  *live.now_ms = 1'999;
  EXPECT_EQ(live.status(stream.playlist_path()), 404);
  EXPECT_FALSE(stream.started());
  EXPECT_EQ(live.status(stream.segment_path(0)), 404);
  *live.now_ms = 2'000;
  EXPECT_TRUE(stream.started());
  EXPECT_EQ(live.playlist(),
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n"
            "#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:20.000Z\n#EXTINF:2.000,live\n0.ts\n");
  EXPECT_EQ(stream.first_listed_at(4), SteadyTime(seconds(10)));
}

TEST(LiveStream, MovesItsWindowAndLetsOldSegmentsGoLater) {
  Broadcast live;
  live.options.first_sequence = 100;
  const auto stream = live.start(20);
  *live.now_ms = 10'000;  // five are complete, three listed
  EXPECT_NE(live.playlist().find("#EXT-X-MEDIA-SEQUENCE:102\n"), std::string::npos);
  EXPECT_NE(live.playlist().find("2026-09-21T14:13:24.000Z"), std::string::npos);
  EXPECT_EQ(live.playlist().find("101.ts"), std::string::npos);
  EXPECT_EQ(live.client.get(live.origin.url(stream.segment_path(0))).body, "segment 0");
  EXPECT_EQ(stream.gone_at(0), SteadyTime(seconds(14)));
  *live.now_ms = 13'999;
  EXPECT_EQ(live.status(stream.segment_path(0)), 200);
  *live.now_ms = 14'000;
  EXPECT_EQ(live.status(stream.segment_path(0)), 404);
  EXPECT_EQ(live.status(stream.segment_path(1)), 200);
}

TEST(LiveStream, EndsWithAnEndlist) {
  Broadcast live;
  const auto stream = live.start(2);
  *live.now_ms = 3'999;
  EXPECT_FALSE(stream.ended());
  EXPECT_EQ(live.playlist().find("ENDLIST"), std::string::npos);
  *live.now_ms = 4'000;
  EXPECT_TRUE(stream.ended());
  EXPECT_TRUE(live.playlist().ends_with("1.ts\n#EXT-X-ENDLIST\n"));
}

TEST(LiveStream, EndsWithA404AfterItsLastSegmentWasOnOfferForAWhile) {
  Broadcast live;
  live.options.after_end = AfterEnd::not_found;
  const auto stream = live.start(2);
  *live.now_ms = 7'999;
  EXPECT_NE(live.playlist().find("1.ts"), std::string::npos);
  *live.now_ms = 8'000;
  EXPECT_EQ(live.status(stream.playlist_path()), 404);
  EXPECT_EQ(live.status(stream.segment_path(1)), 200);
}

TEST(LiveStream, GoesStaleForEver) {
  Broadcast live;
  live.options.after_end = AfterEnd::stale;
  const auto stream = live.start(2);
  *live.now_ms = 4'000;
  const auto last = live.playlist();
  *live.now_ms = 4'000'000;
  EXPECT_EQ(live.playlist(), last);
  EXPECT_EQ(last.find("ENDLIST"), std::string::npos);
  EXPECT_TRUE(stream.ended());
}

TEST(LiveStream, RunsFasterThanTimeWithoutChangingWhatItSays) {
  Broadcast live;
  live.options.speed = 20;
  const auto stream = live.start(10);
  EXPECT_EQ(stream.first_listed_at(9), SteadyTime(seconds(1)));
  *live.now_ms = 200;
  EXPECT_NE(live.playlist().find("#EXTINF:2.000,live\n1.ts\n"), std::string::npos);
}

TEST(LiveStream, DropsInTheMiddleWhenItsEncoderDoes) {
  Broadcast live;
  auto stream = live.start(10);
  *live.now_ms = 5'000;
  stream.end_now();
  *live.now_ms = 60'000;
  EXPECT_EQ(stream.size(), 2U);
  EXPECT_TRUE(live.playlist().ends_with("1.ts\n#EXT-X-ENDLIST\n"));
  EXPECT_EQ(live.status(stream.segment_path(2)), 404);
}

TEST(LiveStream, CountsDiscontinuitiesThatLeftTheWindow) {
  Broadcast live;
  std::vector<LiveSegment> segments(6);
  segments[1].discontinuity = true;
  segments[4].discontinuity = true;
  const LiveStream stream(live.origin, live.options, segments);
  *live.now_ms = 12'000;
  const auto text = live.playlist();
  EXPECT_NE(text.find("#EXT-X-DISCONTINUITY-SEQUENCE:1\n"), std::string::npos);
  EXPECT_NE(text.find("#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:2026-09-21T14:13:28.000Z"),
            std::string::npos);
}

TEST(LiveStream, ServesAnInitializationSection) {
  Broadcast live;
  live.options.init = "ftyp";
  const auto stream = live.start(2);
  *live.now_ms = 2'000;
  EXPECT_NE(live.playlist().find("#EXT-X-MAP:URI=\"init.mp4\"\n"), std::string::npos);
  EXPECT_EQ(live.client.get(live.origin.url("/live/someone/1/init.mp4")).body, "ftyp");
  EXPECT_EQ(live.client.get(live.origin.url(stream.segment_path(0))).body, "segment 0");
}

TEST(LiveStream, HoldsARequestUntilTheSegmentIsThere) {
  Broadcast live;
  live.options.hold = true;
  const auto stream = live.start(3);
  *live.now_ms = 1'900;
  const auto asked = std::chrono::steady_clock::now();
  const auto fetched = live.client.get(live.origin.url(stream.segment_path(0)));
  EXPECT_EQ(fetched.body, "segment 0");
  EXPECT_GE(std::chrono::steady_clock::now() - asked, milliseconds(100));
  EXPECT_EQ(live.status(stream.segment_path(3)), 404) << "one that will never be";
}

TEST(LiveStream, StrikesEverySegmentWithTheFaultItWasGivenAndNoPlaylist) {
  Broadcast live;
  live.options.each_segment = faults::status(503);
  const auto stream = live.start(3);
  *live.now_ms = 4'000;
  EXPECT_EQ(live.status(stream.playlist_path()), 200);
  EXPECT_EQ(live.status(stream.segment_path(0)), 503);
  EXPECT_EQ(live.status(stream.segment_path(1)), 503);
}

TEST(LiveStream, ServesBytesThatBroadcastsShare) {
  Broadcast live;
  LiveSegment shared;
  shared.shared_bytes = std::make_shared<const std::string>("the same for all");
  const LiveStream one(live.origin, live.options, {shared, shared});
  live.options.prefix = "/live/another/1";
  const LiveStream other(live.origin, live.options, {shared});
  EXPECT_EQ(shared.shared_bytes.use_count(), 4);
  *live.now_ms = 4'000;
  EXPECT_EQ(live.client.get(live.origin.url(one.segment_path(1))).body, "the same for all");
  EXPECT_EQ(live.client.get(live.origin.url(other.segment_path(0))).body, "the same for all");
}

}  // namespace
}  // namespace rec::sim
