// The Twitch resolver against the simulated Twitch, over real HTTP.
#include "capture/twitch_resolver.hpp"

#include <gmock/gmock.h>

#include "resolver_net.hpp"
#include "sim/twitch/sim_twitch.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec::capture {
namespace {

using testing::HasSubstr;

const std::string kShowPage = "https://www.twitch.tv/Show";
const std::string kSecondUsher = "/api/v2/channel/hls/show.m3u8";
const std::string kFirstUsher = "/api/channel/hls/show.m3u8";

class TwitchOnLoopback : public ResolverNet {
 protected:
  TwitchOnLoopback() {
    twitch.set_live("show", "1", "T", "G", "http://127.0.0.1:1/unused.m3u8");
    const auto variant = [](const char* name, const char* size, double rate, const char* codecs,
                            bool source) {
      return sim::SimVariant{
          name, std::string("http://e.example/") + name + ".m3u8", 1'000'000, size, rate, codecs, source};
    };
    twitch.set_variants("show", {variant("480p", "852x480", 30, "avc1.4D401F,mp4a.40.2", false),
                                 variant("audio_only", "", 0, "mp4a.40.2", false),
                                 variant("1440p60", "2560x1440", 60, "hvc1.1.6.L150,mp4a.40.2", true),
                                 variant("1080p60", "1920x1080", 60, "avc1.64002A,mp4a.40.2", false),
                                 variant("720p60", "1280x720", 60, "avc1.4D4020,mp4a.40.2", false)});
  }
  Result<Resolved> show(ResolveRequest request = {}) {
    request.page_url = kShowPage;
    const auto resolver = make_twitch_resolver(http, options());
    return resolve(*resolver, std::move(request));
  }
  TwitchOptions options() {
    TwitchOptions out;
    out.gql_url = twitch.gql_url();
    out.usher_url = twitch.usher_url();
    out.oauth_token = Secret(account);
    out.data = data;
    return out;
  }
  std::string taken(ResolveRequest request) {
    const auto found = show(std::move(request));
    return found ? found->media_playlist_url.substr(std::string("http://e.example/").size())
                 : found.error().text;
  }
  std::string taken(const std::string& quality) {
    ResolveRequest request;
    request.quality = quality;
    return taken(std::move(request));
  }
  /// The Authorization headers of the last resolve.
  std::string signed_with() {
    std::string out;
    for (const auto& query : twitch.requests("/gql")) out += "[" + query.header("authorization") + "]";
    return out;
  }
  sim::SimTwitch twitch;
  std::string account;
  std::shared_ptr<ResolverDataFile> data;
  test::TempFolder folder;
};

using CaptureCase14OnTwitch = TwitchOnLoopback;
TEST_F(CaptureCase14OnTwitch, TheSecondUsherVersionGivesTheSourceWhereverItIsListed) {
  ResolveRequest all;
  all.codecs = "h264,h265";
  EXPECT_EQ(taken(all), "1440p60.m3u8");
  EXPECT_EQ(twitch.hits(kFirstUsher), 0U);
}

using CaptureCase15OnTwitch = TwitchOnLoopback;
TEST_F(CaptureCase15OnTwitch, TheFirstUsherVersionIsAskedWhenTheSecondRefusesAndNamesTheSame) {
  twitch.fail_next(kSecondUsher, sim::faults::status(400), sim::Origin::kForever);
  ResolveRequest all;
  all.codecs = "h264,h265";
  EXPECT_EQ(taken(all), "1440p60.m3u8");
  EXPECT_EQ(taken("720p60"), "720p60.m3u8");
  EXPECT_EQ(twitch.hits(kFirstUsher), 2U);
}

using CaptureCase16OnTwitch = TwitchOnLoopback;
TEST_F(CaptureCase16OnTwitch, TheFirstWishThatCanBeMetIsTakenAndSoundAloneOnlyWhenAskedFor) {
  EXPECT_EQ(taken("1080p30,720p60,best"), "720p60.m3u8");
  EXPECT_EQ(taken("worst"), "480p.m3u8");
  EXPECT_EQ(taken("audio"), "audio_only.m3u8");
  EXPECT_EQ(taken("4320p"), "1080p60.m3u8");
}

using CaptureCase18OnTwitch = TwitchOnLoopback;
TEST_F(CaptureCase18OnTwitch, OnlyTheCodecsThatAreWantedAreAskedForAndTaken) {
  EXPECT_EQ(taken("best"), "1080p60.m3u8");
  EXPECT_EQ(twitch.requests(kSecondUsher).back().param("supported_codecs"), "h264");
  ResolveRequest modern;
  modern.codecs = "h265,h264";
  EXPECT_EQ(taken(modern), "1440p60.m3u8");
  EXPECT_EQ(twitch.requests(kSecondUsher).back().param("supported_codecs"), "h265,h264");
}

TEST_F(TwitchOnLoopback, TheAccountsTokenSignsAndIsTakenFromTheCookiesFileWhereTheConfigurationHasNone) {
  twitch.add_account("secret1");
  twitch.add_account("secret2");
  test::write_bytes(folder / "cookies.txt",
                    "#HttpOnly_.twitch.tv\tTRUE\t/\tTRUE\t4102444800\tauth-token\tsecret2\n");
  ResolveRequest request;
  request.cookies_file = folder / "cookies.txt";
  EXPECT_EQ(taken(request), "1080p60.m3u8");
  EXPECT_EQ(signed_with(), "[OAuth secret2]");
  account = "oauth:secret1";
  EXPECT_EQ(taken(request), "1080p60.m3u8");
  EXPECT_EQ(signed_with(), "[OAuth secret2][OAuth secret1]");
}

TEST_F(TwitchOnLoopback, AnAccountThatIsNotAcceptedAnyMoreCostsNoRecording) {
  account = "expired";
  EXPECT_EQ(taken("best"), "1080p60.m3u8");
  EXPECT_EQ(signed_with(), "[OAuth expired][]");
}

TEST_F(TwitchOnLoopback, AClientIdThatTwitchHasRetiredIsFollowedByTheNext) {
  twitch.set_web_client(TwitchConstants{}.client_ids.at(1));
  EXPECT_EQ(taken("best"), "1080p60.m3u8");
  EXPECT_EQ(twitch.hits("/gql"), 2U);
  twitch.set_web_client("another");
  const auto found = show();
  EXPECT_EQ(found.error().code, Errc::denied);
  EXPECT_THAT(found.error().text, HasSubstr("Client-ID"));
}

TEST_F(TwitchOnLoopback, AfterARefusedUrlItAsksAsAnotherClient) {
  ResolveRequest again;
  again.refusals = 1;
  EXPECT_EQ(taken(again), "1080p60.m3u8");
  EXPECT_EQ(twitch.requests("/gql").back().header("client-id"), TwitchConstants{}.client_ids.at(1));
}

TEST_F(TwitchOnLoopback, ADataFileThatIsReplacedCountsFromTheNextResolveOn) {
  twitch.set_persisted_hash("newhash");
  twitch.set_web_client("newclient");
  const auto path = folder / "resolver.json";
  data = std::make_shared<ResolverDataFile>(path);
  const auto resolver = make_twitch_resolver(http, options());
  EXPECT_EQ(resolve(*resolver, kShowPage).error().code, Errc::denied);
  test::write_bytes(path, R"({"twitch": {"client_ids": ["newclient"], "playback_hash": "newhash"}})");
  const auto before = twitch.hits("/gql");
  EXPECT_TRUE(resolve(*resolver, kShowPage).has_value());
  EXPECT_EQ(twitch.hits("/gql"), before + 1) << "by hash";
  test::write_bytes(path, "{ this is no JSON, and changes nothing");
  EXPECT_TRUE(resolve(*resolver, kShowPage).has_value());
}

TEST(ResolverData, AFileChangesWhatItNamesAndFoolishFilesAreRefused) {
  const auto changed = parse_resolver_data(
      R"({"twitch": {"playback_hash": "abc"}, "yt_dlp": {"player_clients": ["tv"], "release_url": "https://m/"},
          "youtube": {"read_page": false}})");
  ASSERT_TRUE(changed.has_value()) << changed.error().text;
  EXPECT_EQ(changed->twitch.playback_hash, "abc");
  EXPECT_EQ(changed->twitch.client_ids, TwitchConstants{}.client_ids);
  EXPECT_EQ(changed->yt_dlp.player_clients, std::vector<std::string>{"tv"});
  EXPECT_FALSE(changed->youtube.read_page);
  for (const auto* bad :
       {"[]", "{", R"({"twitsch": {}})", R"({"twitch": []})", R"({"twitch": {"playback_hsah": "x"}})",
        R"({"twitch": {"playback_hash": 1}})", R"({"twitch": {"client_ids": []}})",
        R"({"yt_dlp": {"player_clients": [1]}})", R"({"youtube": {"read_page": "no"}})"})
    EXPECT_EQ(parse_resolver_data(bad).error().code, Errc::invalid) << bad;
}

