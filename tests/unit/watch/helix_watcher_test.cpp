// What a sweep through Helix sees, and what it costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "watch_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;

TEST(TwitchWatcher, SeesWhoIsLiveWithItsStreamAndSaysWhoIsNot) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "4711", "Über alles & mehr", "Chess", "http://x/");
  watch.twitch.add_channel("idle");
  const auto watcher = watch.watcher();
  const auto seen =
      watch.sweep(*watcher, {twitch_channel("someone"), twitch_channel("idle"), twitch_channel("nobody")});
  ASSERT_TRUE(seen) << seen.error().text;
  ASSERT_EQ(seen->size(), 3U);
  EXPECT_EQ(count_live(*seen), 1U);
  const auto live = std::ranges::find_if(*seen, &Sighting::live);
  EXPECT_EQ(live->channel.str(), "twitch:someone");
  EXPECT_EQ(live->broadcast, (channel::Broadcast{"4711", "Über alles & mehr", "Chess"}));
}

TEST(TwitchWatcher, TakesLoginsAsPeopleWriteThem) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  auto twin = twitch_channel("SomeOne");
  twin.id = ChannelId("twitch:twin");
  const auto seen = watch.sweep(*watcher, {twitch_channel("SOMEONE"), twin});
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(count_live(*seen), 2U);
  EXPECT_EQ(watch.twitch.requests("/helix/streams").front().params("user_login"),
            std::vector<std::string>{"someone"});
}

TEST(TwitchWatcher, AsksTenTimesForAThousandChannelsAndMissesNone) {
  TwitchWatch watch;
  for (int i = 0; i < 1000; ++i)
    watch.twitch.set_live("c" + std::to_string(i), std::to_string(i), "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 1000));
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(count_live(*seen), 1000U);
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 10U);
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 1U);
  ASSERT_TRUE(watch.sweep(*watcher, twitch_channels("c", 1000)));
  EXPECT_EQ(watch.twitch.hits(""), 21U);
}

TEST(TwitchWatcher, AsksNothingWhenNoChannelIsItsOwn) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  const auto seen = watch.sweep(*watcher, {{ChannelId("youtube:@x"), "youtube", "@x", ""}});
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->empty());
  EXPECT_EQ(watch.twitch.hits(""), 0U);
}

TEST(TwitchWatcher, LeavesOutWhatCannotBeALoginAndKeepsItOutOfTheRequest) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  const auto seen =
      watch.sweep(*watcher, {twitch_channel("a&first=1"), twitch_channel(""), twitch_channel("someone")});
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 1U);
  EXPECT_EQ(seen->front().channel.str(), "twitch:someone");
}

TEST(TwitchWatcher, ANameThatCanBeNoneDoesNotBlindTheNinetyNineAskedWithIt) {
  TwitchWatch watch;
  for (int i = 0; i < 99; ++i)
    watch.twitch.set_live("c" + std::to_string(i), std::to_string(i), "t", "g", "http://x/");
  watch.twitch.fail_next("/helix/streams", refuses_name("c_"), 1000);
  auto channels = twitch_channels("c", 99);
  channels.insert(channels.begin() + 40, twitch_channel("c_"));
  const auto watcher = watch.watcher();
  const auto seen = watch.sweep(*watcher, channels);
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(count_live(*seen), 99U);
  ASSERT_EQ(seen->size(), 100U) << "the odd one is told, too: it is not live";
  EXPECT_LT(watch.twitch.hits("/helix/streams"), 20U);
}

TEST(TwitchWatcher, AFailedBatchLeavesOnlyItsOwnChannelsOut) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/streams", sim::faults::status(503), 1, 1);
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 250));
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(seen->size(), 150U);
  EXPECT_EQ(watch.sweep(*watcher, twitch_channels("c", 250))->size(), 250U);
}

TEST(TwitchWatcher, SaysUnavailableWhenNoBatchCameThrough) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/streams", sim::faults::status(500), 2);
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 150));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::unavailable);
  EXPECT_THAT(seen.error().text, HasSubstr("Twitch Get Streams"));
}

TEST(TwitchWatcher, DoesNotTakeAnErrorPageForEverybodyOffline) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/streams", sim::faults::html());
  const auto page = watch.sweep(*watcher, {twitch_channel("someone")});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Errc::corrupt);
  watch.twitch.fail_next("/helix/streams", sim::faults::content(R"({"error":"nothing"})"));
  EXPECT_FALSE(watch.sweep(*watcher, {twitch_channel("someone")}));
  watch.twitch.fail_next("/helix/streams", sim::faults::cut(10));
  EXPECT_FALSE(watch.sweep(*watcher, {twitch_channel("someone")}));
  EXPECT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")})->front().live);
}

TEST(TwitchWatcher, IsSilentUntilThePointsAreBack) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.set_points(0, std::chrono::seconds(40));
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 300));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::rate_limited);
  ASSERT_TRUE(seen.error().retry_after);
  EXPECT_LE(*seen.error().retry_after, Millis(40'000));
  EXPECT_GT(*seen.error().retry_after, Millis(30'000));
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 1U);
  watch.clock.advance(*seen.error().retry_after - Millis(1));
  const auto early = watch.sweep(*watcher, twitch_channels("c", 300));
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().retry_after, Millis(1));
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 1U);
  watch.clock.advance(Millis(1));
  watch.twitch.set_points(800, std::chrono::seconds(60));
  EXPECT_TRUE(watch.sweep(*watcher, twitch_channels("c", 300)));
}

TEST(TwitchWatcher, StopsAtItsLastPointAndGivesWhatItHas) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.set_points(2, std::chrono::seconds(40));
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 300));
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(seen->size(), 200U);
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 2U);
  EXPECT_EQ(watch.sweep(*watcher, twitch_channels("c", 300)).error().code, Errc::rate_limited);
}

TEST(TwitchWatcher, TakesA429WithPointsLeftForAFaultOfThePlatform) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next(
      "/helix/streams",
      sim::faults::all({sim::faults::status(429), sim::faults::header("Ratelimit-Remaining", "799")}));
  const auto seen = watch.sweep(*watcher, {twitch_channel("someone")});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::unavailable);
  EXPECT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
}

TEST(TwitchWatcher, AskingAgainAndAgainIsLeftAfterTwoTimeouts) {
  struct Silence final : HttpClient {
    int asked = 0;
    Task<HttpResponse> fetch(HttpRequest request) override {
      ++asked;
      if (request.method == "POST") {
        HttpResponse token;
        token.status = 200;
        token.body = R"({"access_token":"a","expires_in":3600})";
        co_return token;
      }
      co_return fail(Errc::timed_out, "no answer");
    }
  };
  TwitchWatch watch;
  Silence silence;
  const auto watcher = make_twitch_watcher(silence, watch.clock, watch.options());
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 1000));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::timed_out);
  EXPECT_EQ(silence.asked, 3);
}

}  // namespace
}  // namespace rec
