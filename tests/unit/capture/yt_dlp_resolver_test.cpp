// What yt-dlp is asked and told, what its answers mean, and the real program on a page of our own.
#include "capture/yt_dlp_resolver.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "resolver_net.hpp"
#include "sim/origin/origin.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::capture {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string kYoutubePage = "https://www.youtube.com/@x/live";

class YtDlpResolve : public ResolverNet {
 protected:
  std::unique_ptr<Resolver> yt_dlp_with(Result<ChildResult> result) {
    YtDlpOptions options;
    options.run = [this, result](ChildRequest child) -> Task<ChildResult> {
      ran.push_back(std::move(child));
      co_return result;
    };
    return make_yt_dlp_resolver(std::move(options));
  }
  Result<Resolved> outcome(int code, std::string out, std::string err = {}) {
    auto resolver = yt_dlp_with(ChildResult{code, std::move(out), std::move(err)});
    return resolve(*resolver, request);
  }
  ResolveRequest request{.page_url = kYoutubePage, .proxy = "socks5://127.0.0.1:1"};
  std::vector<ChildRequest> ran;
};

constexpr std::string_view kInfo = R"({"title":"T","is_live":true,"live_status":"is_live","formats":[
  {"format_id":"sb0","protocol":"mhtml","url":"https://x/0"},
  {"format_id":"95","protocol":"m3u8_native","url":"https://y/720","vcodec":"avc1.4D","acodec":"mp4a","width":1280,"height":720,"fps":30,"tbr":2500.5},
  {"format_id":"233","protocol":"m3u8_native","url":"https://y/dubbed","vcodec":"none","acodec":"mp4a","language":"de","language_preference":-1},
  {"format_id":"234","protocol":"m3u8_native","url":"https://y/a","vcodec":"none","acodec":"mp4a","language":"en","language_preference":10},
  {"format_id":"301","protocol":"m3u8_native","url":"https://y/1080","vcodec":"avc1.64","acodec":"mp4a","width":1920,"height":1080,"fps":60,"tbr":5000,
   "http_headers":{"User-Agent":"UA"}},
  {"format_id":"625","protocol":"m3u8_native","url":"https://y/2160","vcodec":"vp9","acodec":"none","height":2160}]})";

TEST_F(YtDlpResolve, TheBestPlaylistInThePreferredCodecIsTaken) {
  const auto found = outcome(0, std::string(kInfo));
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://y/1080");
  EXPECT_EQ(found->audio_playlist_url, "");
  EXPECT_EQ(found->headers, std::vector<std::string>{"User-Agent: UA"});
  EXPECT_EQ(found->title, "T");
  EXPECT_EQ(found->picture.rate, 60);
  const std::vector<std::string> argv{"yt-dlp",
                                      "-J",
                                      "--no-playlist",
                                      "--playlist-items",
                                      "1",
                                      "--ignore-config",
                                      "--no-warnings",
                                      "--ignore-no-formats-error",
                                      "--",
                                      kYoutubePage};
  ASSERT_EQ(ran.size(), 1U);
  EXPECT_EQ(ran[0].argv, argv) << "a proxy's password is not for everybody who lists processes";
  EXPECT_THAT(ran[0].extra_environment, Contains("https_proxy=socks5://127.0.0.1:1"));
}

TEST_F(YtDlpResolve, APictureWithoutSoundComesWithTheSoundOfTheOriginalLanguage) {
  request.codecs = "vp9,h264";
  const auto found = outcome(0, std::string(kInfo));
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://y/2160");
  EXPECT_EQ(found->audio_playlist_url, "https://y/a");
  ASSERT_EQ(found->fallback_urls.size(), found->fallback_audio_urls.size());
  EXPECT_EQ(found->fallback_urls[0], "https://y/1080");
  EXPECT_EQ(found->fallback_audio_urls[0], "") << "this one has its own";
}

TEST_F(YtDlpResolve, SoundAloneIsTakenForTheQualityAudio) {
  request.quality = "audio";
  const auto found = outcome(0, std::string(kInfo));
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_THAT(found->media_playlist_url, testing::AnyOf("https://y/a", "https://y/dubbed"));
  EXPECT_EQ(found->picture.height, 0);
}

