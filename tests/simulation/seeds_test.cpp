// Two hundred days drawn by seed, under sanitizers forty. tools/torture seeds plays as many as are asked for.
#include <gtest/gtest.h>

#include "crash_steps.hpp"
#include "seed_story.hpp"

namespace rec::simulation {
namespace {

TEST(Seeds, WhateverTwoHundredOfThemBringNothingIsLostOrDoubledOrLeftOver) {
  const int most = 200 / crash_stride();  // a fifth of them under sanitizers
  int crashes = 0;
  int posts = 0;
  for (unsigned seed = 1; seed <= static_cast<unsigned>(most); ++seed) {
    const SeedOutcome outcome = play_seed(seed, "seed");
    crashes += outcome.crashes;
    posts += static_cast<int>(outcome.posts);
    for (const std::string& fault : outcome.faults) ADD_FAILURE() << fault << "\n" << told_story(seed);
    if (HasFailure()) break;
  }
  EXPECT_GT(crashes, 2 * most);
  EXPECT_GT(posts, most);
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
