// Pages and what is behind them: direct playlists, Twitch's own way, yt-dlp, and which of them is asked.
#include <gmock/gmock.h>

#include <fstream>

#include <boost/json.hpp>

#include "capture/chain_resolver.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/private_copy.hpp"
#include "capture/twitch_resolver.hpp"
#include "scripted_capture.hpp"

namespace rec::capture {
namespace {

constexpr std::string_view kMaster =
    "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1,RESOLUTION=1280x720,IVS-NAME=\"720p60\",FRAME-RATE=60\nhttps://"
    "e.example/720.m3u8\n"
    "#EXT-X-STREAM-INF:BANDWIDTH=2,RESOLUTION=1920x1080,IVS-NAME=\"1080p60\",IVS-VARIANT-SOURCE=\"source\","
    "FRAME-RATE=60\nhttps://e.example/src.m3u8\n";
constexpr std::string_view kToken =
    R"({"data":{"streamPlaybackAccessToken":{"value":"{\"a\":1}","signature":"s1"}}})";
const std::string kGql = "https://gql.twitch.tv/gql";
const std::string kUsher = "https://usher.ttvnw.net/api/v2/channel/hls/some_one.m3u8";
const std::string kOldUsher = "https://usher.ttvnw.net/api/channel/hls/some_one.m3u8";

class ResolverScript : public ::testing::Test {
 protected:
  Result<Resolved> resolve(Resolver& resolver, std::string url, std::string quality = "best") {
    std::optional<Result<Resolved>> out;
    auto work = [](Resolver& one, ResolveRequest what,
                   std::optional<Result<Resolved>>& into) -> asio::awaitable<void> {
      auto result = co_await one.resolve(std::move(what));
      into.emplace(std::move(result));
    };
    ResolveRequest what;
    what.page_url = std::move(url);
    what.quality = std::move(quality);
    what.proxy = "socks5://127.0.0.1:1";
    what.refusals = refusals;
    asio::co_spawn(io, work(resolver, std::move(what), out), asio::detached);
    clock.run_for(std::chrono::seconds{60});
    return out.value();
  }
  int refusals = 0;
  asio::io_context io;
  VirtualClock clock{io, kScriptStart};
  ScriptedHttp http{clock};
};

class DirectResolve : public ResolverScript {
 protected:
  std::unique_ptr<Resolver> direct = make_direct_resolver(http);
};

TEST_F(DirectResolve, AMediaPlaylistIsTakenAsItIs) {
  http.serve("https://o.example/a.m3u8", {{.body = "#EXTM3U\n#EXTINF:2,\na.ts\n"}});
  const auto found = resolve(*direct, "https://o.example/a.m3u8?x=1");
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://o.example/a.m3u8?x=1");
  EXPECT_TRUE(found->live);
  EXPECT_EQ(http.log[0].proxy, "socks5://127.0.0.1:1");
}

TEST_F(DirectResolve, OfAMultivariantPlaylistTheWishIsTakenAndTheRestAreFallbacks) {
  http.serve("https://o.example/m.m3u8", {{.body = std::string(kMaster)}});
  const auto found = resolve(*direct, "https://o.example/m.m3u8", "720p60,best");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->media_playlist_url, "https://e.example/720.m3u8");
  EXPECT_EQ(found->fallback_urls, std::vector<std::string>{"https://e.example/src.m3u8"});
  EXPECT_EQ(found->picture, (Picture{1280, 720, 60}));
}

TEST_F(DirectResolve, GoneIsOfflineAndAPageIsAnErrorThatMayPass) {
  EXPECT_EQ(resolve(*direct, "https://o.example/none.m3u8").error().code, Errc::not_found);
  EXPECT_TRUE(resolve(*direct, "https://o.example/none.m3u8").error().text.starts_with("offline"));
  http.serve("https://o.example/p.m3u8", {{.body = "<html>"}});
  EXPECT_EQ(resolve(*direct, "https://o.example/p.m3u8").error().code, Errc::corrupt);
  http.serve("https://o.example/p.m3u8", {{.status = 503}});
  EXPECT_EQ(resolve(*direct, "https://o.example/p.m3u8").error().code, Errc::unavailable);
}

class TwitchResolve : public ResolverScript {
 protected:
  std::unique_ptr<Resolver> twitch = make_twitch_resolver(http);
  const std::string page = "https://www.twitch.tv/Some_One?x=1";
};