TEST(ResolverData, TheDocumentationShowsWhatIsBuiltIn) {
  const auto page = test::read_bytes(REC_SOURCE_DIR "/docs/formats/resolver-data.md");
  const auto begin = page.find("```json\n") + 8;
  const auto shown = parse_resolver_data(page.substr(begin, page.find("```", begin) - begin));
  ASSERT_TRUE(shown.has_value()) << shown.error().text;
  const ResolverData built_in;
  EXPECT_EQ(shown->twitch.client_ids, built_in.twitch.client_ids);
  EXPECT_EQ(shown->twitch.user_agent, built_in.twitch.user_agent);
  EXPECT_EQ(shown->twitch.playback_hash, built_in.twitch.playback_hash);
  EXPECT_EQ(shown->twitch.player_type, built_in.twitch.player_type);
  EXPECT_EQ(shown->twitch.platform, built_in.twitch.platform);
  EXPECT_EQ(shown->twitch.player_origin, built_in.twitch.player_origin);
  EXPECT_EQ(shown->twitch.usher_paths, built_in.twitch.usher_paths);
  EXPECT_EQ(shown->youtube.user_agent, built_in.youtube.user_agent);
  EXPECT_EQ(shown->youtube.consent_cookie, built_in.youtube.consent_cookie);
  EXPECT_EQ(shown->youtube.read_page, built_in.youtube.read_page);
  EXPECT_EQ(shown->yt_dlp.player_clients, built_in.yt_dlp.player_clients);
  EXPECT_EQ(shown->yt_dlp.release_url, built_in.yt_dlp.release_url);
}

}  // namespace
}  // namespace rec::capture
