// Case group G: URLs that expire.
#include "capture/twitch_resolver.hpp"
#include "capture/url_expiry.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using Order = std::vector<std::string>;
using std::chrono::seconds;

TEST(CaptureCase62, AUrlSaysItselfWhenItExpires) {
  const auto at = from_unix_ms(1'795'000'000'000);
  EXPECT_EQ(expiry_of_url("https://m.example/api/hls_playlist/expire/1795000000/id/x/index.m3u8"), at);
  EXPECT_EQ(expiry_of_url("https://m.example/a.m3u8?sig=1&expire=1795000000&x=2"), at);
  EXPECT_EQ(expiry_of_url("https://m.example/a.m3u8?Expires=1795000000"), at);
  EXPECT_EQ(expiry_of_url("https://m.example/exp=1795000000~hmac=ab/a.m3u8"), at);
  EXPECT_EQ(expiry_of_url("https://m.example/a.m3u8?hdnts=st=1~exp=1795000000~acl=x"), at);
  EXPECT_EQ(expiry_of_url("https://m.example/expire/1795000009/a.m3u8?exp=1795000000"), at);
  for (const auto* never : {"https://m.example/a.m3u8", "https://m.example/a.m3u8?noexpire=1795000000",
                            "https://m.example/a.m3u8?expires=soon", "https://m.example/expire/12/a.m3u8"})
    EXPECT_EQ(expiry_of_url(never), std::nullopt) << never;
  EXPECT_EQ(expiry_of_token(R"({"channel":"x","expires":1795000000})"), at);
  for (const auto* never : {"", "[]", "{}", R"({"expires":"1795000000"})"})
    EXPECT_EQ(expiry_of_token(never), std::nullopt) << never;
}

const std::string kOldUrl = "https://o.example/live/index.m3u8";
const std::string kNewUrl = "https://p.example/live/index.m3u8";

class RollScript : public CaptureScript {
 protected:
  /// The page gives `url`, which expires after `life`.
  void live_until(const std::string& url, seconds life) {
    const auto expires = clock.now() + life;
    resolver.answer = [url, expires] {
      Resolved out;
      out.media_playlist_url = url;
      out.expires = expires;
      return Result<Resolved>(std::move(out));
    };
  }
  [[nodiscard]] bool complete(const std::vector<SegmentInfo>& media) const {
    for (std::size_t i = 0; i < media.size(); ++i)
      if (media[i].program_date_time != kScriptStart + seconds{2 * static_cast<int>(i)}) return false;
    return true;
  }
};

using CaptureCase62Roll = RollScript;
TEST_F(CaptureCase62Roll, AUrlIsRolledAfterFourFifthsOfItsLifeWithoutAGapOrARepetition) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin, .prefix = "/v1/old-"});
  serve_live(kNewUrl, {.start = begin, .first_number = 900, .prefix = "/v1/new-"});
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  EXPECT_EQ(resolver.requests.size(), 1U);
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{10});
  EXPECT_EQ(resolver.requests.size(), 2U);
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  const auto old_loads = http.hits(kOldUrl);
  run_for(seconds{21});
  EXPECT_EQ(http.hits(kOldUrl), old_loads) << "the old one is retired";
  EXPECT_EQ(sink.media().size(), 55U);
  EXPECT_TRUE(complete(sink.media()));
  EXPECT_TRUE(sink.gaps.empty());
}

TEST_F(CaptureCase62Roll, AMomentsFailureOfTheBestNewPlaylistIsNoReasonToGoOnWithALesserOne) {
  const auto begin = clock.steady();
  const std::string lesser = "https://o.example/lesser/index.m3u8";
  serve_live(kOldUrl, {.start = begin, .prefix = "/v1/old-"});
  serve_live(lesser, {.start = begin, .first_number = 700, .prefix = "/v1/lesser-"});
  const LiveScript best{.start = begin, .first_number = 900, .prefix = "/v1/new-"};
  http.serve(kNewUrl, [this, best, asked = 0](const HttpRequest&) mutable {
    return asked++ < 2 ? Answer{.status = 503} : Answer{.body = best.text(clock.steady())};
  });
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  resolver.answer = [=, this] {
    Resolved out;
    out.media_playlist_url = kNewUrl;
    out.fallback_urls = {lesser};
    out.expires = clock.now() + seconds{1000};
    return Result<Resolved>(std::move(out));
  };
  run_for(seconds{21});
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  EXPECT_TRUE(complete(sink.media()));
  EXPECT_TRUE(sink.gaps.empty());
}