TEST_F(TwitchResolve, ATokenOpensUsherAndBestIsTheSource) {
  http.serve(kGql, {{.body = std::string(kToken)}});
  http.serve(kUsher, {{.body = std::string(kMaster)}});
  const auto found = resolve(*twitch, page);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://e.example/src.m3u8");
  ASSERT_EQ(http.log.size(), 2U);
  const auto query = boost::json::parse(http.log[0].body);
  EXPECT_EQ(query.at("operationName"), "PlaybackAccessToken");
  EXPECT_EQ(query.at("variables").at("login"), "some_one");
  const auto& asked = http.log[1].url;
  EXPECT_NE(asked.find("&sig=s1&"), std::string::npos);
  EXPECT_NE(asked.find("token=%7B%22a%22%3A1%7D"), std::string::npos) << asked;
  EXPECT_NE(asked.find("allow_source=true"), std::string::npos);
}

TEST_F(TwitchResolve, ARetiredHashIsReplacedByTheQueryItself) {
  http.serve(kGql, [](const HttpRequest& asked) {
    const bool persisted = asked.body.find("persistedQuery") != std::string::npos;
    return Answer{.body = persisted ? R"({"errors":[{"message":"PersistedQueryNotFound"}]})"
                                    : std::string(kToken)};
  });
  http.serve(kUsher, {{.body = std::string(kMaster)}});
  EXPECT_TRUE(resolve(*twitch, page).has_value());
  EXPECT_EQ(http.hits(kGql), 2);
}

TEST_F(TwitchResolve, WhenTheNewUsherRefusesTheOldOneIsAsked) {
  http.serve(kGql, {{.body = std::string(kToken)}});
  http.serve(kUsher, {{.status = 400}});
  http.serve(kOldUsher, {{.body = std::string(kMaster)}});
  EXPECT_TRUE(resolve(*twitch, page).has_value());
}

TEST_F(TwitchResolve, NoTokenAndNoTranscodeAreOffline) {
  http.serve(kGql, {{.body = R"({"data":{"streamPlaybackAccessToken":null}})"}});
  EXPECT_EQ(resolve(*twitch, page).error().code, Errc::not_found);
  http.serve(kGql, {{.body = std::string(kToken)}});
  http.serve(
      kUsher,
      {{.status = 404,
        .body =
            R"([{"type":"error","error":"transcode does not exist","error_code":"transcode_does_not_exist"}])"}});
  const auto found = resolve(*twitch, page);
  EXPECT_EQ(found.error().code, Errc::not_found);
  EXPECT_EQ(found.error().text, "offline: Twitch: transcode does not exist (transcode_does_not_exist)");
  EXPECT_EQ(http.hits(kOldUsher), 0);
}

TEST_F(TwitchResolve, RefusalsKeepTheirWords) {
  http.serve(kGql, {{.status = 403, .body = R"({"errors":[{"message":"failed integrity check"}]})"}});
  EXPECT_EQ(resolve(*twitch, page).error().code, Errc::denied);
  http.serve(kGql, {{.body = std::string(kToken)}});
  http.serve(kUsher,
             {{.status = 403,
               .body = R"([{"error":"Content Restricted In Region","error_code":"content_geoblocked"}])"}});
  http.serve(kOldUsher, {{.status = 403}});
  const auto found = resolve(*twitch, page);
  EXPECT_EQ(found.error().code, Errc::denied);
  EXPECT_NE(found.error().text.find("Content Restricted In Region"), std::string::npos);
  http.serve(kGql, {{.status = 502, .body = "<html>"}});
  EXPECT_EQ(resolve(*twitch, page).error().code, Errc::unavailable);
  EXPECT_EQ(resolve(*twitch, "https://www.twitch.tv/videos/1").error().code, Errc::invalid);
}

TEST(PrivateCopy, IsOursAloneAndGoneAfterwards) {
  const auto original = ::testing::TempDir() + "private_copy_source.txt";
  std::ofstream(original) << "cookies";
  std::string path;
  {
    auto copy = PrivateCopy::of(original);
    ASSERT_TRUE(copy.has_value());
    path = (*copy)->path();
    const auto rights = std::filesystem::status(path).permissions();
    EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::ofstream(path) << "changed";
  }
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_EQ(std::filesystem::file_size(original), 7U);
  EXPECT_EQ(PrivateCopy::of("/nonexistent/cookies.txt").error().code, Errc::not_found);
  std::filesystem::remove(original);
}

class NamedResolver final : public Resolver {
 public:
  NamedResolver(std::string name, std::vector<std::string>& asked, std::optional<Errc> error = {})
      : name_(std::move(name)), asked_(asked), error_(error) {}
  Task<Resolved> resolve(ResolveRequest) override {
    asked_.push_back(name_);
    if (error_) co_return fail(*error_, name_);
    co_return Resolved{.media_playlist_url = name_};
  }

