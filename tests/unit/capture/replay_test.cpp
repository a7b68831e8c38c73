// Case 30: what a page shows once its broadcast is over is the whole of it, which is recorded already.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::seconds;

const std::string kShowUrl = "https://o.example/live/index.m3u8";
const std::string kReplayUrl = "https://o.example/vod/index.m3u8";

class CaptureCase30Replay : public CaptureScript {
 protected:
  void SetUp() override {
    resolver.answer = [] {
      Resolved out;
      out.media_playlist_url = kReplayUrl;
      out.live = false;
      return Result<Resolved>(std::move(out));
    };
  }
  /// All of it, under names of its own and without times.
  [[nodiscard]] std::string replay() const {
    const LiveScript whole{.window = 100, .prefix = "v-", .timed = false, .stops_at = 30, .ends = true};
    return whole.text(clock.steady() + seconds{200});
  }
  /// Ten segments are recorded, and the program starts anew when nothing is live any more.
  void restart_behind_ten() {
    for (int i = 0; i < 10; ++i) {
      SegmentInfo info;
      info.sequence = i;
      info.duration = seconds{2};
      info.program_date_time = kScriptStart + seconds{2} * i;
      info.identity = fmt::format("/live/seg{}.ts", i);
      request.recent.push_back(info);
    }
    request.take = 2;
    request.reopen_url = kShowUrl;
    http.serve(kShowUrl, {{.status = 404}});
    start();
    run_for(seconds{60});
  }
  void expect_nothing_recorded() {
    ASSERT_TRUE(end.has_value());
    EXPECT_EQ(end->reason, EndReason::offline) << end->text;
    EXPECT_EQ(sink.order, Order{});
    EXPECT_EQ(sink.opened, Order{});
  }
};

TEST_F(CaptureCase30Replay, APageThatShowsItsReplayAfterARestartIsNotRecordedFromTheBeginning) {
  http.serve(kReplayUrl, {{.body = replay()}});
  restart_behind_ten();
  expect_nothing_recorded();
}

TEST_F(CaptureCase30Replay, NeitherIsAReplayThatCannotBeOpenedAtOnce) {
  const auto begin = clock.steady();
  http.serve(kReplayUrl, [this, begin](const HttpRequest&) {
    return clock.steady() - begin < seconds{9} ? Answer{.status = 503} : Answer{.body = replay()};
  });
  restart_behind_ten();
  expect_nothing_recorded();
}

TEST_F(CaptureCase30Replay, OneThatSomebodyAskedForIsRecordedWhole) {
  http.serve(kReplayUrl, {{.body = replay()}});
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::endlist);
  EXPECT_EQ(sink.order.size(), 30U);
}

}  // namespace
}  // namespace rec::capture
