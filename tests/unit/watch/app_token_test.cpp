// The life of the app access token, as sweeps see it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include "watch_fixture.hpp"

namespace rec {
namespace {

using testing::HasSubstr;

TEST(AppToken, IsReplacedWithinTheSweepThatFindsItRevoked) {
  TwitchWatch watch;
  watch.twitch.set_live("someone", "1", "t", "g", "http://x/");
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
  watch.twitch.revoke_tokens();
  const auto seen = watch.sweep(*watcher, {twitch_channel("someone")});
  ASSERT_TRUE(seen) << seen.error().text;
  EXPECT_TRUE(seen->front().live);
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U);
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 3U);
}

TEST(AppToken, IsRenewedAtNineTenthsOfItsLife) {
  sim::SimTwitchOptions options;
  options.token_life = std::chrono::seconds(1000);
  TwitchWatch watch(options);
  const auto watcher = watch.watcher();
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
  watch.clock.advance(std::chrono::seconds(899));
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 1U);
  watch.clock.advance(std::chrono::seconds(1));
  ASSERT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U);
}

TEST(AppToken, IsAskedForOnceByAllWhoNeedIt) {
  TwitchWatch watch;
  watch.twitch.fail_next("/oauth2/token", sim::faults::delay(Millis(50)));
  const auto watcher = watch.watcher();
  WrittenList list({twitch_channel("someone")});
  std::vector<std::shared_ptr<std::optional<Result<void>>>> sweeps;
  for (int i = 0; i < 5; ++i) sweeps.push_back(spawn_task(watch.io, watcher->look(list)));
  watch.io.run();
  for (const auto& sweep : sweeps) EXPECT_TRUE((*sweep)->has_value());
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 1U);
  EXPECT_EQ(watch.twitch.hits("/helix/streams"), 5U);
}

TEST(AppToken, IsAskedForByAnotherWhenTheFirstIsCancelled) {
  TwitchWatch watch;
  watch.twitch.fail_next("/oauth2/token", sim::faults::delay(std::chrono::hours(1)));
  const auto watcher = watch.watcher();
  WrittenList list({twitch_channel("someone")});
  asio::cancellation_signal cancel;
  bool unwound = false;
  asio::co_spawn(
      watch.io, watcher->look(list),
      asio::bind_cancellation_slot(
          cancel.slot(), [&](const std::exception_ptr& error, const auto&) { unwound = error != nullptr; }));
  const auto second = spawn_task(watch.io, watcher->look(list));
  while (watch.twitch.hits("/oauth2/token") == 0) watch.io.run_for(Millis(5));
  cancel.emit(asio::cancellation_type::terminal);
  watch.io.restart();
  watch.io.run();
  EXPECT_TRUE(unwound);
  ASSERT_TRUE(second->has_value());
  EXPECT_TRUE((*second)->has_value());
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U);
}

TEST(AppToken, ARefusalNamesTheKeysAndWhereTheyComeFrom) {
  TwitchWatch watch;
  auto options = watch.options();
  options.client_secret = Secret("wrong");
  const auto watcher = make_twitch_watcher(watch.http, watch.clock, options);
  const auto seen = watch.sweep(*watcher, twitch_channels("c", 300));
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::denied);
  EXPECT_THAT(seen.error().text, HasSubstr("twitch.client_id"));
  EXPECT_THAT(seen.error().text, HasSubstr("twitch.client_secret"));
  EXPECT_THAT(seen.error().text, HasSubstr("https://dev.twitch.tv/console/apps"));
  EXPECT_THAT(seen.error().text, HasSubstr("invalid client secret"));
  EXPECT_THAT(seen.error().text, testing::Not(HasSubstr("wrong")));
  EXPECT_EQ(watch.twitch.hits(""), 1U);
}

TEST(AppToken, APlatformThatIsDownIsNotTakenForWrongKeys) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/oauth2/token", sim::faults::status(502));
  EXPECT_EQ(watch.sweep(*watcher, {twitch_channel("someone")}).error().code, Errc::unavailable);
  watch.twitch.fail_next("/oauth2/token", sim::faults::content("[]"));
  EXPECT_EQ(watch.sweep(*watcher, {twitch_channel("someone")}).error().code, Errc::corrupt);
  EXPECT_TRUE(watch.sweep(*watcher, {twitch_channel("someone")}));
}

TEST(AppToken, AKeyThatHelixRefusesEvenFreshIsDenied) {
  TwitchWatch watch;
  const auto watcher = watch.watcher();
  watch.twitch.fail_next("/helix/streams", sim::faults::status(401), 2);
  const auto seen = watch.sweep(*watcher, {twitch_channel("someone")});
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().code, Errc::denied);
  EXPECT_EQ(watch.twitch.hits("/oauth2/token"), 2U);
}

}  // namespace
}  // namespace rec
