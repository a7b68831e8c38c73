// Case 9, the other half: where it is known that a page is private, so that a camera at home, a mirror in the
// house and a test on loopback can be recorded.
#include "capture/chain_resolver.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

using std::chrono::seconds;

class PrivatePages : public CaptureScript {
 protected:
  /// What the chain says of a page that only yt-dlp can resolve.
  Result<Resolved> by_yt_dlp(const std::string& page, const std::string& endpoint = {}) {
    ResolverChain parts;
    const auto knows_nothing = [this] {
      auto one = std::make_unique<ScriptedResolver>(clock);
      one->fails(Errc::unavailable);
      return one;
    };
    parts.direct = knows_nothing();
    parts.twitch = knows_nothing();
    parts.youtube = knows_nothing();
    auto yt_dlp = std::make_unique<ScriptedResolver>(clock);
    yt_dlp->live_at("http://10.0.0.7/live.m3u8");
    parts.yt_dlp = std::move(yt_dlp);
    parts.twitch_url = parts.youtube_url = endpoint;
    const auto chain = make_chain_resolver(http, std::move(parts));
    std::optional<Result<Resolved>> out;
    auto work = [](Resolver& one, ResolveRequest what,
                   std::optional<Result<Resolved>>& into) -> asio::awaitable<void> {
      auto result = co_await one.resolve(std::move(what));
      into.emplace(std::move(result));
    };
    ResolveRequest what;
    what.page_url = page;
    asio::co_spawn(*io, work(*chain, std::move(what), out), asio::detached);
    run_for(seconds{30});
    return out.value();
  }
  [[nodiscard]] std::vector<bool> private_allowed(const std::string& url) const {
    std::vector<bool> out;
    for (const auto& one : http.log)
      if (one.url == url) out.push_back(one.allow_private_hosts);
    return out;
  }
};

TEST_F(PrivatePages, C09_WhatYtDlpSaysOfAPublicPageMayNotBePrivate) {
  for (const char* page : {"https://page.example/x", "https://www.twitch.tv/somebody",
                           "https://youtu.be/abcdefghijk", "https://www.youtube.com/@somebody/live"}) {
    const auto found = by_yt_dlp(page);
    ASSERT_TRUE(found) << page << ": " << found.error().text;
    EXPECT_FALSE(found->from_private_host) << page;
  }
}

TEST_F(PrivatePages, C09_WhatYtDlpSaysOfAPageInTheHouseMayBePrivate) {
  for (const char* page : {"http://192.168.1.20/camera", "http://localhost:8080/x", "http://[fd00::5]/x"}) {
    http.serve(page, {{.error = Errc::unavailable}});  // it answers nobody but yt-dlp
    const auto found = by_yt_dlp(page);
    ASSERT_TRUE(found) << page << ": " << found.error().text;
    EXPECT_TRUE(found->from_private_host) << page;
  }
  for (const char* page : {"https://www.twitch.tv/somebody", "https://www.youtube.com/@somebody/live"}) {
    const auto found = by_yt_dlp(page, "http://127.0.0.1:9");
    ASSERT_TRUE(found) << page << ": " << found.error().text;
    EXPECT_TRUE(found->from_private_host) << page << " of a mirror that the configuration names";
  }
}

TEST_F(PrivatePages, C09_APublicPageGivesNoRequestTheRightToAskTheHouse) {
  const std::string playlist = "https://edge.example/live.m3u8";
  serve_live(playlist, {.start = clock.steady()});
  resolver.live_at(playlist);
  start();
  run_for(seconds{8});
  EXPECT_GT(sink.order.size(), 2U);
  for (const auto& one : http.log) EXPECT_FALSE(one.allow_private_hosts) << one.url;
}

TEST_F(PrivatePages, C09_ARouterThatAnswersForEveryNameWhileItsLineIsDownEndsNoRecording) {
  const std::string playlist = "https://edge.example/live.m3u8";
  const LiveScript live{.start = clock.steady(), .window = 30};
  bool line_is_up = true;
  http.serve(playlist, [&](const HttpRequest&) {
    return line_is_up ? Answer{.body = live.text(clock.steady())} : Answer{.error = Errc::denied};
  });
  resolver.live_at(playlist);
  start();
  run_for(seconds{8});
  line_is_up = false;
  http.segments_exist = false;
  run_for(seconds{30});
  EXPECT_FALSE(end) << end->text;
  line_is_up = http.segments_exist = true;
  run_for(seconds{20});
  EXPECT_FALSE(end) << end->text;
  EXPECT_TRUE(sink.gaps.empty());
  EXPECT_EQ(sink.head(20), names(0, 19));
}

TEST_F(PrivatePages, C09_AfterARestartOnlyWhatWasAllowedBeforeMayBePrivate) {
  const std::pair<std::string, bool> reopened[] = {{"http://10.0.0.7/live.m3u8", true},
                                                   {"http://camera.lan/other.m3u8", true},
                                                   {"https://edge.example/live.m3u8", false}};
  for (const auto& [url, allowed] : reopened) {
    request.page_url = "http://camera.lan/live.m3u8";
    request.reopen_url = url;
    http.log.clear();
    end.reset();
    resolver.fails(Errc::not_found, "offline");
    start();
    run_for(seconds{30});
    EXPECT_TRUE(end);
    EXPECT_EQ(private_allowed(url), std::vector<bool>{allowed}) << url;
  }
}

}  // namespace
}  // namespace rec::capture
