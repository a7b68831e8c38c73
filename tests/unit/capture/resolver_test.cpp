// Pages and what is behind them: direct playlists, Twitch's own way, yt-dlp, and which of them is asked.
#include <gmock/gmock.h>

#include <fstream>

#include <boost/json.hpp>

#include "capture/chain_resolver.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/private_copy.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/yt_dlp_resolver.hpp"
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
    ResolveRequest what{std::move(url), std::move(quality), {}, "socks5://127.0.0.1:1"};
    asio::co_spawn(io, work(resolver, std::move(what), out), asio::detached);
    clock.run_for(std::chrono::seconds{60});
    return out.value();
  }
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
  EXPECT_EQ(found->height, 720);
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

TEST(TwitchConstants, AreReplacedByAFileAndFoolishFilesAreRefused) {
  const auto changed =
      parse_twitch_constants(R"({"playback_hash":"abc","gql_url":"http://127.0.0.1:1/gql"})");
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->playback_hash, "abc");
  EXPECT_EQ(changed->usher_url, TwitchConstants{}.usher_url);
  for (const auto* bad : {"[]", "{", R"({"playback_hsah":"x"})", R"({"playback_hash":1})"})
    EXPECT_EQ(parse_twitch_constants(bad).error().code, Errc::invalid) << bad;
  EXPECT_EQ(load_twitch_constants("/nonexistent/x.json").error().code, Errc::not_found);
}

class YtDlpResolve : public ResolverScript {
 protected:
  std::unique_ptr<Resolver> yt_dlp_with(Result<ChildResult> result) {
    auto run = [this, result](ChildRequest request) -> Task<ChildResult> {
      ran.push_back(std::move(request));
      co_return result;
    };
    return make_yt_dlp_resolver("yt-dlp", std::move(run));
  }
  Result<Resolved> outcome(int code, std::string out, std::string err = {}) {
    auto resolver = yt_dlp_with(ChildResult{code, std::move(out), std::move(err)});
    return resolve(*resolver, "https://www.youtube.com/@x/live");
  }
  std::vector<ChildRequest> ran;
};

constexpr std::string_view kInfo = R"({"title":"T","is_live":true,"live_status":"is_live","formats":[
  {"format_id":"sb0","protocol":"mhtml","url":"https://x/0"},
  {"format_id":"95","protocol":"m3u8_native","url":"https://y/720","vcodec":"avc1.4D","acodec":"mp4a","width":1280,"height":720,"fps":30,"tbr":2500.5},
  {"format_id":"234","protocol":"m3u8_native","url":"https://y/a","vcodec":"none","acodec":"mp4a"},
  {"format_id":"301","protocol":"m3u8_native","url":"https://y/1080","vcodec":"avc1.64","acodec":"mp4a","width":1920,"height":1080,"fps":60,"tbr":5000,
   "http_headers":{"User-Agent":"UA"}},
  {"format_id":"625","protocol":"m3u8_native","url":"https://y/2160","vcodec":"vp9","acodec":"none","height":2160}]})";

TEST_F(YtDlpResolve, TheBestPlaylistWithBothTracksIsTaken) {
  const auto found = outcome(0, std::string(kInfo));
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://y/1080");
  EXPECT_EQ(found->headers, std::vector<std::string>{"User-Agent: UA"});
  EXPECT_EQ(found->title, "T");
  EXPECT_EQ(found->frame_rate, 60);
  const std::vector<std::string> argv{"yt-dlp",
                                      "-J",
                                      "--no-playlist",
                                      "--ignore-config",
                                      "--no-warnings",
                                      "--ignore-no-formats-error",
                                      "--",
                                      "https://www.youtube.com/@x/live"};
  ASSERT_EQ(ran.size(), 1U);
  EXPECT_EQ(ran[0].argv, argv) << "a proxy's password is not for everybody who lists processes";
  EXPECT_THAT(ran[0].extra_environment, testing::Contains("https_proxy=socks5://127.0.0.1:1"));
}

