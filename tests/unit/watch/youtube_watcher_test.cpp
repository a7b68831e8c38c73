// The YouTube watcher against the simulated YouTube, over real HTTP.
#include "watch/youtube_watcher.hpp"

#include <gmock/gmock.h>

#include "tests/support/temp_folder.hpp"
#include "youtube_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;
using testing::Not;

bool is_live(const Sighting& seen) { return seen.live; }
bool is_off(const Sighting& seen) { return !seen.live && !seen.announced; }
bool is_announced(const Sighting& seen) { return !seen.live && seen.announced.has_value(); }

TEST_F(YoutubeOnAir, AStreamThatGoesLiveIsSeenWithItsVideoIdAndTitleAndAgainWhenItIsOver) {
  youtube.add_channel("@show");
  ASSERT_TRUE(until_seen("@show", is_off));
  youtube.set_live("@show", "abc-1", "A {title}");
  ASSERT_TRUE(until_seen("@show", is_live));
  EXPECT_EQ(last("@show")->broadcast, (channel::Broadcast{"abc-1", "A {title}", ""}));
  EXPECT_EQ(last("@show")->note, "");
  youtube.set_over("abc-1");
  ASSERT_TRUE(until_seen("@show", is_off));
  const auto asked = youtube.origin().requests("/@show/live").at(0);
  EXPECT_EQ(asked.header("cookie"), "SOCS=CAI") << "or a page that asks for consent comes";
  EXPECT_EQ(asked.header("accept-language"), "en") << "or the reasons are in another language";
  EXPECT_THAT(asked.header("user-agent"), HasSubstr("Mozilla"));
}

TEST_F(YoutubeOnAir, AnAnnouncedStreamIsToldWithItsTimeAndSeenWhenItBegins) {
  const auto begins = from_unix_ms(unix_ms(clock.now()) / 1000 * 1000) + std::chrono::minutes(2);
  youtube.set_upcoming("@show", "soon", "Tonight", begins);
  ASSERT_TRUE(until_seen("@show", is_announced));
  EXPECT_EQ(last("@show")->announced->scheduled, begins);
  EXPECT_EQ(last("@show")->broadcast, (channel::Broadcast{"soon", "Tonight", ""}));
  youtube.go_live_at("soon", std::chrono::steady_clock::now());
  ASSERT_TRUE(until_seen("@show", is_live));
  EXPECT_EQ(last("@show")->broadcast.stream_id, "soon");
}

TEST_F(YoutubeOnAir, APremiereIsAnnouncedAsOneAndLiveWhenItIsShown) {
  youtube.set_premiere("@show", "film", "A film", clock.now() + std::chrono::minutes(1));
  ASSERT_TRUE(until_seen("@show", is_announced));
  EXPECT_EQ(last("@show")->note, "premiere");
  youtube.go_live_at("film", std::chrono::steady_clock::now());
  ASSERT_TRUE(until_seen("@show", is_live));
}

TEST_F(YoutubeOnAir, ARenamedChannelIsFoundByItsIdAndItsNewHandleIsTold) {
  youtube.set_live("@show", "abc", "T");
  youtube.set_channel_id("@show", kShowId);
  ASSERT_TRUE(until_seen("@show", is_live));
  EXPECT_EQ(last("@show")->platform_id, kShowId);
  EXPECT_EQ(last("@show")->name, "");
  list.wanted[0].channel.platform_id = kShowId;
  youtube.rename("@show", "@fresh");
  ASSERT_TRUE(until_seen("@show", [](const Sighting& seen) { return seen.live && seen.name == "@fresh"; }));
  EXPECT_EQ(last("@show")->platform_id, kShowId);
}

TEST_F(YoutubeOnAir, AChannelThatIsGoneIsSaidToBeGoneOnlyWhenItStaysSo) {
  youtube.set_upcoming("@show", "soon", "S", clock.now() + std::chrono::minutes(30));
  youtube.origin().fail_next("/@show/live", sim::faults::status(404), 1, 1);
  ASSERT_TRUE(until_asked(3));
  ASSERT_TRUE(until([&] { return list.seen.size() >= 2; }));
  for (const auto& seen : list.seen) EXPECT_TRUE(is_announced(seen)) << "one slip takes nothing back";
  list.wanted = {{youtube_channel("@nobody")}};
  ASSERT_TRUE(until_seen("@nobody", is_off));
  EXPECT_THAT(last("@nobody")->note, HasSubstr("no page of this channel"));
}

