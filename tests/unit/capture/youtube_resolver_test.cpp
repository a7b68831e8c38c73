// The YouTube resolver against the simulated YouTube, over real HTTP.
#include "capture/youtube_resolver.hpp"

#include <gmock/gmock.h>

#include "capture/chain_resolver.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/playlist.hpp"
#include "capture/twitch_resolver.hpp"
#include "capture/url_expiry.hpp"
#include "capture/youtube_path.hpp"
#include "capture/yt_dlp_resolver.hpp"
#include "resolver_net.hpp"
#include "sim/youtube/sim_youtube.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::capture {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kHandlePage = "https://www.youtube.com/@show";

class YoutubeOnLoopback : public ResolverNet {
 protected:
  YoutubeOnLoopback() { youtube.set_live("@show", "abc-DEF_123", R"(A "title" {with} braces; var x = )"); }
  std::unique_ptr<Resolver> page_reader() {
    YoutubeOptions options;
    options.base_url = youtube.url();
    return make_youtube_resolver(http, std::move(options));
  }
  Result<Resolved> show(const std::string& page = kHandlePage, const std::string& quality = "best") {
    const auto resolver = page_reader();
    return resolve(*resolver, page, quality);
  }
  Error why_not(const std::string& page = kHandlePage) {
    const auto found = show(page);
    return found ? Error{} : found.error();
  }
  Result<HttpResponse> get(const std::string& url) {
    std::optional<Result<HttpResponse>> got;
    HttpRequest request;
    request.url = url;
    const auto on_end = [&got](const std::exception_ptr&, Result<HttpResponse> result) {
      got = std::move(result);
    };
    asio::co_spawn(io, http.fetch(std::move(request)), on_end);
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (!got && std::chrono::steady_clock::now() < give_up) {
      io.restart();
      io.run_one_for(Millis{100});
    }
    if (!got) return fail(Errc::invalid, "it never ended");
    return *got;
  }
  sim::SimYoutube youtube;
};

TEST_F(YoutubeOnLoopback, TheManifestOfThePagesPlayerGivesTheBestPlaylist) {
  for (const auto* page :
       {"https://www.youtube.com/@show", "https://www.youtube.com/@show/live", "https://youtu.be/abc-DEF_123",
        "https://m.youtube.com/watch?v=abc-DEF_123&t=1", "https://www.youtube.com/live/abc-DEF_123?si=x"}) {
    const auto found = show(page);
    ASSERT_TRUE(found.has_value()) << page << ": " << found.error().text;
    EXPECT_THAT(found->media_playlist_url, HasSubstr("/itag/301/")) << page;
    EXPECT_EQ(found->picture.height, 1080);
    EXPECT_EQ(found->fallback_urls.size(), 2U);
    EXPECT_EQ(found->title, R"(A "title" {with} braces; var x = )");
    EXPECT_TRUE(expiry_of_url(found->media_playlist_url).has_value()) << "so that it is rolled in time";
  }
  const auto asked = youtube.origin().requests("/@show/live").at(0);
  EXPECT_EQ(asked.header("cookie"), "SOCS=CAI") << "or a page that asks for consent comes";
  EXPECT_THAT(asked.header("user-agent"), HasSubstr("Mozilla"));
  EXPECT_THAT(show(kHandlePage, "720p60,best")->media_playlist_url, HasSubstr("/itag/300/"));
}

TEST_F(YoutubeOnLoopback, ItsPlaylistsAndSegmentsAreWhatTheEngineReads) {
  sim::SimYoutubeOptions fast;
  fast.segment = Millis{100};
  sim::SimYoutube quick(fast);
  quick.set_live("@show", "abc", "T");
  YoutubeOptions options;
  options.base_url = quick.url();
  const auto resolver = make_youtube_resolver(http, std::move(options));
  const auto found = resolve(*resolver, kHandlePage);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  std::this_thread::sleep_for(Millis{350});
  const auto playlist = get(found->media_playlist_url);
  const auto parsed = parse_playlist(playlist->body, playlist->url);
  ASSERT_TRUE(parsed.has_value()) << parsed.error().text;
  const auto& media = std::get<MediaPlaylist>(*parsed);
  ASSERT_GE(media.segments.size(), 2U);
  EXPECT_THAT(media.segments[1].url, HasSubstr("/id/abc.1/itag/301/sq/1/"));
  const auto segment = get(media.segments[1].url);
  EXPECT_EQ(segment->body.substr(0, 8),
            "\x47"
            "301-1-1");
}

