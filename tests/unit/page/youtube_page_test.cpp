// What is read out of YouTube's pages, the odd ones above all.
#include "page/youtube_page.hpp"

#include <gtest/gtest.h>

namespace rec::page {
namespace {

std::string page_with(const std::string& player) {
  return "<html><script>if (window.ytInitialPlayerResponse) {}</script><script>var ytInitialPlayerResponse "
         "= " +
         player + ";var meta = 1;</script><script>var ytInitialData = {};</script></html>";
}

YoutubePlayer read(const std::string& player) {
  const auto found = player_of_page(page_with(player));
  EXPECT_TRUE(found.has_value()) << found.error().text;
  return found ? *found : YoutubePlayer{};
}

YoutubeState state_for(const std::string& status, const std::string& reason,
                       const std::string& details = "") {
  return state_of(read(R"({"playabilityStatus":{"status":")" + status + R"(","reason":")" + reason +
                       R"("},"videoDetails":{)" + details + "}}"));
}

TEST(YoutubePage, WhatTheWatcherWantsIsReadOutOfTheLivePage) {
  const auto player = read(
      R"({"playabilityStatus":{"status":"OK","liveStreamability":{"liveStreamabilityRenderer":{"pollDelayMs":"15000"}}},
          "videoDetails":{"videoId":"abc","title":"T {\"x\"}","channelId":"UC1","author":"Some Body","isLive":true,
          "isLiveContent":true},"microformat":{"playerMicroformatRenderer":{
          "ownerProfileUrl":"http://www.youtube.com/@somebody","liveBroadcastDetails":{"isLiveNow":true}}}})");
  EXPECT_EQ(state_of(player), YoutubeState::live);
  EXPECT_EQ(player.video_id, "abc");
  EXPECT_EQ(player.title, "T {\"x\"}");
  EXPECT_EQ(player.channel_id, "UC1");
  EXPECT_EQ(player.handle, "@somebody");
  EXPECT_EQ(player.author, "Some Body");
  EXPECT_EQ(player.poll_delay, Millis(15'000));
  EXPECT_TRUE(player.live_content);
}

TEST(YoutubePage, AnAnnouncedStreamAndAPremiereSayWhenTheyBegin) {
  for (const auto* time : {"\"1795000000\"", "1795000000"}) {
    const auto player =
        read(std::string(R"({"playabilityStatus":{"status":"LIVE_STREAM_OFFLINE","liveStreamability":{
          "liveStreamabilityRenderer":{"offlineSlate":{"liveStreamOfflineSlateRenderer":{"scheduledStartTime":)") +
             time + R"(}}}}},"videoDetails":{"isUpcoming":true,"isLiveContent":false}})");
    EXPECT_EQ(state_of(player), YoutubeState::upcoming);
    EXPECT_EQ(player.begins, from_unix_ms(1'795'000'000'000));
    EXPECT_FALSE(player.live_content);
  }
}

TEST(YoutubePage, EveryWayOfNotPlayingIsToldApart) {
  EXPECT_EQ(state_for("OK", "", R"("isLive":true)"), YoutubeState::live);
  EXPECT_EQ(state_for("OK", ""), YoutubeState::no_stream);
  EXPECT_EQ(state_for("OK", "", R"("isPostLiveDvr":true,"isLiveContent":true)"), YoutubeState::over);
  EXPECT_EQ(state_for("LIVE_STREAM_OFFLINE", "This live stream recording is not available."),
            YoutubeState::over);
  EXPECT_EQ(state_for("LIVE_STREAM_OFFLINE", "This live event will begin in a few moments."),
            YoutubeState::upcoming);
  EXPECT_EQ(
      state_for("UNPLAYABLE", "Join this channel to get access to members-only content like this video"),
      YoutubeState::members_only);
  EXPECT_EQ(state_for("UNPLAYABLE", "This video is available to this channel's members on level: Gold"),
            YoutubeState::members_only);
  EXPECT_EQ(state_for("LOGIN_REQUIRED", "Sign in to confirm your age"), YoutubeState::age_gated);
  EXPECT_EQ(state_for("AGE_VERIFICATION_REQUIRED", ""), YoutubeState::age_gated);
  EXPECT_EQ(
      state_for("LOGIN_REQUIRED", "This is a private video. Please sign in to verify that you may see it."),
      YoutubeState::private_video);
  EXPECT_EQ(state_for("LOGIN_REQUIRED", "Sign in to confirm you’re not a bot"), YoutubeState::sign_in);
  EXPECT_EQ(state_for("ERROR", "This video has been removed by the uploader"), YoutubeState::removed);
  EXPECT_EQ(state_for("ERROR", "Video unavailable"), YoutubeState::removed);
  EXPECT_EQ(state_for("ERROR", "Video unavailable. This content isn't available, try again later."),
            YoutubeState::limited)
      << "of a live broadcast, too, where too much was asked";
  EXPECT_EQ(state_for("UNPLAYABLE", "The uploader has not made this video available in your country"),
            YoutubeState::region);
  EXPECT_EQ(state_for("UNPLAYABLE", "This video requires payment to watch"), YoutubeState::paid);
  EXPECT_EQ(state_for("UNPLAYABLE", "Something that nobody has seen yet"), YoutubeState::unclear);
}

TEST(YoutubePage, ALiveStreamIsNotOverBecauseAnOldEndStandsInItsMicroformat) {
  const auto player = read(
      R"({"playabilityStatus":{"status":"OK"},"videoDetails":{"isLive":true},"microformat":{
          "playerMicroformatRenderer":{"liveBroadcastDetails":{"endTimestamp":"2026-11-22T17:26:03+00:00"}}}})");
  EXPECT_EQ(state_of(player), YoutubeState::live);
}

TEST(YoutubePage, APageThatIsCutOffInThePlayerIsNoVerdict) {
  const auto cut = player_of_page(
      "<script>var ytInitialData = {};</script><script>var ytInitialPlayerResponse = "
      "{\"playabilityStatus\":{");
  ASSERT_FALSE(cut.has_value());
  EXPECT_EQ(cut.error().code, Errc::corrupt) << "the stream may be live: this must not say offline";
  EXPECT_EQ(player_of_page(page_with("{}")).error().code, Errc::corrupt);
  EXPECT_EQ(player_of_page(page_with("{\"a\":[}")).error().code, Errc::corrupt);
  EXPECT_EQ(player_of_page(page_with("null")).error().code, Errc::not_found) << "so a channel's page has it";
  EXPECT_EQ(player_of_page("").error().code, Errc::corrupt);
  EXPECT_EQ(player_of_page("<html>Hotel Wi-Fi</html>").error().code, Errc::corrupt);
}

TEST(YoutubePage, MembersOfAnotherTypeAreAsIfTheyWereNotThere) {
  const auto player = read(
      R"({"playabilityStatus":{"status":"OK","reason":7,"liveStreamability":{"liveStreamabilityRenderer":{
          "pollDelayMs":-5,"offlineSlate":{"liveStreamOfflineSlateRenderer":{"scheduledStartTime":"99999999999999999"}}}}},
          "videoDetails":{"isLive":"yes","title":{},"channelId":[]},"microformat":[]})");
  EXPECT_EQ(state_of(player), YoutubeState::no_stream);
  EXPECT_EQ(player.poll_delay, std::nullopt);
  EXPECT_EQ(player.begins, std::nullopt);
}

TEST(YoutubePage, AskedForConsentOrForACaptchaIsNoPage) {
  EXPECT_EQ(detour_of("https://consent.youtube.com/m?continue=x", ""), Detour::consent);
  EXPECT_EQ(detour_of("https://www.google.com/sorry/index?continue=x", ""), Detour::captcha);
  EXPECT_EQ(detour_of("/sorry/index", ""), Detour::captcha);
  const std::string home = "https://www.youtube.com/@x/live";
  EXPECT_EQ(detour_of(home, "<html>Our systems have detected unusual traffic from your network"),
            Detour::captcha);
  EXPECT_EQ(detour_of(home, "<form action=\"https://consent.youtube.com/save\">"), Detour::consent);
  EXPECT_EQ(detour_of(home, "<script>var ytInitialData = {\"t\":\"unusual traffic\"}"), Detour::none);
  EXPECT_EQ(error_of(Detour::captcha).code, Errc::rate_limited);
  EXPECT_EQ(error_of(Detour::consent).code, Errc::unavailable);
}

}  // namespace
}  // namespace rec::page