TEST_F(YtDlpResolve, APageWithoutHlsIsLeftToTheOtherBackendAndSaysWhatItHas) {
  const auto found = outcome(0, R"({"title":"D","is_live":true,"formats":[
    {"format_id":"1","protocol":"http_dash_segments","url":"https://y/1","vcodec":"avc1","acodec":"none"},
    {"format_id":"2","protocol":"https","url":"https://y/2","vcodec":"avc1","acodec":"mp4a"}]})");
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "");
  EXPECT_EQ(found->title, "D");
  EXPECT_THAT(found->other_backend, HasSubstr("only http_dash_segments, https"));
  EXPECT_THAT(found->other_backend, HasSubstr("capture: yt-dlp"));
}

TEST_F(YtDlpResolve, APictureThatIsAloneWithoutAnySoundIsNotRecordedSilently) {
  const auto found = outcome(0, R"({"is_live":true,"formats":[
    {"format_id":"1","protocol":"m3u8_native","url":"https://y/1","vcodec":"avc1","acodec":"none"},
    {"format_id":"2","protocol":"https","url":"https://y/2","vcodec":"none","acodec":"mp4a"}]})");
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_NE(found->other_backend, "");
}

TEST_F(YtDlpResolve, OfAListTheFirstEntryCounts) {
  const auto found = outcome(0, R"({"_type":"playlist","entries":[null,)" + std::string(kInfo) + "]}");
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://y/1080");
}

TEST_F(YtDlpResolve, ALookIsToldTheBroadcastsIdAndWhenAnAnnouncedOneBegins) {
  const std::string upcoming =
      R"({"id":"abc-DEF_123","title":"Tonight","live_status":"is_upcoming","release_timestamp":1795000000,"formats":[]})";
  EXPECT_EQ(outcome(0, upcoming).error().code, Errc::not_found) << "to a recording it is offline";
  request.only_a_look = true;
  const auto found = outcome(0, upcoming);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_FALSE(found->live);
  EXPECT_TRUE(found->announced);
  EXPECT_EQ(found->stream_id, "abc-DEF_123");
  EXPECT_EQ(found->title, "Tonight");
  EXPECT_EQ(found->scheduled, from_unix_ms(1'795'000'000'000));
  const auto without = outcome(0, R"({"live_status":"is_upcoming"})");
  ASSERT_TRUE(without.has_value());
  EXPECT_FALSE(without->scheduled);
}

