// Case group G: URLs that are refused, manifests that end and go on elsewhere, qualities that go.
#include <regex>

#include "capture/direct_resolver.hpp"
#include "capture/refusals.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::seconds;

TEST(CaptureCase63Count, OnlyRefusalsSoonAfterTheOpeningCountAndOnlyTheNewestOnes) {
  Refusals refusals;
  SteadyTime now{};
  const auto refused_after = [&](seconds life) {
    now += life;
    return refusals.note(now - life, now);
  };
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(refused_after(seconds{300})) << "lived long enough";
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(refused_after(seconds{40}));
  EXPECT_TRUE(refused_after(seconds{40}));
  Refusals storm;
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(storm.note(now, now + seconds{3 * i})) << "a storm, so far";
  EXPECT_EQ(storm.count(), 3);
  EXPECT_TRUE(storm.note(now, now + seconds{31}));
  now += seconds{500};
  EXPECT_FALSE(refused_after(seconds{40})) << "the first of them are forgotten";
}

const std::string kRefusedUrl = "https://o.example/live/index.m3u8";
const std::string kOtherUrl = "https://p.example/live/index.m3u8";

class RefusedScript : public CaptureScript {
 protected:
  std::chrono::nanoseconds script_begin = clock.steady().time_since_epoch();
  [[nodiscard]] bool complete(const std::vector<SegmentInfo>& media) const {
    for (std::size_t i = 0; i < media.size(); ++i)
      if (media[i].program_date_time != kScriptStart + seconds{2 * static_cast<int>(i)}) return false;
    return true;
  }
};

using CaptureCase63Refused = RefusedScript;
TEST_F(CaptureCase63Refused, UrlsThatAreRefusedSoonAfterTheyWereResolvedAreGivenUpAfterThreeMore) {
  int given = 0;
  std::vector<SteadyTime> opened;
  resolver.answer = [&] {
    const auto url = fmt::format("https://o.example/{}/index.m3u8", ++given);
    const auto now = clock.steady();
    opened.push_back(now);
    http.serve(url, [this, now](const HttpRequest&) {
      const LiveScript live{.prefix = "https://s.example/"};
      return clock.steady() - now > seconds{40} ? Answer{.status = 403}
                                                : Answer{.body = live.text(clock.steady())};
    });
    Resolved out;
    out.media_playlist_url = url;
    return Result<Resolved>(std::move(out));
  };
  start();
  run_for(seconds{150});
  EXPECT_FALSE(end.has_value());
  EXPECT_TRUE(sink.gaps.empty());
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::denied);
  EXPECT_NE(end->text.find("refused soon after they were resolved"), std::string::npos);
  EXPECT_EQ(opened.size(), 4U);
}

