// What offline channels show: asked rarely, told as it is, and never at the cost of seeing who is live.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "watch_fixture.hpp"

namespace rec {
namespace {

TEST(TwitchTitles, AnOfflineChannelsTitleAndCategoryAreToldOnceAMinute) {
  TwitchWatch watch;
  watch.twitch.show("idle", "Tomorrow: chess", "Chess");
  const auto watcher = watch.watcher();
  const std::vector<WatchedChannel> channels{twitch_channel("idle")};
  ASSERT_TRUE(watch.sweep(*watcher, channels));
  auto shown = watch.look_up(*watcher);  // first it learns the number, then asks
  ASSERT_TRUE(shown);
  ASSERT_EQ(shown->size(), 1U);
  EXPECT_FALSE(shown->front().live);
  EXPECT_EQ(shown->front().broadcast, (channel::Broadcast{"", "Tomorrow: chess", "Chess"}));
  EXPECT_EQ(shown->front().platform_id, watch.twitch.user_id("idle"));
  EXPECT_TRUE(watch.look_up(*watcher)->empty());
  watch.twitch.show("idle", "Today: go", "Go");
  for (int i = 0; i < 11; ++i) {
    watch.clock.advance(std::chrono::seconds(5));
    ASSERT_TRUE(watch.sweep(*watcher, channels));
    EXPECT_TRUE(watch.look_up(*watcher)->empty());
  }
  watch.clock.advance(std::chrono::seconds(5));
  shown = watch.look_up(*watcher);
  ASSERT_EQ(shown->size(), 1U);
  EXPECT_EQ(shown->front().broadcast.title, "Today: go");
  EXPECT_EQ(watch.twitch.hits("/helix/channels"), 2U);
}

TEST(TwitchTitles, ALiveChannelIsNotAskedAndNeverCalledOffline) {
  TwitchWatch watch;
  watch.twitch.set_live("live", "1", "now", "g", "http://x/");
  watch.twitch.add_channel("idle");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("live"), twitch_channel("idle")}));
  const auto shown = watch.look_up(*watcher);
  ASSERT_TRUE(shown);
  for (const Sighting& one : *shown) EXPECT_EQ(one.channel.str(), "twitch:idle");
}

TEST(TwitchTitles, AThousandOfflineChannelsTakeTenRequestsAMinuteAndAtMostTwoAtATime) {
  TwitchWatch watch;
  std::vector<WatchedChannel> channels;
  for (int i = 0; i < 1000; ++i) {
    channels.push_back(twitch_channel("c" + std::to_string(i)));
    channels.back().platform_id = watch.twitch.user_id("c" + std::to_string(i));
  }
  const auto watcher = watch.watcher();
  std::map<ChannelId, int> told;
  for (int i = 0; i < 36; ++i) {  // three minutes
    ASSERT_TRUE(watch.sweep(*watcher, channels));
    const auto before = watch.twitch.hits("/helix/channels");
    const auto shown = watch.look_up(*watcher);
    ASSERT_TRUE(shown);
    for (const Sighting& one : *shown) ++told[one.channel];
    EXPECT_LE(watch.twitch.hits("/helix/channels") - before, 2U);
    watch.clock.advance(std::chrono::seconds(5));
  }
  EXPECT_EQ(told.size(), 1000U);
  for (const auto& [id, times] : told) EXPECT_EQ(times, 3) << id.str();
  EXPECT_EQ(watch.twitch.hits("/helix/channels"), 30U);
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 360U);
}

TEST(TwitchTitles, WaitWhenTheLooksWillWantThePointsThatAreLeft) {
  TwitchWatch watch;
  watch.twitch.add_channel("idle");
  const auto watcher = watch.watcher();
  watch.twitch.set_points(15, std::chrono::seconds(60));
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("idle")}));
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(watch.twitch.hits("/helix/users") + watch.twitch.hits("/helix/channels"), 0U);
  watch.twitch.set_points(700, std::chrono::seconds(60));
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("idle")}));
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(watch.twitch.hits("/helix/users") + watch.twitch.hits("/helix/channels"), 2U);
}

TEST(TwitchTitles, AnAnswerThatSaysNothingOfAChannelTellsNothing) {
  TwitchWatch watch;
  watch.twitch.show("idle", "kept", "Chess");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("idle")}));
  for (const char* body :
       {R"({"data":[]})", R"({"data":[{"broadcaster_id":"1","title":"another's"}]})", R"({"data":[3]})"}) {
    watch.twitch.fail_next("/helix/channels", sim::faults::content(body));
    const auto shown = watch.look_up(*watcher);
    ASSERT_TRUE(shown);
    EXPECT_TRUE(shown->empty()) << body;
    watch.clock.advance(std::chrono::minutes(1));
  }
  for (const auto& fault : {sim::faults::html(), sim::faults::empty(), sim::faults::status(500)}) {
    watch.twitch.fail_next("/helix/channels", fault);
    EXPECT_FALSE(watch.look_up(*watcher));
  }
  EXPECT_EQ(watch.look_up(*watcher)->size(), 1U);
}

}  // namespace
}  // namespace rec