TEST_F(CaptureCase62Roll, TheOldPlaylistIsKeptWhileTheNewSessionShowsAds) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin, .prefix = "/v1/old-"});
  http.serve(kNewUrl, [this, begin](const HttpRequest&) {
    const auto ads = fmt::format(
        "#EXT-X-DATERANGE:ID=\"stitched-ad-1\",CLASS=\"twitch-stitched-ad\",START-DATE=\"{}\",DURATION=30\n",
        iso8601(kScriptStart + seconds{80}));
    const LiveScript live{.start = begin, .first_number = 900, .prefix = "/v1/new-", .header = ads};
    return Answer{.body = live.text(clock.steady())};
  });
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  live_until(kNewUrl, seconds{1000});
  const auto old_loads = http.hits(kOldUrl);
  run_for(seconds{18});
  EXPECT_GT(http.hits(kNewUrl), 3);
  EXPECT_GE(http.hits(kOldUrl), old_loads + 8);
  run_for(seconds{50});
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  EXPECT_TRUE(complete(sink.media())) << "the old one shows what the ads hide";
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.media().size(), 74U);
}

TEST_F(CaptureCase62Roll, ASessionThatIsAheadOfTheOldOneDoesNotTakeOverWithAGap) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin});
  serve_live(kNewUrl, {.start = begin - seconds{20}, .window = 3});
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{60});
  EXPECT_GT(http.hits(kNewUrl), 5);
  EXPECT_EQ(sink.opened, Order{kOldUrl});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
}

TEST_F(CaptureCase62Roll, ASessionThatNeverMeetsTheOldOneIsGivenUp) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin, .timed = false});
  serve_live(kNewUrl, {.start = begin, .first_number = 500, .prefix = "/other/", .timed = false});
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{400});
  const auto loads = http.hits(kNewUrl);
  EXPECT_GT(loads, 20);
  run_for(seconds{100});
  EXPECT_EQ(http.hits(kNewUrl), loads);
  EXPECT_EQ(sink.opened, Order{kOldUrl});
}

TEST_F(CaptureCase62Roll, ASessionThatLagsTakesOverOnceItHasCaughtUp) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin});
  serve_live(kNewUrl, {.start = begin + seconds{20}});
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, Order{kOldUrl});
  serve_live(kNewUrl, {.start = begin});
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
}

TEST_F(CaptureCase62Roll, WhatTheOldSessionHidesBehindAdsIsTakenFromTheNewOne) {
  const auto begin = clock.steady();
  http.serve(kOldUrl, [this, begin](const HttpRequest&) {
    const auto ads = fmt::format(
        "#EXT-X-DATERANGE:ID=\"stitched-ad-1\",CLASS=\"twitch-stitched-ad\",START-DATE=\"{}\",DURATION=30\n",
        iso8601(kScriptStart + seconds{74}));
    const LiveScript live{.start = begin, .prefix = "/v1/old-", .header = ads};
    return Answer{.body = live.text(clock.steady())};
  });
  serve_live(kNewUrl, {.start = begin, .first_number = 900, .prefix = "/v1/new-"});
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  EXPECT_EQ(sink.media().size(), 37U);
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{20});
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_TRUE(complete(sink.media()));
  EXPECT_GE(sink.media().size(), 48U);
}

