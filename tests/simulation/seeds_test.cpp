// Two hundred days drawn by seed. tools/torture seeds plays as many as are asked for.
#include <gtest/gtest.h>

#include "seed_story.hpp"

namespace rec::simulation {
namespace {

TEST(Seeds, WhateverTwoHundredOfThemBringNothingIsLostOrDoubledOrLeftOver) {
  int crashes = 0;
  std::size_t posts = 0;
  for (unsigned seed = 1; seed <= 200; ++seed) {
    const SeedOutcome outcome = play_seed(seed, "seed");
    crashes += outcome.crashes;
    posts += outcome.posts;
    for (const std::string& fault : outcome.faults) ADD_FAILURE() << fault << "\n" << told_story(seed);
    if (HasFailure()) break;
  }
  EXPECT_GT(crashes, 400);
  EXPECT_GT(posts, 200U);
}

TEST(Seeds, TheSameSeedIsTheSameRun) {
  const SeedOutcome once = play_seed(11, "seed");
  const SeedOutcome again = play_seed(11, "seed");
  EXPECT_EQ(once.posts, again.posts);
  EXPECT_EQ(once.crashes, again.crashes);
  EXPECT_EQ(told_story(11), told_story(11));
}

}  // namespace
}  // namespace rec::simulation