using CaptureCase34Refused = RefusedScript;
TEST_F(CaptureCase34Refused, SegmentsThatAreRefusedForEverAreGapsAndTheRecordingStaysOurs) {
  int given = 0;
  const auto begin = clock.steady();
  resolver.answer = [&] {
    const auto url = fmt::format("https://o.example/{}/index.m3u8", ++given);
    const LiveScript live{
        .start = begin, .length = Millis{6'000}, .window = 10, .prefix = "https://s.example/"};
    serve_live(url, live);
    Resolved out;
    out.media_playlist_url = url;
    return Result<Resolved>(std::move(out));
  };
  http.serve("https://s.example/seg5.ts", {{.status = 403}});
  http.serve("https://s.example/seg9.ts", {{.status = 403}});
  start();
  run_for(seconds{300});
  EXPECT_FALSE(end.has_value()) << (end ? end->text : "");
  ASSERT_EQ(sink.gaps.size(), 2U);
  EXPECT_EQ(sink.gaps[0].from_sequence, 5);
  EXPECT_EQ(given, 1) << "no reason to ask for another URL";
}

TEST_F(CaptureCase63Refused, EachRefusalIsToldToTheResolverAndTheEndAsksForTheOtherBackend) {
  resolver.live_at(kRefusedUrl);
  http.serve(kRefusedUrl, {{.status = 403}});
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  std::vector<int> told;
  for (const auto& asked : resolver.requests) told.push_back(asked.refusals);
  EXPECT_EQ(told, (std::vector<int>{0, 1, 2, 3, 3, 3})) << "the last client also when it may be a storm";
  EXPECT_TRUE(end->try_other_backend);
}

TEST_F(CaptureCase63Refused, AnotherClientsUrlGoesOnWithoutAGapAndThatClientIsAskedAgainWhenItExpires) {
  const auto begin = clock.steady();
  serve_live(kOtherUrl, {.start = begin, .prefix = "https://s.example/"});
  http.serve(kRefusedUrl, [this, begin](const HttpRequest&) {
    const LiveScript live{.start = begin, .prefix = "https://s.example/"};
    return clock.steady() - begin > seconds{35} ? Answer{.status = 403}
                                                : Answer{.body = live.text(clock.steady())};
  });
  resolver.answer = [&] {
    Resolved out;
    out.media_playlist_url = resolver.requests.back().refusals == 0 ? kRefusedUrl : kOtherUrl;
    out.expires = clock.now() + seconds{2000};
    return Result<Resolved>(std::move(out));
  };
  start();
  run_for(seconds{1800});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.opened, (Order{kRefusedUrl, kOtherUrl}));
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_TRUE(complete(sink.media()));
  EXPECT_EQ(resolver.requests.back().refusals, 1) << "not the refused one when it is rolled";
}

TEST_F(CaptureCase63Refused, APageThatIsLiveWithoutAPlaylistForUsEndsWithAWordForTheOtherBackend) {
  resolver.answer = [] {
    Resolved out;
    out.other_backend = "the page has no HLS stream, only dash";
    return Result<Resolved>(std::move(out));
  };
  start();
  run_for(seconds{5});
  ASSERT_TRUE(end.has_value());
  EXPECT_TRUE(end->try_other_backend);
  EXPECT_EQ(end->reason, EndReason::failed);
  EXPECT_EQ(end->text, "the page has no HLS stream, only dash");
}

TEST_F(CaptureCase63Refused, APlaylistThatIsItsOwnPageHasNoOtherBackend) {
  resolver.answer = [] {
    Resolved out;
    out.media_playlist_url = kRefusedUrl;
    out.page_is_playlist = true;
    return Result<Resolved>(std::move(out));
  };
  http.serve(kRefusedUrl, {{.status = 403}});
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_FALSE(end->try_other_backend);
}

using CaptureCase70Followed = RefusedScript;
TEST_F(CaptureCase70Followed, WhenYouTubesEncoderStartsAnewTheNextManifestIsANewEpochOfTheSameRecording) {
  const std::string first = "https://m.example/api/manifest/hls_playlist/id/abc.1/itag/301/index.m3u8";
  const std::string second = "https://m.example/api/manifest/hls_playlist/id/abc.2/itag/301/index.m3u8";
  const auto youtube_live = [this](int start_number, SteadyTime begin, std::optional<int> stops_at) {
    return [this, start_number, begin, stops_at](const HttpRequest&) {
      const LiveScript live{.start = begin,
                            .time_zero = kScriptStart + std::chrono::duration_cast<Millis>(
                                                            begin.time_since_epoch() - script_begin),
                            .prefix = fmt::format("/videoplayback/id/abc.{}/itag/301/sq/", start_number),
                            .stops_at = stops_at};
      // ".../sq/seg7.ts" -> ".../sq/7/file/1-7.ts"
      const auto text = std::regex_replace(live.text(clock.steady()), std::regex("/sq/seg([0-9]+)"),
                                           fmt::format("/sq/$1/file/{}-$1", start_number));
      return Answer{.body = text};
    };
  };
  http.serve(first, youtube_live(1, clock.steady(), 10));
  resolver.live_at(first);
  start();
  run_for(seconds{25});
  http.serve(first, {{.status = 404}});
  http.serve(second, youtube_live(2, clock.steady() + seconds{5}, std::nullopt));
  resolver.live_at(second);
  run_for(seconds{40});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.opened, (Order{first, second}));
  const auto media = sink.media();
  ASSERT_GE(media.size(), 20U);
  EXPECT_EQ(media[9].sequence, 9);
  EXPECT_EQ(media[9].epoch, 1U);
  EXPECT_EQ(media[10].sequence, 0) << "sq begins with 0 again";
  EXPECT_EQ(media[10].epoch, 2U);
  for (const auto& one : media) EXPECT_EQ(one.take, 1U);
}

