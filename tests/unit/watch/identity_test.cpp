// Who is who on Twitch: numbers, renames, and channels that are not there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "watch_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;

struct TwitchWho : TwitchWatch {
  /// As the app has a channel whose number it has been told.
  WatchedChannel known(const std::string& login) {
    auto channel = twitch_channel(login);
    channel.platform_id = twitch.user_id(login);
    return channel;
  }
  Sighting only(Result<std::vector<Sighting>> seen) {
    EXPECT_TRUE(seen) << seen.error().text;
    if (!seen) return {};
    EXPECT_EQ(seen->size(), 1U);
    return seen->empty() ? Sighting{} : seen->front();
  }
};

TEST(TwitchIdentity, AKnownNumberIsAskedForAndAnUnknownChannelByItsLoginInTheSameRequest) {
  TwitchWho watch;
  watch.twitch.set_live("known", "1", "t", "g", "http://x/");
  watch.twitch.set_live("unknown", "2", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  const auto seen = watch.sweep(*watcher, {watch.known("known"), twitch_channel("unknown")});
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_EQ(count_live(*seen), 2U);
  for (const Sighting& one : *seen)
    EXPECT_EQ(one.platform_id, watch.twitch.user_id(one.channel.str().substr(7)));
  ASSERT_EQ(watch.twitch.hits("/helix/streams"), 1U);
  const auto request = watch.twitch.requests("/helix/streams").front();
  EXPECT_EQ(request.params("user_id"), std::vector{watch.twitch.user_id("known")});
  EXPECT_EQ(request.params("user_login"), std::vector<std::string>{"unknown"});
  EXPECT_EQ(request.param("first"), "100");
}

TEST(TwitchIdentity, AChannelThatWasLiveOnceIsAskedForByNumberFromThenOn) {
  TwitchWho watch;
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("SomeOne")}));
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("SomeOne")}));
  EXPECT_EQ(watch.twitch.requests("/helix/streams").back().params("user_id").size(), 1U);
}

TEST(TwitchIdentity, OneThatIsOfflineIsFoundOutAndToldWithTheNextLook) {
  TwitchWho watch;
  watch.twitch.add_channel("idle");
  const auto watcher = watch.watcher();
  EXPECT_EQ(watch.only(watch.sweep(*watcher, {twitch_channel("Idle")})).platform_id, "");
  ASSERT_TRUE(watch.look_up(*watcher));
  const auto seen = watch.only(watch.sweep(*watcher, {twitch_channel("Idle")}));
  EXPECT_FALSE(seen.live);
  EXPECT_EQ(seen.platform_id, watch.twitch.user_id("idle"));
  EXPECT_EQ(seen.name, "Idle") << "only the case differs: that is no rename";
}

TEST(TwitchIdentity, ARenamedChannelIsSeenLiveUnderItsNewNameAtOnce) {
  TwitchWho watch;
  watch.twitch.add_channel("oldname");
  const auto channel = watch.known("oldname");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {channel}));
  watch.twitch.rename("oldname", "newname");
  watch.twitch.set_live("newname", "5", "t", "g", "http://x/");
  const auto seen = watch.only(watch.sweep(*watcher, {channel}));
  EXPECT_TRUE(seen.live);
  EXPECT_EQ(seen.name, "newname");
  EXPECT_EQ(seen.platform_id, channel.platform_id);
  // The app has taken the name over.
  auto renamed = channel;
  renamed.name = "newname";
  EXPECT_TRUE(watch.only(watch.sweep(*watcher, {renamed})).live);
  EXPECT_EQ(watch.twitch.requests("/helix/streams").back().params("user_id").size(), 1U);
}

TEST(TwitchIdentity, ARenameWhileOfflineIsLearntWithinTenMinutesWithFewRequests) {
  TwitchWho watch;
  watch.twitch.add_channel("oldname");
  const auto channel = watch.known("oldname");
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/channels", sim::faults::status(503), 1000);  // they would tell as well
  ASSERT_TRUE(watch.sweep(*watcher, {channel}));
  static_cast<void>(watch.look_up(*watcher));
  watch.twitch.rename("oldname", "newname");
  Sighting seen;
  for (int i = 0; i < 121; ++i) {
    watch.clock.advance(std::chrono::seconds(5));
    seen = watch.only(watch.sweep(*watcher, {channel}));
    static_cast<void>(watch.look_up(*watcher));
  }
  EXPECT_EQ(watch.only(watch.sweep(*watcher, {channel})).name, "newname");
  EXPECT_EQ(watch.twitch.hits("/helix/users"), 2U);
}

