// A quality that is wanted more, and comes to be on offer later.
#include "capture/better_quality.hpp"

#include "capture/direct_resolver.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::minutes;
using std::chrono::seconds;

const std::string kLadderPage = "https://e.example/master.m3u8";

std::string ladder_url(int height, const std::string& token = {}) {
  return fmt::format("https://e.example/{}{}.m3u8", height, token);
}

class BetterQuality : public CaptureScript {
 protected:
  BetterQuality() {
    request.page_url = kLadderPage;
    recorder = make_native_recorder(http, clock, *direct_);
  }
  void list(const std::vector<int>& heights, const std::string& token = {}) {
    std::string text = "#EXTM3U\n";
    for (const int height : heights)
      text += fmt::format("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=16x{}\n{}\n", height,
                          ladder_url(height, token));
    http.serve(kLadderPage, {{.body = text}});
  }
  void serve_height(int height, bool timed = true, const std::string& token = {}) {
    serve_live(ladder_url(height, token), {.start = begin_,
                                           .first_number = timed ? height : 0,
                                           .prefix = fmt::format("/{}/x", height),
                                           .timed = timed});
  }
  /// Each two seconds of the broadcast once.
  void expect_whole() const {
    EXPECT_TRUE(sink.gaps.empty());
    const auto media = sink.media();
    for (std::size_t i = 0; i < media.size(); ++i)
      ASSERT_EQ(media[i].program_date_time, kScriptStart + seconds{2 * static_cast<int>(i)}) << i;
  }

  SteadyTime begin_ = clock.steady();
  std::unique_ptr<Resolver> direct_ = make_direct_resolver(http);
};

TEST_F(BetterQuality, AWishThatIsListedOnlyAMinuteLaterIsRecordedFromThenOn) {
  for (const int height : {480, 1080}) serve_height(height);
  list({480});
  request.quality = "1080p,720p,best";
  start();
  run_for(seconds{30});
  list({480, 1080});
  run_for(seconds{40});
  EXPECT_EQ(sink.opened, (Order{ladder_url(480), ladder_url(1080)}));
  EXPECT_EQ(sink.pictures.back().height, 1080);
  EXPECT_GE(sink.media().size(), 34U);
  expect_whole();
}

TEST_F(BetterQuality, AfterARestartOnASecondBestUrlTheBestOneIsLookedForThoughAllUrlsAreNew) {
  for (const int height : {480, 1080}) serve_height(height, true, "-new");
  serve_height(480);
  list({1080, 480}, "-new");
  request.reopen_url = ladder_url(480);
  request.reopen_picture = {16, 480, 0};
  start();
  run_for(seconds{80});
  EXPECT_EQ(sink.opened, (Order{ladder_url(480), ladder_url(1080, "-new")}));
  expect_whole();
}

TEST_F(BetterQuality, AfterARestartOnTheBestOneItIsKept) {
  serve_height(1080, true, "-new");
  serve_height(1080);
  list({1080, 480}, "-new");
  request.reopen_url = ladder_url(1080);
  request.reopen_picture = {16, 1080, 0};
  start();
  run_for(minutes{60});
  EXPECT_EQ(sink.opened, Order{ladder_url(1080)});
  EXPECT_EQ(http.hits(kLadderPage), 3);
}

TEST_F(BetterQuality, ThePageOfARecordingThatHasTheBestIsAskedThreeTimesMore) {
  for (const int height : {480, 1080}) serve_height(height);
  list({480, 1080});
  start();
  run_for(std::chrono::hours{6});
  EXPECT_EQ(http.hits(kLadderPage), 4);
  EXPECT_EQ(sink.opened, Order{ladder_url(1080)});
}

TEST_F(BetterQuality, OneThatIsListedAndWhoseSegmentsAreRefusedCostsNothing) {
  for (const int height : {480, 1080}) serve_height(height);
  for (int i = 0; i < 400; ++i)
    http.serve(fmt::format("https://e.example/1080/xseg{}.ts", i), {{.status = 403}});
  list({480});
  start();
  run_for(seconds{30});
  list({480, 1080});
  run_for(minutes{10});
  EXPECT_EQ(sink.opened, Order{ladder_url(480)});
  EXPECT_EQ(http.hits(kLadderPage), 3);
  expect_whole();
}

TEST_F(BetterQuality, WhereTheBestStaysAwayTheSecondIsNotLeftForTheThird) {
  for (const int height : {480, 720}) serve_height(height);
  list({1080, 720, 480});
  start();
  run_for(minutes{90});
  EXPECT_EQ(sink.opened, Order{ladder_url(720)});
  EXPECT_GT(http.hits(kLadderPage), 4);
  EXPECT_LT(http.hits(kLadderPage), 8);
  serve_height(1080);
  run_for(minutes{31});
  EXPECT_EQ(sink.opened, (Order{ladder_url(720), ladder_url(1080)}));
  expect_whole();
}

TEST_F(BetterQuality, AQualityThatIsDroppedFromTheListGoesOnWhileItsPlaylistDoes) {
  for (const int height : {480, 1080}) serve_height(height);
  list({480, 1080});
  start();
  run_for(seconds{30});
  list({480});
  run_for(minutes{30});
  EXPECT_EQ(sink.opened, Order{ladder_url(1080)});
  expect_whole();
}

TEST_F(BetterQuality, WithoutTimesTheBetterOneIsGoneOnInByItsNumbers) {
  for (const int height : {480, 1080}) serve_height(height, false);
  list({480});
  start();
  run_for(seconds{30});
  list({480, 1080});
  run_for(seconds{60});
  EXPECT_EQ(sink.opened, (Order{ladder_url(480), ladder_url(1080)}));
  EXPECT_TRUE(sink.gaps.empty());
  const auto media = sink.media();
  ASSERT_GE(media.size(), 40U);
  for (std::size_t i = 0; i < media.size(); ++i) EXPECT_EQ(media[i].sequence, static_cast<std::int64_t>(i));
}

TEST_F(BetterQuality, APlaylistThatIsItsOwnPageIsNotAskedAgain) {
  serve_height(480);
  request.page_url = ladder_url(480);
  start();
  run_for(minutes{20});
  EXPECT_EQ(sink.opened, Order{ladder_url(480)});
  EXPECT_LT(http.hits(ladder_url(480)), 603);
}

using BetterQualityPage = CaptureScript;
TEST_F(BetterQualityPage, ALookIsNoReasonForARecordingToWaitOrToEnd) {
  const std::string url = "https://o.example/live/index.m3u8";
  serve_live(url, {.start = clock.steady()});
  resolver.live_at(url, {}, {1280, 720, 60});
  start();
  run_for(seconds{30});
  resolver.fails(Errc::not_found);
  run_for(minutes{20});
  EXPECT_EQ(resolver.requests.size(), 4U);
  EXPECT_FALSE(end.has_value());
  EXPECT_TRUE(sink.gaps.empty());
}

}  // namespace
}  // namespace rec::capture