using CaptureCase19Resolved = YoutubeOnLoopback;
TEST_F(CaptureCase19Resolved, SoundInARenditionOfItsOwnIsGivenBesideThePicture) {
  youtube.separate_audio("abc-DEF_123");
  const auto found = show();
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_THAT(found->media_playlist_url, HasSubstr("/itag/301/"));
  EXPECT_THAT(found->audio_playlist_url, HasSubstr("/itag/234/"));
  ASSERT_EQ(found->fallback_audio_urls.size(), found->fallback_urls.size());
  EXPECT_THAT(found->fallback_audio_urls[0], HasSubstr("/itag/234/"));
  const auto sound = show(kHandlePage, "audio");
  EXPECT_THAT(sound->media_playlist_url, HasSubstr("/itag/234/"));
  EXPECT_EQ(sound->audio_playlist_url, "");
  EXPECT_EQ(sound->quality, "audio");
}

TEST_F(YoutubeOnLoopback, WhereNoSoundStandsAloneTheSmallestPictureComesWithIt) {
  EXPECT_THAT(show(kHandlePage, "audio")->media_playlist_url, HasSubstr("/itag/94/"));
}

TEST_F(YoutubeOnLoopback, WhatIsNotLiveIsOfflineAndSaysWhy) {
  youtube.add_channel("@quiet");
  EXPECT_EQ(why_not("https://www.youtube.com/@quiet").code, Errc::not_found);
  EXPECT_THAT(why_not("https://www.youtube.com/@quiet").text, testing::StartsWith("offline"));
  EXPECT_EQ(why_not("https://www.youtube.com/@nobody").code, Errc::not_found);
  youtube.set_upcoming("@soon", "soon1", "S", from_unix_ms(1'795'000'000'000));
  EXPECT_EQ(why_not("https://www.youtube.com/@soon").code, Errc::not_found);
  EXPECT_THAT(why_not("https://www.youtube.com/@soon").text, HasSubstr("announced for 2026-11-18T"));
  youtube.set_over("abc-DEF_123");
  EXPECT_EQ(why_not().code, Errc::not_found);
  EXPECT_THAT(why_not().text, HasSubstr("over"));
  EXPECT_EQ(why_not("https://youtu.be/gone").code, Errc::not_found);
  EXPECT_THAT(why_not("https://youtu.be/gone").text, HasSubstr("removed by the uploader"));
}

TEST_F(YoutubeOnLoopback, ALookIsToldWhatIsAnnounced) {
  const auto begins = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  youtube.set_upcoming("@show", "abc-DEF_123", "Tonight", begins);
  const auto resolver = page_reader();
  const auto found = resolve(*resolver, ResolveRequest{.page_url = kHandlePage, .only_a_look = true});
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_FALSE(found->live);
  EXPECT_TRUE(found->announced);
  EXPECT_EQ(found->stream_id, "abc-DEF_123");
  EXPECT_EQ(found->scheduled, begins);
}

TEST_F(YoutubeOnLoopback, EachPageWaitsForItsTurnRedirectsToo) {
  youtube.origin().fail_next("/@show/live", [](const sim::HttpQuery&, sim::HttpAnswer& answer) {
    answer.status = 302;
    answer.headers.emplace_back("Location", "/watch?v=abc-DEF_123");
  });
  std::vector<bool> turns;
  YoutubeOptions options;
  options.base_url = youtube.url();
  options.turn = [&turns](bool only_a_look) -> Task<> {
    turns.push_back(only_a_look);
    co_return Result<void>();
  };
  const auto resolver = make_youtube_resolver(http, std::move(options));
  EXPECT_TRUE(resolve(*resolver, kHandlePage));
  EXPECT_EQ(turns, (std::vector<bool>{false, false}));
  EXPECT_TRUE(resolve(*resolver, ResolveRequest{.page_url = kHandlePage, .only_a_look = true}));
  EXPECT_EQ(turns, (std::vector<bool>{false, false, true}));
  EXPECT_EQ(youtube.pages_asked(), turns.size());
}

