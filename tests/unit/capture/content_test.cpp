// Case 69 and the cases that only bytes settle: replayed tails, names that are given again.
#include "capture/content_memory.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::seconds;

const std::string kTailUrl = "https://o.example/live/index.m3u8";
const std::string kTailFolder = "https://o.example/live/";

SegmentInfo info_of(std::uint32_t epoch, std::int64_t sequence) {
  SegmentInfo info;
  info.epoch = epoch;
  info.sequence = sequence;
  info.identity = fmt::format("/{}", sequence);
  return info;
}

TEST(CaptureCase69, OnlyTheLastSegmentsCountAsATailAndOnlyWhereAnEpochBegins) {
  ContentMemory memory;
  for (int i = 0; i < 20; ++i) memory.remember(info_of(1, i), static_cast<std::uint64_t>(i));
  EXPECT_TRUE(memory.is_replay(info_of(2, 0), 19));
  EXPECT_TRUE(memory.is_replay(info_of(2, 0), 8));
  EXPECT_FALSE(memory.is_replay(info_of(2, 0), 7)) << "a loop that begins anew is no tail";
  EXPECT_FALSE(memory.is_replay(info_of(1, 20), 19)) << "a still picture may repeat itself";
  memory.remember(info_of(2, 5), 100);
  EXPECT_FALSE(memory.is_replay(info_of(2, 6), 19)) << "the epoch has brought something new";
}

TEST(CaptureCase69, ASuspectSegmentProvesNothing) {
  ContentMemory memory;
  auto info = info_of(1, 1);
  memory.remember(info, 11);
  EXPECT_EQ(memory.hash_of("/1"), 11U);
  info.suspect = true;
  memory.remember(info, 12);
  EXPECT_EQ(memory.hash_of("/1"), std::nullopt);
  EXPECT_EQ(memory.hash_of("/2"), std::nullopt);
}

class ReplayScript : public CaptureScript {
 protected:
  /// `name` answers with the bytes of seg<original>.
  void serve_bytes_of(const std::string& name, int original) {
    http.serve(kTailFolder + name, {{.body = packet_of(fmt::format("seg{}.ts", original))}});
  }
  /// Numbers 500…, other names, the bytes of the last three segments and then `fresh` new ones; ends.
  void serve_replay(int fresh, std::optional<Instant> time) {
    std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:500\n";
    for (int i = 0; i < 3 + fresh; ++i) {
      if (time) text += fmt::format("#EXT-X-PROGRAM-DATE-TIME:{}\n", iso8601(*time + seconds{2 * i}));
      text += fmt::format("#EXTINF:2,\nagain/{}.ts\n", i);
      serve_bytes_of(fmt::format("again/{}.ts", i), 7 + i);
    }
    http.serve(kTailUrl, {{.body = text + "#EXT-X-ENDLIST\n"}});
  }
};

using CaptureCase69E = ReplayScript;
TEST_F(CaptureCase69E, ATailThatTheEdgeReplaysUnderNewNumbersIsDroppedWithoutAGap) {
  for (const bool timed : {false, true}) {
    sink = RecordingSink();
    end.reset();
    serve_live(kTailUrl, {.start = clock.steady(), .timed = timed, .stops_at = 10});
    resolver.live_at(kTailUrl);
    start();
    run_for(seconds{24});
    EXPECT_EQ(sink.order, names(0, 9));
    serve_replay(0, timed ? std::optional(kScriptStart + seconds{500}) : std::nullopt);
    run_for(seconds{30});
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->reason, EndReason::endlist);
    EXPECT_EQ(sink.order, names(0, 9)) << (timed ? "timed" : "not timed");
  }
}

TEST_F(CaptureCase69E, WhatFollowsAReplayIsRecordedAndTheBreakBeforeItTold) {
  serve_live(kTailUrl, {.start = clock.steady(), .stops_at = 10});
  resolver.live_at(kTailUrl);
  start();
  run_for(seconds{24});
  serve_replay(2, kScriptStart + seconds{500});
  run_for(seconds{30});
  auto expected = names(0, 9);
  expected.insert(expected.end(), {"gap:offline:9-9", "seg10", "seg11"});
  EXPECT_EQ(sink.order, expected);
}

/// Encoders that give names without times: the only thing that tells them apart is the bytes.
class ReusedNames : public CaptureScript {
 protected:
  void serve_run(int run, int last) {
    std::string text = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n";
    const int first = std::max(0, last - 5);
    text += fmt::format("#EXT-X-MEDIA-SEQUENCE:{}\n", first);
    for (int i = first; i <= last; ++i) {
      text += fmt::format("#EXTINF:2,\nseg{}.ts\n", i);
      http.serve(fmt::format("{}seg{}.ts", kTailFolder, i),
                 {{.body = packet_of(fmt::format("run{}seg{}.ts", run, i))}});
    }
    http.serve(kTailUrl, {{.body = text}});
  }
};

using CaptureCase27Content = ReusedNames;
TEST_F(CaptureCase27Content, AnEncoderThatReusesItsNamesIsSeenByItsBytesWithinSeconds) {
  resolver.live_at(kTailUrl);
  serve_run(1, 5);
  start();
  run_for(seconds{1});
  serve_run(1, 9);
  run_for(seconds{3});
  ASSERT_EQ(sink.order.size(), 10U);
  serve_run(2, 2);
  run_for(seconds{6});
  ASSERT_EQ(sink.order.size(), 13U);
  EXPECT_EQ(sink.order[10], "run2seg0");
  EXPECT_EQ(sink.order[12], "run2seg2");
  EXPECT_EQ(sink.infos[12].epoch, 2U);
}

using CaptureCase25Content = ReusedNames;
TEST_F(CaptureCase25Content, AnEdgeThatLagsWithoutTimesIsAskedForOneSegmentAndThenLeftAlone) {
  resolver.live_at(kTailUrl);
  serve_run(1, 5);
  start();
  run_for(seconds{1});
  serve_run(1, 9);
  run_for(seconds{3});
  const auto before = http.log.size();
  serve_run(1, 7);
  run_for(seconds{10});
  EXPECT_EQ(sink.order.size(), 10U);
  int asked = 0;
  for (std::size_t i = before; i < http.log.size(); ++i) asked += http.log[i].url.ends_with(".ts") ? 1 : 0;
  EXPECT_EQ(asked, 1);
  serve_run(1, 11);
  run_for(seconds{4});
  EXPECT_EQ(sink.order.size(), 12U);
  EXPECT_EQ(sink.infos[11].epoch, 1U);
}

}  // namespace
}  // namespace rec::capture