TEST_F(YtDlpResolve, ItsComplaintsAreUnderstood) {
  const std::pair<std::string, Errc> kComplaints[] = {
      {"ERROR: [youtube:tab] @x: The channel is not currently live", Errc::not_found},
      {"ERROR: [twitch:stream] x: The channel is not currently live", Errc::not_found},
      {"WARNING: x\nERROR: [youtube] a: This live event will begin in 5 hours.", Errc::not_found},
      {"ERROR: [youtube] a: Video unavailable. This video has been removed by the uploader", Errc::not_found},
      {"ERROR: Unsupported URL: https://x/", Errc::invalid},
      {"ERROR: [youtube] a: Sign in to confirm you're not a bot.", Errc::denied},
      {"ERROR: [youtube] a: Join this channel to get access to members-only content", Errc::denied},
      {"ERROR: [youtube] a: Video unavailable. This video is private", Errc::denied},
      {"ERROR: [youtube] a: Video unavailable. This content isn't available, try again later. The current "
       "session has "
       "been rate-limited by YouTube for up to an hour.",
       Errc::rate_limited},
      {"ERROR: [youtube] a: The uploader has not made this video available in your country", Errc::denied},
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
  const auto found = resolve(*resolver, request);
  EXPECT_EQ(found.error().code, Errc::invalid);
  EXPECT_THAT(found.error().text, HasSubstr("apt install yt-dlp"));
}

using CaptureCase63Clients = YtDlpResolve;
TEST_F(CaptureCase63Clients, EachRefusedUrlIsFollowedByTheNextPlayerClientAndTheLastByTheOtherBackend) {
  const auto asked_as = [this](int refusals) {
    request.refusals = refusals;
    const auto found = outcome(0, std::string(kInfo));
    const auto& argv = ran.back().argv;
    const auto at = std::find(argv.begin(), argv.end(), "--extractor-args");
    return at == argv.end() ? std::string() : *std::next(at);
  };
  EXPECT_EQ(asked_as(0), "");
  EXPECT_EQ(asked_as(1), "") << "yt-dlp's own choice, after the page's player";
  EXPECT_EQ(asked_as(2), "youtube:player_client=web_safari");
  EXPECT_EQ(asked_as(3), "youtube:player_client=tv");
  const auto runs = ran.size();
  request.refusals = 4;
  const auto found = outcome(0, std::string(kInfo));
  ASSERT_TRUE(found.has_value());
  EXPECT_THAT(found->other_backend, HasSubstr("refused soon after they were opened"));
  EXPECT_EQ(ran.size(), runs) << "bounded";
  request.page_url = "https://other.example/live";
  EXPECT_TRUE(outcome(0, std::string(kInfo))->other_backend.empty()) << "no other clients there";
}

constexpr std::string_view kCookies =
    "# Netscape HTTP Cookie File\n#HttpOnly_.y.example\tTRUE\t/\tTRUE\t4102444800\tsession\tabc\n";

/// A program that says what it was started with, and spoils the cookies file as yt-dlp does.
std::string fake_yt_dlp(const test::TempFolder& folder, const std::string& json) {
  const auto path = folder / "yt-dlp";
  test::write_bytes(folder / "answer.json", json);
  test::write_bytes(path, "#!/bin/sh\ncd " + folder.path() + R"(
printf '%s\n' "$@" > argv; ps -o pgid= -p $$ > group; echo $$ > pid; env > environment
while [ $# -gt 0 ]; do
  if [ "$1" = --cookies ]; then cp "$2" cookies; ls -l "$2" > rights; echo spoilt > "$2"; echo "$2" > where; fi
  shift
done
cat answer.json
)");
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

TEST_F(YtDlpResolve, ARealProcessGetsAPrivateCopyOfTheCookiesAndAGroupOfItsOwn) {
  const test::TempFolder folder;
  test::write_bytes(folder / "cookies.txt", kCookies);
  YtDlpOptions options;
  options.program = [program = fake_yt_dlp(folder, std::string(kInfo))] {
    YtDlpProgram one;
    one.path = program;
    return Result<YtDlpProgram>(std::move(one));
  };
  const auto resolver = make_yt_dlp_resolver(std::move(options));
  request.cookies_file = folder / "cookies.txt";
  request.page_url = "https://y.example/a page;$(touch x)";
  const auto found = resolve(*resolver, request);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(test::read_bytes(folder / "cookies"), kCookies) << "as they are, #HttpOnly_ lines too";
  EXPECT_EQ(test::read_bytes(folder / "cookies.txt"), kCookies) << "the original is never written";
  EXPECT_THAT(test::read_bytes(folder / "rights"), testing::StartsWith("-rw-------"));
  auto where = test::read_bytes(folder / "where");
  where.pop_back();
  EXPECT_FALSE(std::filesystem::exists(where)) << "and it is gone afterwards";
  EXPECT_THAT(test::read_bytes(folder / "argv"), HasSubstr("--ignore-config\n"));
  EXPECT_THAT(test::read_bytes(folder / "argv"), testing::EndsWith("--\n" + request.page_url + "\n"));
  EXPECT_EQ(std::stoi(test::read_bytes(folder / "group")), std::stoi(test::read_bytes(folder / "pid")));
  EXPECT_THAT(test::read_bytes(folder / "environment"), HasSubstr("https_proxy=socks5://127.0.0.1:1"));
}

TEST_F(YtDlpResolve, ACookiesFileThatIsNotThereIsLeftOut) {
  request.cookies_file = "/nonexistent/cookies.txt";
  EXPECT_TRUE(outcome(0, std::string(kInfo)).has_value());
  EXPECT_THAT(ran.at(0).argv, Not(Contains("--cookies")));
}

TEST(YtDlpProgramChoice, AutoIsOurOwnCopyWhereThereIsOneAndAPathIsTakenAsItIs) {
  const test::TempFolder folder;
  EXPECT_EQ(yt_dlp_program("auto", folder.path())->path, "yt-dlp");
  EXPECT_EQ(yt_dlp_program("/opt/yt-dlp", folder.path())->path, "/opt/yt-dlp");
  std::filesystem::create_directories(folder / "ytdlp/versions/2026.11.01");
  test::write_bytes(folder / "ytdlp/versions/2026.11.01/yt-dlp", "#!/bin/sh\n");
  std::filesystem::permissions(folder / "ytdlp/versions/2026.11.01/yt-dlp",
                               std::filesystem::perms::owner_all);
  std::filesystem::create_directory_symlink("versions/2026.11.01", folder / "ytdlp/current");
  const auto own = yt_dlp_program("auto", folder.path());
  ASSERT_TRUE(own.has_value()) << own.error().text;
  EXPECT_THAT(own->path, testing::EndsWith("ytdlp/versions/2026.11.01/yt-dlp"));
  EXPECT_NE(own->held, nullptr) << "no update pulls it away while it runs";
  EXPECT_THAT(own->arguments, Contains("node")) << "deno is not the only one that solves YouTube's puzzles";
  std::filesystem::rename(folder / "ytdlp/versions/2026.11.01", folder / "ytdlp/versions/2025.10.22");
  std::filesystem::remove(folder / "ytdlp/current");
  std::filesystem::create_directory_symlink("versions/2025.10.22", folder / "ytdlp/current");
  EXPECT_TRUE(yt_dlp_program("auto", folder.path())->arguments.empty()) << "it would not know the option";
}

TEST(YtDlpAnswer, ASizeThatNoNumberHoldsDoesNotStopARecording) {
  ChildResult said;
  said.exit_code = 0;
  said.out =
      R"({"is_live":true,"formats":[{"url":"https://x.example/a.m3u8","protocol":"m3u8_native",)"
      R"("format_id":"1","vcodec":"avc1.4d401f","acodec":"mp4a.40.2","width":1e32,"height":-1e32,"fps":1e300,)"
      R"("tbr":1e300}]})";
  ResolveRequest wanted;
  wanted.page_url = "https://x.example/";
  const auto found = resolved_from_yt_dlp(said, wanted);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, "https://x.example/a.m3u8");
}

TEST(YtDlpForReal, TheInstalledProgramFindsTheHlsStreamOfAnyPage) {
  sim::Origin origin;
  origin.add_file(
      "/live/index.m3u8",
      "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,CODECS=\"avc1.4d401e,mp4a.40.2\"\n"
      "360.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2900000,RESOLUTION=1280x720,CODECS=\"avc1.4d401f,mp4a.40."
      "2\"\n720.m3u8\n",
      "application/vnd.apple.mpegurl");
  for (const auto* name : {"/live/360.m3u8", "/live/720.m3u8"})
    origin.add_file(name, "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n1.ts\n",
                    "application/vnd.apple.mpegurl");
  origin.add_file(
      "/page",
      "<!DOCTYPE html><html><head><title>A page</title></head><body><video controls><source src=\"" +
          origin.url("/live/index.m3u8") + "\" type=\"application/x-mpegURL\"></video></body></html>",
      "text/html");
  ResolverNet net;
  const auto resolver = make_yt_dlp_resolver();
  ResolveRequest wanted;
  wanted.page_url = origin.url("/page");
  const auto found = net.resolve(*resolver, wanted);
  ASSERT_TRUE(found.has_value()) << found.error().text;
  EXPECT_EQ(found->media_playlist_url, origin.url("/live/720.m3u8"));
  EXPECT_EQ(found->picture.height, 720);
  EXPECT_THAT(found->title, HasSubstr("A page"));
}

}  // namespace
}  // namespace rec::capture