TEST_F(YoutubeOnLoopback, WhatItDoesNotGiveUsIsDeniedInItsOwnWords) {
  const std::pair<const char*, const char*> kRefused[] = {
      {"UNPLAYABLE", "Join this channel to get access to members-only content like this video"},
      {"LOGIN_REQUIRED", "Sign in to confirm your age"},
      {"LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"},
      {"LOGIN_REQUIRED", "This video is private"},
      {"UNPLAYABLE", "The uploader has not made this video available in your country"},
      {"AGE_VERIFICATION_REQUIRED", ""}};
  for (const auto& [status, reason] : kRefused) {
    youtube.set_playability("abc-DEF_123", status, reason);
    EXPECT_EQ(why_not().code, Errc::denied) << reason;
    EXPECT_THAT(why_not().text, HasSubstr(reason));
  }
}

TEST_F(YoutubeOnLoopback, ACaptchaAFloodAndABrokenPageAreNoVerdicts) {
  auto& origin = youtube.origin();
  origin.fail_next("/@show/live", sim::faults::redirect("/sorry/index"));
  const auto captcha = why_not();
  EXPECT_EQ(captcha.code, Errc::rate_limited);
  EXPECT_THAT(captcha.text, HasSubstr("captcha"));
  origin.fail_next("/@show/live", sim::faults::retry_after(429, 7));
  EXPECT_EQ(why_not().code, Errc::rate_limited);
  origin.fail_next("/@show/live", sim::faults::status(500));
  EXPECT_EQ(why_not().code, Errc::unavailable);
  origin.fail_next("/@show/live", sim::faults::html());
  EXPECT_EQ(why_not().code, Errc::corrupt);
  origin.fail_next("/@show/live", sim::faults::content("var ytInitialPlayerResponse = {\"a\":"));
  EXPECT_EQ(why_not().code, Errc::corrupt);
  youtube.hide_manifest("abc-DEF_123");
  EXPECT_EQ(why_not().code, Errc::unavailable) << "yt-dlp may have it";
}

/// The chain as the program builds it, with a yt-dlp that answers as its player client would be.
class YoutubeChain : public YoutubeOnLoopback {
 protected:
  std::unique_ptr<Resolver> chain() {
    YtDlpOptions yt_dlp;
    yt_dlp.run = [this](ChildRequest request) -> Task<ChildResult> {
      std::string client = "default";
      for (const auto& one : request.argv)
        if (one.starts_with("youtube:player_client=")) client = one.substr(one.find('=') + 1);
      clients.push_back(client);
      const auto manifest = youtube.manifest_url("abc-DEF_123", client);
      auto playlist = manifest;
      playlist.replace(playlist.find("hls_variant"), 11, "hls_playlist");
      playlist.replace(playlist.find("source/"), std::string::npos, "itag/301/playlist/index.m3u8");
      ChildResult out;
      out.exit_code = 0;
      out.out =
          R"({"is_live":true,"formats":[{"protocol":"m3u8_native","vcodec":"avc1","acodec":"mp4a","url":")" +
          playlist + "\"}]}";
      co_return out;
    };
    YoutubeOptions page;
    page.base_url = youtube.url();
    ResolverChain parts;
    parts.direct = make_direct_resolver(http);
    parts.twitch = make_twitch_resolver(http);
    parts.youtube = make_youtube_resolver(http, std::move(page));
    parts.yt_dlp = make_yt_dlp_resolver(std::move(yt_dlp));
    return make_chain_resolver(http, std::move(parts));
  }
  std::vector<std::string> clients;
};

TEST_F(YoutubeChain, YtDlpIsAskedOnlyWhereThePageDoesNotDo) {
  const auto resolver = chain();
  EXPECT_TRUE(resolve(*resolver, kHandlePage).has_value());
  EXPECT_TRUE(clients.empty());
  youtube.hide_manifest("abc-DEF_123");
  const auto found = resolve(*resolver, kHandlePage);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(clients, std::vector<std::string>{"default"});
  EXPECT_EQ(get(found->media_playlist_url)->status, 200);
  youtube.set_over("abc-DEF_123");
  EXPECT_EQ(resolve(*resolver, kHandlePage).error().code, Errc::not_found);
  EXPECT_EQ(clients.size(), 1U) << "offline is offline";
}

TEST_F(YoutubeChain, ABroadcastThatIsRecordedIsNotExchangedForAnotherOneOfItsChannel) {
  youtube.set_live("@show", "another", "Beside it");
  const auto resolver = chain();
  ResolveRequest request;
  request.page_url = kHandlePage;
  EXPECT_EQ(resolve(*resolver, request)->stream_id, "another") << "whichever the page shows";
  request.broadcast = "abc-DEF_123";
  EXPECT_EQ(resolve(*resolver, request)->stream_id, "abc-DEF_123");
  youtube.set_over("abc-DEF_123");
  EXPECT_EQ(resolve(*resolver, request).error().code, Errc::not_found);
}

