// Watching without a developer key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "watch_fixture.hpp"

namespace rec {
namespace {

TEST(TwitchGqlWatcher, SeesTheSameWithoutAKey) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "4711", "Über alles", "Chess", "http://x/");
  watch.twitch.add_channel("idle");
  const auto watcher = watch.watcher_without_key();
  const auto seen =
      watch.sweep(*watcher, {twitch_channel("SomeOne"), twitch_channel("idle"), twitch_channel("nobody")});
  ASSERT_TRUE(seen) << seen.error().text;
  ASSERT_EQ(seen->size(), 3U);
  EXPECT_EQ(count_live(*seen), 1U);
  const auto live = std::ranges::find_if(*seen, &Sighting::live);
  EXPECT_EQ(live->channel.str(), "twitch:SomeOne");
  EXPECT_EQ(live->broadcast, (channel::Broadcast{"4711", "Über alles", "Chess"}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 0U);
}

TEST(TwitchGqlWatcher, AsksForThirtyFiveAtATime) {
  TwitchWatch watch;
  for (int i = 0; i < 100; ++i)
    watch.twitch.set_live("c" + std::to_string(i), std::to_string(i), "t", "", "http://x/");
  const auto watcher = watch.watcher_without_key();
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 100));
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(count_live(*seen), 100U);
  EXPECT_EQ(watch.twitch.hits("/gql"), 3U);
}

TEST(TwitchGqlWatcher, LeavesOutAChannelWhoseOperationFailed) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  watch.twitch.fail_next(
      "/gql", sim::faults::content(R"([{"errors":[{"message":"service timeout"}],"data":{"user":null}},)"
                                   R"({"data":{"user":{"id":"1","stream":null}}}])"));
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 2));
  ASSERT_TRUE(seen) << seen.error().text;
  ASSERT_EQ(seen->size(), 1U);
  EXPECT_EQ(seen->front().channel.str(), "twitch:c1");
  EXPECT_FALSE(seen->front().live);
}

TEST(TwitchGqlWatcher, TellsTitlesNumbersAndRenamesWithEveryLook) {
  TwitchWatch watch;
  watch.twitch.show("idle", "Tomorrow", "Chess");
  const auto watcher = watch.watcher_without_key();
  const auto look = [&] {
    const auto seen = watch.sweep(*watcher, {twitch_channel("Idle")});
    EXPECT_TRUE(seen && seen->size() == 1);
    return seen && !seen->empty() ? seen->front() : Sighting{};
  };
  const auto first = look();
  EXPECT_FALSE(first.live);
  EXPECT_EQ(first.broadcast, (channel::Broadcast{"", "Tomorrow", "Chess"}));
  EXPECT_EQ(first.platform_id, watch.twitch.user_id("idle"));
  EXPECT_EQ(first.name, "Idle");
  watch.twitch.rename("idle", "busy");
  watch.twitch.set_live("busy", "9", "Now", "Go", "http://x/");
  const auto renamed = look();
  EXPECT_TRUE(renamed.live);
  EXPECT_EQ(renamed.name, "busy");
  EXPECT_EQ(renamed.platform_id, first.platform_id);
}

TEST(TwitchGqlWatcher, SaysThatAChannelIsNotThereWhenItWasMissingTwice) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  const auto note = [&] { return watch.sweep(*watcher, {twitch_channel("nobody")})->front().note; };
  EXPECT_EQ(note(), "");
  EXPECT_EQ(note(), "");
  watch.clock.advance(std::chrono::seconds(10));
  EXPECT_NE(note(), "");
  watch.twitch.add_channel("nobody");
  EXPECT_EQ(note(), "");
}

TEST(TwitchGqlWatcher, SaysThatItIsSecondBestAndForHowManyItIsGood) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  ASSERT_TRUE(watch.sweep(*watcher, twitch_channels("c", 100)));
  const auto few = watcher->reports().at(0);
  EXPECT_THAT(few.note, testing::HasSubstr("https://dev.twitch.tv/console/apps"));
  EXPECT_THAT(few.note, testing::Not(testing::HasSubstr("100 channels")));
  EXPECT_EQ(few.interval, Millis(5000));
  ASSERT_TRUE(watch.sweep(*watcher, twitch_channels("c", 350)));
  const auto many = watcher->reports().at(0);
  EXPECT_THAT(many.note, testing::HasSubstr("not meant for more than 100 channels"));
  EXPECT_EQ(many.channels, 350U);
  EXPECT_EQ(many.interval, Millis(10'000));  // ten requests a look, one a second
  EXPECT_EQ(watch.watcher()->reports().at(0).note, "");
}

TEST(TwitchGqlWatcher, NobodyGoesOfflineForAnAnswerThatIsOdd) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  for (const char* answer :
       {R"([{"data":{"user":{"id":"1","login":"someone"}}}])", R"([{"data":{"user":7}}])",
        R"([{"data":{"user":{"id":"1","login":"another","stream":null}}}])", R"([{"data":null}])",
        R"([{"data":{}}])", R"([null])", R"([[]])", R"([{"data":{"user":{"login":"someone","stream":{}}}}])",
        R"([{"data":{"user":{"login":"someone","stream":"live"}}}])", R"([])", R"({"data":[]})", "",
        R"([{"data":{"user":null}},{"data":{"user":null}}])"}) {
    watch.twitch.fail_next("/gql", sim::faults::content(answer));
    EXPECT_FALSE(watch.sweep(*watcher, {twitch_channel("someone")})) << answer;
  }
}

TEST(TwitchGqlWatcher, KeepsStillForAMinuteWhenItWasAskedTooMuch) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  watch.twitch.fail_next("/gql", sim::faults::status(429), 3);
  EXPECT_EQ(watch.sweep(*watcher, twitch_channels("c", 100)).error().code, Errc::rate_limited);
  const auto asked = watch.twitch.hits("/gql");
  EXPECT_EQ(watch.sweep(*watcher, twitch_channels("c", 100)).error().code, Errc::rate_limited);
  EXPECT_EQ(watch.twitch.hits("/gql"), asked);
  watch.clock.advance(std::chrono::minutes(1));
  EXPECT_TRUE(watch.sweep(*watcher, twitch_channels("c", 100)));
}

TEST(TwitchGqlWatcher, DoesNotTakeARefusalForEverybodyOffline) {
  TwitchWatch watch;
  const auto watcher = watch.watcher_without_key();
  const auto code_of = [&](sim::Fault fault) {
    watch.twitch.fail_next("/gql", std::move(fault));
    return watch.sweep(*watcher, {twitch_channel("someone")}).error().code;
  };
  EXPECT_EQ(code_of(sim::faults::content(R"([{"errors":[{"message":"failed integrity check"}]}])")),
            Errc::unavailable);
  EXPECT_EQ(code_of(sim::faults::content(R"({"error":"Bad Request"})")), Errc::corrupt);
  EXPECT_EQ(code_of(sim::faults::html()), Errc::corrupt);
  EXPECT_EQ(code_of(sim::faults::status(403)), Errc::denied);
  EXPECT_EQ(code_of(sim::faults::status(503)), Errc::unavailable);
  EXPECT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
}

}  // namespace
}  // namespace rec