 private:
  std::string name_;
  std::vector<std::string>& asked_;
  std::optional<Errc> error_;
};

class ChainResolve : public ResolverScript {
 protected:
  std::vector<std::string> asked_for(const std::string& url, std::optional<Errc> native_error = {},
                                     std::optional<Errc> yt_dlp_error = {}) {
    std::vector<std::string> asked;
    ResolverChain parts;
    parts.direct = std::make_unique<NamedResolver>("direct", asked);
    parts.twitch = std::make_unique<NamedResolver>("twitch", asked, native_error);
    parts.youtube = std::make_unique<NamedResolver>("youtube", asked, native_error);
    parts.yt_dlp = std::make_unique<NamedResolver>("yt-dlp", asked, yt_dlp_error);
    parts.youtube_url = "http://127.0.0.1:7777";
    auto chain = make_chain_resolver(http, std::move(parts));
    last = resolve(*chain, url);
    return asked;
  }
  std::optional<Result<Resolved>> last;
};

using Asked = std::vector<std::string>;

TEST_F(ChainResolve, TheUrlDecidesWhoIsAsked) {
  EXPECT_EQ(asked_for("https://o.example/a/index.m3u8?token=1"), Asked{"direct"});
  EXPECT_EQ(asked_for("https://www.twitch.tv/someone"), Asked{"twitch"});
  for (const auto* page : {"https://www.youtube.com/@x/live", "https://www.youtube.com/@x/streams",
                           "https://youtu.be/abc", "https://m.youtube.com/watch?v=abc",
                           "https://www.youtube.com/channel/UC1", "http://127.0.0.1:7777/@x/live"})
    EXPECT_EQ(asked_for(page), Asked{"youtube"}) << page;
  EXPECT_EQ(asked_for("https://www.youtube.com/results?search_query=x"), Asked{"yt-dlp"});
  EXPECT_TRUE(http.log.empty());
  http.serve("https://o.example/stream",
             {{.body = "#EXTM3U\n", .content_type = "application/vnd.apple.mpegurl"}});
  http.serve("https://o.example/page", {{.body = "<html>", .content_type = "text/html"}});
  EXPECT_EQ(asked_for("https://o.example/stream"), Asked{"direct"});
  EXPECT_EQ(asked_for("https://o.example/page"), Asked{"yt-dlp"});
  EXPECT_EQ(asked_for("ftp://o.example/x.m3u8"), Asked{});
  EXPECT_EQ(last->error().code, Errc::invalid);
}

TEST_F(ChainResolve, ANativeWayThatFailsIsFollowedByYtDlpUnlessThePageIsOffline) {
  for (const std::string site : {"twitch", "youtube"}) {
    const auto page = site == "twitch" ? "https://twitch.tv/someone" : "https://youtube.com/@someone";
    EXPECT_EQ(asked_for(page, Errc::denied), (Asked{site, "yt-dlp"}));
    EXPECT_TRUE(last->has_value());
    EXPECT_EQ(asked_for(page, Errc::not_found), Asked{site});
    EXPECT_EQ(last->error().code, Errc::not_found);
  }
}

TEST_F(ChainResolve, WhenBothFailThePersonReadsWhatHelps) {
  asked_for("https://youtube.com/@x", Errc::denied, Errc::unavailable);
  EXPECT_EQ(last->error().text, "youtube") << "members only: yt-dlp could not know more";
  asked_for("https://youtube.com/@x", Errc::unavailable, Errc::invalid);
  EXPECT_EQ(last->error().text, "yt-dlp") << "it is not installed: that is what is to be done";
  asked_for("https://youtube.com/@x", Errc::denied, Errc::not_found);
  EXPECT_EQ(last->error().code, Errc::not_found);
}

TEST_F(ChainResolve, AfterARefusalAnotherClientAsks) {
  refusals = 1;
  EXPECT_EQ(asked_for("https://youtube.com/@x"), Asked{"yt-dlp"});
  EXPECT_EQ(asked_for("https://twitch.tv/x"), Asked{"twitch"}) << "as another of its clients";
  refusals = 2;
  EXPECT_EQ(asked_for("https://twitch.tv/x"), Asked{"yt-dlp"});
  EXPECT_EQ(asked_for("https://twitch.tv/x", std::nullopt, Errc::unavailable), (Asked{"yt-dlp", "twitch"}))
      << "where yt-dlp is of no help, what there is";
}

}  // namespace
}  // namespace rec::capture
