// Watching without a developer key.
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
