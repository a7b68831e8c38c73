// Cases 08, 41, 44 and 46, the engine's half: whose its requests are, in which order they are wanted, what
// they bring along, where they go behind a redirect, and who is left alone when a host says so.
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

const std::string kBudgetPlaylist = "https://edge.example/live.m3u8";

class CaptureBudget : public CaptureScript {
 protected:
  [[nodiscard]] std::vector<const HttpRequest*> asked_for_segments() const {
    std::vector<const HttpRequest*> out;
    for (const auto& one : http.log)
      if (one.url.ends_with(".ts")) out.push_back(&one);
    return out;
  }
};

TEST_F(CaptureBudget, C41_AllRequestsAreTheChannelsAndTheOldestSegmentIsWantedFirst) {
  serve_live(kBudgetPlaylist, {.start = clock.steady() - seconds{10}});
  http.serve("https://edge.example/seg2.ts", {{.status = 503}, {.status = 503}, {.body = packet_of("seg2")}});
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{9});
  SteadyTime retried{};
  SteadyTime newest{};
  for (const auto& one : http.log) EXPECT_EQ(one.group, "url:test") << one.url;
  for (const auto* one : asked_for_segments()) {
    if (one->url.ends_with("seg2.ts")) retried = one->wanted_since;
    newest = std::max(newest, one->wanted_since);
  }
  EXPECT_EQ(http.hits("https://edge.example/seg2.ts"), 3);
  EXPECT_LT(retried, newest) << "a retry is as old as its segment";
}

TEST_F(CaptureBudget, C44_WhatServersSetIsKeptForOneSession) {
  serve_live(kBudgetPlaylist, {.start = clock.steady()});
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{6});
  ASSERT_NE(http.log.front().cookies, nullptr);
  for (const auto& one : http.log) EXPECT_EQ(one.cookies, http.log.front().cookies) << one.url;
  EXPECT_EQ(resolver.requests.front().cookies, http.log.front().cookies);
  EXPECT_EQ(resolver.requests.front().group, "url:test");
}

TEST_F(CaptureBudget, AllThatAChannelAsksForGoesThroughTheProxyOfTheChannel) {
  request.proxy = "socks5h://proxy.example:1080";
  const std::string other = "https://other.example/live.m3u8";
  for (const auto& url : {kBudgetPlaylist, other})
    serve_live(url, {.start = clock.steady(),
                     .header = "#EXT-X-MAP:URI=\"map\"\n#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n"});
  for (const char* folder : {"https://edge.example/", "https://other.example/"}) {
    http.serve(folder + std::string("key"), {{.body = "0123456789abcdef"}});
    http.serve(folder + std::string("map"), {{.body = std::string("\0\0\0\x20", 4) + "ftypmap"}});
  }
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{6});
  http.serve(kBudgetPlaylist, {{.status = 403}});
  resolver.live_at(other);
  run_for(seconds{9});
  for (const auto& url :
       {"https://edge.example/key", "https://edge.example/map", "https://edge.example/seg1.ts",
        "https://other.example/live.m3u8", "https://other.example/key"})
    EXPECT_GT(http.hits(url), 0) << url;
  for (const auto& one : http.log) EXPECT_EQ(one.proxy, request.proxy) << one.url;
  EXPECT_GT(resolver.requests.size(), 1U);
  for (const auto& one : resolver.requests) EXPECT_EQ(one.proxy, request.proxy);
}

TEST_F(CaptureBudget, C08_C44_WhatAPlaylistNamesIsSoughtWhereItsRedirectLedEachTime) {
  const LiveScript live{.start = clock.steady(),
                        .prefix = "media/",
                        .header = "#EXT-X-KEY:METHOD=AES-128,URI=\"../key\"\n",
                        .stops_at = 10,
                        .ends = true};
  int loads = 0;
  http.serve(kBudgetPlaylist, [&, live](const HttpRequest&) {
    return Answer{.body = live.text(clock.steady()),
                  .redirected_to = fmt::format("https://node{}.example/a/b/index.m3u8", loads++ % 2)};
  });
  for (int node = 0; node < 2; ++node)
    http.serve(fmt::format("https://node{}.example/a/key", node), {{.body = "0123456789abcdef"}});
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{40});
  int asked = 0;
  for (const auto& one : http.log) {
    if (one.url == kBudgetPlaylist) continue;
    const bool key = one.url.ends_with("/key");
    EXPECT_TRUE(one.url.starts_with("https://node")) << one.url;
    EXPECT_NE(one.url.find(key ? ".example/a/key" : ".example/a/b/media/seg"), std::string::npos) << one.url;
    asked += key ? 0 : 1;
  }
  EXPECT_GE(asked, 10);
}