TEST_F(CaptureCase62Roll, WhenTheOldOneDiesFirstTheNewOneTakesOverWithItsAds) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin, .prefix = "/v1/old-"});
  http.serve(kNewUrl, [this, begin](const HttpRequest&) {
    const auto ads = fmt::format(
        "#EXT-X-DATERANGE:ID=\"stitched-ad-1\",CLASS=\"twitch-stitched-ad\",START-DATE=\"{}\",DURATION=40\n",
        iso8601(kScriptStart + seconds{72}));
    const LiveScript live{.start = begin, .prefix = "/v1/new-", .header = ads};
    return Answer{.body = live.text(clock.steady())};
  });
  live_until(kOldUrl, seconds{100});
  start();
  run_for(seconds{79});
  live_until(kNewUrl, seconds{1000});
  run_for(seconds{10});
  http.serve(kOldUrl, {{.status = 403}});
  run_for(seconds{40});
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  ASSERT_EQ(sink.gaps.size(), 1U);
  EXPECT_EQ(sink.gaps[0].cause, GapCause::ad);
  const auto media = sink.media();
  Micros lost{0};
  for (std::size_t i = 1; i < media.size(); ++i)
    lost += Micros(*media[i].program_date_time - *media[i - 1].program_date_time) - seconds{2};
  EXPECT_EQ(sink.gaps[0].duration, lost);
}

TEST_F(CaptureCase62Roll, TwitchsTokenSaysWhenItsPlaylistsAreRolled) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin});
  serve_live(kNewUrl, {.start = begin, .prefix = "https://o.example/live/"});
  int tokens = 0;
  http.serve("https://gql.twitch.tv/gql", [&](const HttpRequest&) {
    ++tokens;
    return Answer{.body = fmt::format("{{\"data\":{{\"streamPlaybackAccessToken\":{{\"signature\":\"s\","
                                      "\"value\":\"{{\\\"expires\\\":{}}}\"}}}}}}",
                                      unix_ms(clock.now()) / 1000 + 60)};
  });
  http.serve("https://usher.ttvnw.net/api/v2/channel/hls/some_one.m3u8", [&](const HttpRequest&) {
    return Answer{.body = fmt::format("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=2x2\n{}\n",
                                      tokens == 1 ? kOldUrl : kNewUrl)};
  });
  const auto twitch = make_twitch_resolver(http);
  recorder = make_native_recorder(http, clock, *twitch);
  request.page_url = "https://www.twitch.tv/some_one";
  start();
  run_for(seconds{46});
  EXPECT_EQ(tokens, 1);
  run_for(seconds{12});
  EXPECT_EQ(tokens, 2);
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
}

TEST_F(CaptureCase62Roll, APageThatCannotBeAskedWhenItIsTimeIsAskedAgain) {
  const auto begin = clock.steady();
  serve_live(kOldUrl, {.start = begin});
  serve_live(kNewUrl, {.start = begin});
  live_until(kOldUrl, seconds{1000});
  start();
  run_for(seconds{799});
  resolver.fails(Errc::unavailable);
  run_for(seconds{20});
  EXPECT_EQ(resolver.requests.size(), 2U);
  live_until(kNewUrl, seconds{10'000});
  run_for(seconds{60});
  EXPECT_EQ(sink.opened, (Order{kOldUrl, kNewUrl}));
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
}

TEST_F(CaptureCase62Roll, AnExpiryInTheUrlItselfCounts) {
  const auto begin = clock.steady();
  const auto url = fmt::format("https://o.example/expire/{}/index.m3u8", unix_ms(clock.now()) / 1000 + 100);
  serve_live(url, {.start = begin, .prefix = "https://s.example/"});
  serve_live(kNewUrl, {.start = begin, .prefix = "https://s.example/"});
  resolver.live_at(url);
  start();
  run_for(seconds{70});
  resolver.live_at(kNewUrl);
  run_for(seconds{20});
  EXPECT_EQ(sink.opened, (Order{url, kNewUrl}));
  EXPECT_EQ(sink.order, names(0, static_cast<int>(sink.order.size()) - 1));
}

}  // namespace
}  // namespace rec::capture
