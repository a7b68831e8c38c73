// Which broadcast is the one that was stopped.
#include "core/stopped.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

TEST(StoppedBroadcast, ANumberTellsWhateverThePlatformSaysInBetween) {
  const StoppedBroadcast stopped{"77", true};
  EXPECT_TRUE(is_same(stopped, {"77", "another title", ""}));
  EXPECT_FALSE(is_same(stopped, {"78", "", ""}));
}

TEST(StoppedBroadcast, WithoutANumberItIsTheSameUntilTheChannelWasOffline) {
  EXPECT_TRUE(is_same({"", false}, {"78", "", ""}));
  EXPECT_TRUE(is_same({"77", false}, {"", "", ""}));
  EXPECT_FALSE(is_same({"", true}, {"78", "", ""}));
  EXPECT_TRUE(is_same({"77", true}, {"", "", ""})) << "its playlist alone is no news of another one";
}

}  // namespace
}  // namespace rec