TEST_F(CaptureBudget, C44_ALoadBalancerThatSendsEachLoadToAnotherNodeLosesAndDoublesNothing) {
  const LiveScript live{.start = clock.steady(), .stops_at = 20, .ends = true};
  int loads = 0;
  http.serve(kBudgetPlaylist, [&, live](const HttpRequest&) {
    return Answer{.body = live.text(clock.steady()),
                  .redirected_to = fmt::format("https://node{}.example/index.m3u8", loads++ % 3)};
  });
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{60});
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(sink.order, names(0, 19));
  EXPECT_EQ(asked_for_segments().size(), 20U);
  EXPECT_EQ(http.hits("https://edge.example/seg0.ts"), 0);
}

TEST_F(CaptureBudget, C31_ChannelsOfAServerThatFailsDoNotKeepTime) {
  const std::string segment = "https://edge.example/seg0.ts";
  const LiveScript live{.start = clock.steady(), .length = seconds{6}};
  bool down = false;
  http.serve(kBudgetPlaylist, [&, live](const HttpRequest&) {
    return down ? Answer{.status = 503} : Answer{.body = live.text(clock.steady())};
  });
  http.serve(segment, {{.status = 503}});
  resolver.live_at(kBudgetPlaylist);
  std::map<std::string, std::vector<SteadyTime>> asked;
  for (const char* channel : {"url:one", "url:another"}) {
    request.channel = ChannelId(channel);
    start();
    run_for(Millis{1});
  }
  run_for(seconds{1});
  down = true;
  run_for(seconds{24});
  for (std::size_t i = 0; i < http.log.size(); ++i)
    if (http.log[i].url == segment ||
        (http.log[i].url == kBudgetPlaylist && http.times[i] - live.start > seconds{2}))
      asked[http.log[i].group + " " + http.log[i].url].push_back(http.times[i]);
  const auto pause = [&](const std::string& channel, const std::string& url, std::size_t which) {
    const auto& times = asked[channel + " " + url];
    return times.size() > which + 1 ? times[which + 1] - times[which] : std::chrono::nanoseconds{0};
  };
  for (const auto& url : {segment, kBudgetPlaylist})
    for (std::size_t i = 0; i < 4; ++i) {
      EXPECT_GT(pause("url:one", url, i), Millis{100}) << url << i;
      EXPECT_NE(pause("url:one", url, i), pause("url:another", url, i)) << url << i;
    }
}

TEST_F(CaptureBudget, WhatIsReadHasABoundOfItsKind) {
  serve_live(kBudgetPlaylist, {.start = clock.steady(), .header = "#EXT-X-KEY:METHOD=AES-128,URI=\"key\"\n"});
  http.serve("https://edge.example/key", {{.body = "0123456789abcdef"}});
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{6});
  for (const auto& one : http.log) {
    const bool segment = one.url.ends_with(".ts");
    EXPECT_EQ(one.max_bytes, segment ? 256U << 20U : 8U << 20U) << one.url;
    EXPECT_LE(one.max_redirects, 5);
  }
  EXPECT_FALSE(asked_for_segments().empty());
}

TEST_F(CaptureBudget, C46_AHostThatAnswers429IsLeftAloneForAsLongAsItSays) {
  serve_live(kBudgetPlaylist, {.start = clock.steady() - seconds{10}, .length = seconds{2}, .window = 30});
  std::optional<SteadyTime> refused;
  std::vector<SteadyTime> asked;
  const auto limited = [&](const HttpRequest& request) {
    asked.push_back(clock.steady());
    if (!refused) {
      refused = clock.steady();
      return Answer{.status = 429, .delay = Millis{5}, .retry_after = "4"};
    }
    return Answer{.body = packet_of(request.url.substr(request.url.rfind('/') + 1))};
  };
  for (int i = 0; i < 30; ++i) http.serve("https://edge.example/seg" + std::to_string(i) + ".ts", limited);
  resolver.live_at(kBudgetPlaylist);
  start();
  run_for(seconds{20});
  ASSERT_TRUE(refused);
  int meanwhile = 0;
  for (const auto at : asked) meanwhile += at > *refused + Millis{50} && at < *refused + seconds{4} ? 1 : 0;
  EXPECT_EQ(meanwhile, 0);
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(10), names(0, 9));
}

}  // namespace
}  // namespace rec::capture