TEST_F(YtDlpResolve, ItsComplaintsAreUnderstood) {
  const std::pair<std::string, Errc> kComplaints[] = {
      {"ERROR: [youtube:tab] @x: The channel is not currently live", Errc::not_found},
      {"WARNING: x\nERROR: [youtube] a: This live event will begin in 5 hours.", Errc::not_found},
      {"ERROR: Unsupported URL: https://x/", Errc::invalid},
      {"ERROR: [youtube] a: Sign in to confirm you're not a bot.", Errc::denied},
      {"ERROR: [x] a: HTTP Error 429: Too Many Requests", Errc::rate_limited},
      {"ERROR: unable to download webpage: <urlopen error [Errno -2]>", Errc::unavailable},
      {"", Errc::unavailable}};
  for (const auto& [line, code] : kComplaints) EXPECT_EQ(outcome(1, "", line).error().code, code) << line;
  EXPECT_EQ(outcome(0, "not json").error().code, Errc::corrupt);
  EXPECT_EQ(outcome(0, R"({"live_status":"is_upcoming","formats":[]})").error().code, Errc::not_found);
  EXPECT_EQ(outcome(0, R"({"live_status":"is_live","formats":[]})").error().code, Errc::invalid);
}

TEST_F(YtDlpResolve, AMissingProgramSaysHowToGetIt) {
  auto resolver = yt_dlp_with(fail(Errc::not_found, "yt-dlp: no such program"));
  const auto found = resolve(*resolver, "https://www.youtube.com/@x/live");
  EXPECT_EQ(found.error().code, Errc::invalid);
  EXPECT_NE(found.error().text.find("apt install yt-dlp"), std::string::npos);
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
  std::vector<std::string> asked_for(const std::string& url, std::optional<Errc> twitch_error = {}) {
    std::vector<std::string> asked;
    auto chain = make_chain_resolver(http, std::make_unique<NamedResolver>("direct", asked),
                                     std::make_unique<NamedResolver>("twitch", asked, twitch_error),
                                     std::make_unique<NamedResolver>("yt-dlp", asked));
    last = resolve(*chain, url);
    return asked;
  }
  std::optional<Result<Resolved>> last;
};

TEST_F(ChainResolve, TheUrlDecidesWhoIsAsked) {
  using Asked = std::vector<std::string>;
  EXPECT_EQ(asked_for("https://o.example/a/index.m3u8?token=1"), Asked{"direct"});
  EXPECT_EQ(asked_for("https://www.twitch.tv/someone"), Asked{"twitch"});
  EXPECT_EQ(asked_for("https://www.youtube.com/@x/live"), Asked{"yt-dlp"});
  EXPECT_TRUE(http.log.empty());
  http.serve("https://o.example/stream",
             {{.body = "#EXTM3U\n", .content_type = "application/vnd.apple.mpegurl"}});
  http.serve("https://o.example/page", {{.body = "<html>", .content_type = "text/html"}});
  EXPECT_EQ(asked_for("https://o.example/stream"), Asked{"direct"});
  EXPECT_EQ(asked_for("https://o.example/page"), Asked{"yt-dlp"});
  EXPECT_EQ(asked_for("ftp://o.example/x.m3u8"), Asked{});
  EXPECT_EQ(last->error().code, Errc::invalid);
}

TEST_F(ChainResolve, TwitchFallsBackToYtDlpUnlessItIsOffline) {
  using Asked = std::vector<std::string>;
  EXPECT_EQ(asked_for("https://twitch.tv/someone", Errc::denied), (Asked{"twitch", "yt-dlp"}));
  EXPECT_TRUE(last->has_value());
  EXPECT_EQ(asked_for("https://twitch.tv/someone", Errc::not_found), Asked{"twitch"});
  EXPECT_EQ(last->error().code, Errc::not_found);
}

}  // namespace
}  // namespace rec::capture