TEST(TwitchIdentity, AThousandNumbersAreFoundOutInTenRequests) {
  TwitchWho watch;
  for (int i = 0; i < 1000; ++i) watch.twitch.add_channel("c" + std::to_string(i));
  const auto watcher = watch.watcher();
  const auto channels = twitch_channels("c", 1000);
  ASSERT_TRUE(watch.sweep(*watcher, channels));
  for (int i = 0; i < 10; ++i) {
    const auto before = watch.twitch.hits("/helix/users");
    ASSERT_TRUE(watch.look_up(*watcher));
    EXPECT_LE(watch.twitch.hits("/helix/users") - before, 2U);
  }
  EXPECT_EQ(watch.twitch.hits("/helix/users"), 10U);
  const auto seen = watch.sweep(*watcher, channels);
  ASSERT_TRUE(seen);
  for (const Sighting& one : *seen) EXPECT_FALSE(one.platform_id.empty()) << one.channel.str();
}

TEST(TwitchIdentity, ALoginThatIsNobodysIsSaidWhenTwitchHasSaidSoTwice) {
  TwitchWho watch;
  const auto watcher = watch.watcher();
  const auto look = [&] { return watch.only(watch.sweep(*watcher, {twitch_channel("nobody")})); };
  look();
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(look().note, "") << "one answer may be a mistake";
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(watch.twitch.hits("/helix/users"), 1U);
  watch.clock.advance(std::chrono::seconds(10));
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_THAT(look().note, HasSubstr("check the name"));
  // From then on rarely, and it is taken back when somebody takes the name.
  watch.clock.advance(std::chrono::seconds(60));
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(watch.twitch.hits("/helix/users"), 2U);
  watch.twitch.add_channel("nobody");
  watch.clock.advance(std::chrono::minutes(10));
  ASSERT_TRUE(look().note != "");
  ASSERT_TRUE(watch.look_up(*watcher));
  EXPECT_EQ(look().note, "");
}

TEST(TwitchIdentity, ANameThatCanBeNoneIsSaidAndTheOthersAskedWithItAreFoundOut) {
  for (const int others : {1, 2, 99}) {
    TwitchWho watch;
    for (int i = 0; i < others; ++i) watch.twitch.add_channel("c" + std::to_string(i));
    for (const char* call : {"/helix/users", "/helix/streams"})
      watch.twitch.fail_next(call, refuses_name("a_"), 1000);
    auto channels = twitch_channels("c", others);
    channels.push_back(twitch_channel("a_"));
    const auto watcher = watch.watcher();
    ASSERT_TRUE(watch.sweep(*watcher, channels));
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(watch.look_up(*watcher)) << others;
      watch.clock.advance(std::chrono::seconds(10));
    }
    const auto seen = watch.sweep(*watcher, channels);
    ASSERT_TRUE(seen) << seen.error().text;
    EXPECT_EQ(seen->size(), channels.size());
    for (const Sighting& one : *seen) {
      const bool odd = one.channel.str() == "twitch:a_";
      EXPECT_EQ(one.platform_id.empty(), odd) << one.channel.str() << " of " << others;
      EXPECT_EQ(one.note.find("check the name") != std::string::npos, odd) << one.note << " of " << others;
    }
  }
}

TEST(TwitchIdentity, WhereEveryNameIsRefusedItIsNotTheNames) {
  TwitchWho watch;
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, twitch_channels("c", 3)));
  watch.twitch.fail_next("/helix/users", sim::faults::status(400), 1000);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(watch.look_up(*watcher));
    watch.clock.advance(std::chrono::minutes(11));
  }
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 3));
  ASSERT_TRUE(seen) << seen.error().text;
  for (const Sighting& one : *seen) EXPECT_EQ(one.note, "");
}

TEST(TwitchIdentity, ABannedChannelIsSaidAndItsReturnIsSeen) {
  TwitchWho watch;
  watch.twitch.add_channel("someone");
  const auto channel = watch.known("someone");
  const auto watcher = watch.watcher();
  watch.twitch.set_banned("someone", true);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(watch.only(watch.sweep(*watcher, {channel})).live);
    ASSERT_TRUE(watch.look_up(*watcher));
    watch.clock.advance(std::chrono::seconds(10));
  }
  EXPECT_THAT(watch.only(watch.sweep(*watcher, {channel})).note, HasSubstr("banned"));
  watch.twitch.set_banned("someone", false);
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto seen = watch.only(watch.sweep(*watcher, {channel}));
  EXPECT_TRUE(seen.live);
  EXPECT_EQ(seen.note, "");
}

TEST(TwitchIdentity, AnAnswerOfUsersThatCannotBeReadMakesNobodyVanish) {
  TwitchWho watch;
  watch.twitch.add_channel("someone");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
  for (const char* body : {R"({"data":[{"id":7,"login":["someone"]}]})", R"({"data":[null]})",
                           R"({"data":null})", "<html></html>", "", R"({"data":{"login":"someone"}})"}) {
    watch.twitch.fail_next("/helix/users", sim::faults::content(body));
    watch.clock.advance(std::chrono::minutes(11));
    ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
    static_cast<void>(watch.look_up(*watcher));
    EXPECT_EQ(watch.only(watch.sweep(*watcher, {twitch_channel("someone")})).note, "") << body;
  }
}

}  // namespace
}  // namespace rec
