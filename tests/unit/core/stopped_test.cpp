// Which broadcast is the one that was stopped.
#include "core/stopped.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(StoppedBroadcast, ANumberTellsWhateverThePlatformSaysInBetween) {
  const StoppedBroadcast stopped{"77", true};
  EXPECT_TRUE(is_same(stopped, {"77", "another title", ""}, std::chrono::hours(9)));
  EXPECT_FALSE(is_same(stopped, {"78", "", ""}, Millis(0)));
}

TEST(StoppedBroadcast, WithoutANumberItIsTheSameUntilTheChannelWasOffline) {
  const Millis soon = std::chrono::minutes(5);
  EXPECT_TRUE(is_same({"", false}, {"78", "", ""}, soon));
  EXPECT_TRUE(is_same({"77", false}, {"", "", ""}, soon));
  EXPECT_FALSE(is_same({"", true}, {"78", "", ""}, soon));
  EXPECT_TRUE(is_same({"77", true}, {"", "", ""}, soon)) << "its playlist alone is no news of another one";
}

TEST(StoppedBroadcast, TheNextDaysBroadcastIsAnotherOneThoughOnlyItsPlaylistTellsSoFar) {
  EXPECT_FALSE(is_same({"77", true}, {"", "", ""}, std::chrono::hours(20)));
  EXPECT_TRUE(is_same({"77", false}, {"", "", ""}, std::chrono::hours(20))) << "it was never seen offline";
}

}  // namespace
}  // namespace rec