TEST(YoutubePath, ThePageOfABroadcastIsOnTheSameHostAndOtherPagesStayWhatTheyAre) {
  const auto page = [](const std::string& url, const std::string& id) {
    return page_of_broadcast(url, id, "http://127.0.0.1:9");
  };
  EXPECT_EQ(page("https://m.youtube.com/@a/streams?x=1", "v-_1"), "https://m.youtube.com/watch?v=v-_1");
  EXPECT_EQ(page("http://127.0.0.1:9/channel/UC1", "v1"), "http://127.0.0.1:9/watch?v=v1");
  for (const std::string same :
       {"https://www.youtube.com/watch?v=other", "https://youtu.be/other", "https://www.twitch.tv/a",
        "http://127.0.0.1:8/@a", "https://www.youtube.com/"})
    EXPECT_EQ(page(same, "v1"), same);
  for (const auto* none : {"", "a b", "a&b"}) EXPECT_EQ(page(kHandlePage, none), kHandlePage);
}

using CaptureCase63OnYoutube = YoutubeChain;
TEST_F(CaptureCase63OnYoutube, EveryRefusalGivesAUrlOfAnotherClientUntilThereIsNoneLeft) {
  const auto resolver = chain();
  for (const auto* client : {"page", "default", "web_safari"}) youtube.refuse(client, Millis{0});
  ResolveRequest request;
  request.page_url = kHandlePage;
  std::vector<int> statuses;
  for (request.refusals = 0; request.refusals < 4; ++request.refusals) {
    if (request.refusals == 0) {  // its manifest is refused already: yt-dlp is asked at once
      EXPECT_TRUE(resolve(*resolver, request).has_value());
      continue;
    }
    const auto found = resolve(*resolver, request);
    ASSERT_TRUE(found.has_value()) << found.error().text;
    statuses.push_back(get(found->media_playlist_url)->status);
  }
  EXPECT_EQ(clients, (std::vector<std::string>{"default", "default", "web_safari", "tv"}));
  EXPECT_EQ(statuses, (std::vector<int>{403, 403, 200}));
  const auto given_up = resolve(*resolver, request);
  ASSERT_TRUE(given_up.has_value());
  EXPECT_NE(given_up->other_backend, "");
  EXPECT_EQ(clients.size(), 4U);
}

TEST(YoutubePath, NamesThePlayersPage) {
  const std::string base = "http://127.0.0.1:9";
  const auto path = [&](const std::string& page) { return youtube_path(page, base).value_or("-"); };
  EXPECT_EQ(path("https://www.youtube.com/@a.b/streams"), "/@a.b/live");
  EXPECT_EQ(path("https://www.youtube.com/channel/UC1/live"), "/channel/UC1/live");
  EXPECT_EQ(path("https://www.youtube.com/c/name"), "/c/name/live");
  EXPECT_EQ(path("http://127.0.0.1:9/@x"), "/@x/live");
  EXPECT_THAT(path("https://www.youtube.com/watch?x=1&v=abc"), testing::StartsWith("/watch?v=abc&"));
  for (const auto* other :
       {"https://www.youtube.com/", "https://www.youtube.com/results?q=1",
        "https://www.youtube.com/watch?v=a/b", "https://vimeo.com/@x", "http://127.0.0.1:8/@x"})
    EXPECT_EQ(path(other), "-") << other;
}

TEST_F(YoutubeOnLoopback, CookiesAreGivenAsTheFileHasThem) {
  const test::TempFolder folder;
  test::write_bytes(
      folder / "cookies.txt",
      "# Netscape HTTP Cookie File\n#HttpOnly_127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tLOGIN\tme\n"
      "127.0.0.1\tFALSE\t/\tFALSE\t0\tPREF\tx=1\n");
  const auto resolver = page_reader();
  ResolveRequest request;
  request.page_url = kHandlePage;
  request.cookies_file = folder / "cookies.txt";
  EXPECT_TRUE(resolve(*resolver, request).has_value());
  const auto sent = youtube.origin().requests("/@show/live").at(0).header("cookie");
  EXPECT_THAT(sent, HasSubstr("LOGIN=me"));
  EXPECT_THAT(sent, HasSubstr("PREF=x=1"));
  EXPECT_THAT(sent, Not(HasSubstr("SOCS")));
}

}  // namespace
}  // namespace rec::capture