TEST_F(CaptureCase63Refused, APageWhoseUrlsNeverOpenIsGivenUpToo) {
  resolver.live_at(kRefusedUrl);
  http.serve(kRefusedUrl, {{.status = 403}});
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->reason, EndReason::denied);
  EXPECT_EQ(resolver.requests.size(), 6U) << "for half a minute";
}

TEST_F(CaptureCase63Refused, AStormOfRefusalsCostsNothingBehindItThoughThePageTakesForEver) {
  const auto begin = clock.steady();
  const LiveScript live{.start = begin, .prefix = "https://s.example/"};
  resolver.live_at(kRefusedUrl);
  http.serve(kRefusedUrl, [this, live, begin](const HttpRequest&) {
    return clock.steady() - begin < seconds{18} ? Answer{.status = 403}
                                                : Answer{.body = live.text(clock.steady())};
  });
  start();
  run_for(seconds{22});
  EXPECT_FALSE(end.has_value());
  EXPECT_EQ(sink.opened, Order{kRefusedUrl}) << "tried again while the page is asked and waited for";
}

TEST_F(CaptureCase63Refused, TheUrlOfAnOldTakeMayBeRefusedForAsLongAsThePageCannotBeAsked) {
  resolver.fails(Errc::unavailable);
  request.reopen_url = kRefusedUrl;
  http.serve(kRefusedUrl, {{.status = 403}});
  start();
  run_for(seconds{300});
  EXPECT_FALSE(end.has_value());
}

using CaptureCase20Reread = CaptureScript;
TEST_F(CaptureCase20Reread, WhenTheMultivariantPlaylistLosesAQualityTheBestThatIsLeftIsRecordedAsANewEpoch) {
  const auto begin = clock.steady();
  const std::string master = "https://u.example/show.m3u8";
  const auto listed = [](std::vector<int> heights) {
    std::string text = "#EXTM3U\n";
    for (const int height : heights)
      text += fmt::format("#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=16x{0}\nhttps://e.example/{0}.m3u8\n",
                          height);
    return text;
  };
  http.serve(master, {{.body = listed({480, 1080, 720})}});
  for (const int height : {480, 720, 1080})
    serve_live(fmt::format("https://e.example/{}.m3u8", height),
               {.start = begin, .first_number = height, .prefix = fmt::format("/{}/x", height)});
  const auto direct = make_direct_resolver(http);
  recorder = make_native_recorder(http, clock, *direct);
  request.page_url = master;
  request.quality = "1080p,720p,best";
  start();
  run_for(seconds{21});
  http.serve(master, {{.body = listed({480, 720})}});
  http.serve("https://e.example/1080.m3u8", {{.status = 404}});
  run_for(seconds{30});
  EXPECT_EQ(sink.opened, (Order{"https://e.example/1080.m3u8", "https://e.example/720.m3u8"}));
  EXPECT_TRUE(sink.gaps.empty());
  const auto media = sink.media();
  ASSERT_GE(media.size(), 20U);
  for (std::size_t i = 0; i < media.size(); ++i)
    EXPECT_EQ(media[i].program_date_time, kScriptStart + seconds{2 * static_cast<int>(i)});
  EXPECT_EQ(media.front().epoch, 1U);
  EXPECT_EQ(media.back().epoch, 2U) << "where the next part begins";
}

}  // namespace
}  // namespace rec::capture