TEST_F(YoutubeOnAir, WhatOnlySomeMaySeeIsNotLiveAndItsOwnerIsToldTheCure) {
  youtube.set_live("@show", "abc", "Secret");
  const std::tuple<const char*, const char*, const char*> kKept[] = {
      {"UNPLAYABLE", "Join this channel to get access to members-only content",
       "members only: Secret; set cookies"},
      {"LOGIN_REQUIRED", "Sign in to confirm your age", "age-restricted: Secret; set cookies_file"},
      {"LOGIN_REQUIRED", "This is a private video", "private: Secret; set cookies_file"},
      {"ERROR", "This video has been removed by the uploader", "removed: Secret"},
      {"UNPLAYABLE", "The uploader has not made this video available in your country", "set youtube.proxy"}};
  for (const auto& [status, reason, note] : kKept) {
    youtube.set_playability("abc", status, reason);
    ASSERT_TRUE(until_seen("@show",
                           [&, text = note](const Sighting& seen) {
                             return !seen.live && seen.note.find(text) != std::string::npos;
                           }))
        << reason << ": " << (last("@show") == nullptr ? "" : last("@show")->note);
    EXPECT_FALSE(last("@show")->announced.has_value());
  }
}

TEST_F(YoutubeOnAir, CookiesGoOutOnlyAfterThePageAskedForASignInAndThenForThatChannelAlone) {
  const test::TempFolder folder;
  test::write_bytes(folder / "cookies.txt", "127.0.0.1\tFALSE\t/\tFALSE\t4102444800\tLOGIN\tme\n");
  for (const auto* name : {"@show", "@other"}) {
    youtube.set_live(name, std::string(name).substr(1), "T");
    auto channel = youtube_channel(name);
    channel.cookies_file = folder / "cookies.txt";
    if (std::string(name) == "@other") list.wanted.push_back({channel});
    if (std::string(name) == "@show") list.wanted[0].channel = channel;
  }
  youtube.set_playability("show", "UNPLAYABLE", "Join this channel to get access to members-only content");
  youtube.open_to("show", "LOGIN=me");
  ASSERT_TRUE(until_seen("@show", is_live));
  ASSERT_TRUE(until([&] { return youtube.origin().hits("/@show/live") >= 4; }));
  ASSERT_TRUE(until([&] { return youtube.origin().hits("/@other/live") >= 2; }));
  const auto asked = youtube.origin().requests("/@show/live");
  EXPECT_EQ(asked[0].header("cookie"), "SOCS=CAI");
  for (std::size_t i = 1; i < asked.size(); ++i)
    EXPECT_THAT(asked[i].header("cookie"), HasSubstr("LOGIN=me"));
  for (const auto& other : youtube.origin().requests("/@other/live"))
    EXPECT_THAT(other.header("cookie"), Not(HasSubstr("LOGIN")));
  EXPECT_TRUE(is_live(list.seen.front()) || list.seen.front().channel.str() == "youtube:@other")
      << "that it wanted a sign-in is no verdict";
}

TEST_F(YoutubeOnAir, ACaptchaQuietsAllChannelsAndIsNoVerdictOnAny) {
  list.wanted.push_back({youtube_channel("@other")});
  youtube.set_live("@show", "abc", "T");
  youtube.set_live("@other", "def", "T");
  youtube.take_for_robots(true);
  ASSERT_TRUE(until_asked(1));
  ASSERT_TRUE(until([&] { return report().trouble.find("captcha") != std::string::npos; }));
  const auto quiet_from = clock.steady();
  const auto asked = youtube.pages_asked();
  EXPECT_LE(asked, 2U);
  ASSERT_TRUE(until([&] { return youtube.pages_asked() > asked; }));
  EXPECT_GE(clock.steady() - quiet_from, std::chrono::seconds(55));
  EXPECT_TRUE(list.seen.empty());
  youtube.take_for_robots(false);
  ASSERT_TRUE(until_seen("@show", is_live));
  ASSERT_TRUE(until_seen("@other", is_live));
  EXPECT_EQ(report().trouble, "");
}

TEST_F(YoutubeOnAir, AFloodIsHeededForAsLongAsItSays) {
  youtube.set_live("@show", "abc", "T");
  youtube.origin().fail_next("/@show/live", sim::faults::retry_after(429, 300));
  ASSERT_TRUE(until_asked(0));
  ASSERT_TRUE(until([&] { return !report().trouble.empty(); }));
  const auto quiet_from = clock.steady();
  ASSERT_TRUE(until_seen("@show", is_live));
  EXPECT_GE(clock.steady() - quiet_from, std::chrono::seconds(290));
}

TEST_F(YoutubeOnAir, ASlowPageAndABrokenOneHoldUpNobody) {
  for (int i = 0; i < 6; ++i) {
    const auto name = "@c" + std::to_string(i);
    youtube.set_live(name, "v" + std::to_string(i), "T");
    list.wanted.push_back({youtube_channel(name)});
  }
  youtube.add_channel("@show");
  youtube.origin().fail_next("/@show/live", sim::faults::delay(Millis(8'000)), sim::Origin::kForever);
  youtube.origin().fail_next("/@c0/live", sim::faults::status(503), 3);
  ASSERT_TRUE(until([&] { return youtube.origin().hits("/@c5/live") >= 2; }));
  EXPECT_EQ(last("@show"), nullptr) << "its page is not here yet";
  ASSERT_TRUE(until_seen("@c0", is_live));
  EXPECT_EQ(report().trouble, "");
}

TEST_F(YoutubeOnAir, PagesThatNobodyUnderstandsAreLeftToYtDlpUntilTheyAreUnderstoodAgain) {
  youtube.set_live("@show", "abc", "T");
  int asked_other = 0;
  ask_other = [&](WatchedChannel channel) -> Task<Sighting> {
    ++asked_other;
    Sighting seen;
    seen.channel = channel.id;
    seen.live = true;
    seen.broadcast.title = "by yt-dlp";
    co_return seen;
  };
  const std::string cut =
      "<script>var ytInitialData={}</script>var ytInitialPlayerResponse = {\"videoDetails\":{";
  youtube.origin().fail_next("/@show/live", sim::faults::content(cut), sim::Origin::kForever);
  ASSERT_TRUE(until_seen("@show", [](const Sighting& seen) { return seen.broadcast.title == "by yt-dlp"; }));
  EXPECT_GE(asked_other, 1);
  for (const auto& seen : list.seen) EXPECT_EQ(seen.broadcast.title, "by yt-dlp") << "the page says nothing";
  EXPECT_GE(youtube.origin().hits("/@show/live"), 4U) << "three in a row, then yt-dlp after the next";
  EXPECT_THAT(report().note, HasSubstr("yt-dlp is asked"));
  youtube.origin().heal("/@show/live");
  ASSERT_TRUE(until_seen("@show", [](const Sighting& seen) { return seen.broadcast.title == "T"; }));
  EXPECT_EQ(report().note, "");
}

TEST_F(YoutubeOnAir, EmptyLyingAndForeignPagesAreNoVerdict) {
  youtube.set_live("@show", "abc", "T");
  ASSERT_TRUE(until_seen("@show", is_live));
  auto& origin = youtube.origin();
  for (const auto& fault :
       {sim::faults::empty(), sim::faults::html(), sim::faults::cut(200),
        sim::faults::content("{\"isLive\":false}"),
        sim::faults::content("var ytInitialPlayerResponse = {\"videoDetails\":{\"isLive\":false}};"),
        sim::faults::redirect("https://hotel.example/login"), sim::faults::redirect("/@show/live"),
        sim::faults::status(403), sim::faults::reset()}) {
    const auto said = list.seen.size();
    origin.fail_next("/@show/live", fault);
    ASSERT_TRUE(until([&] { return list.seen.size() > said; }));
    ASSERT_TRUE(list.seen.back().live);
  }
}

TEST_F(YoutubeOnAir, APageOfTenMegabytesIsReadToo) {
  youtube.pad_pages(10U << 20U);
  youtube.set_live("@show", "abc", "T");
  ASSERT_TRUE(until_seen("@show", is_live));
}

TEST_F(YoutubeOnAir, ThePageThatAsksForConsentIsNoVerdict) {
  youtube.set_live("@show", "abc", "T");
  youtube.ask_for_consent(true);
  ASSERT_TRUE(until_seen("@show", is_live)) << "SOCS is sent";
}

TEST_F(YoutubeOnAir, ChannelsComeAndGoWhileItWatches) {
  youtube.set_live("@show", "abc", "T");
  youtube.set_live("@late", "def", "T");
  ASSERT_TRUE(until_seen("@show", is_live));
  list.wanted = {{youtube_channel("@late")}};
  ASSERT_TRUE(until_seen("@late", is_live));
  EXPECT_EQ(report().channels, 1U);
  const auto hits = youtube.origin().hits("/@show/live");
  ASSERT_TRUE(until([&] { return youtube.origin().hits("/@late/live") >= 4; }));
  EXPECT_LE(youtube.origin().hits("/@show/live"), hits + 1);
}

}  // namespace
}  // namespace rec
