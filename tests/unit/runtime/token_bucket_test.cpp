#include "runtime/token_bucket.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SteadyTime kBegin{hours(1)};

TEST(TokenBucket, LetsTheBurstThroughAndThenTheRate) {
  TokenBucket bucket(1000, 500, kBegin);
  EXPECT_EQ(bucket.take(800, kBegin), 500U);
  EXPECT_EQ(bucket.take(800, kBegin), 0U);
  EXPECT_EQ(bucket.take(800, kBegin + milliseconds(100)), 100U);
}

TEST(TokenBucket, SavesUpNoMoreThanTheBurst) {
  TokenBucket bucket(1000, 500, kBegin);
  EXPECT_EQ(bucket.take(500, kBegin), 500U);
  EXPECT_EQ(bucket.take(9999, kBegin + hours(1)), 500U);
}

TEST(TokenBucket, SaysWhenToComeBackAndKeepsItsWord) {
  TokenBucket bucket(3, 10, kBegin);  // 1/3 s is no round number of nanoseconds
  SteadyTime now = kBegin;
  EXPECT_EQ(bucket.take(10, now), 10U);
  for (int i = 0; i < 1000; ++i) {
    const SteadyTime next = bucket.ready_at(1, now);
    ASSERT_GT(next, now);
    now = next;
    ASSERT_EQ(bucket.take(1, now), 1U) << "the " << i << "th";
  }
  EXPECT_NEAR(std::chrono::duration<double>(now - kBegin).count(), 1000.0 / 3, 0.001);
}

TEST(TokenBucket, AWishAboveTheBurstIsReadyWhenTheBucketIsFull) {
  TokenBucket bucket(100, 50, kBegin);
  EXPECT_EQ(bucket.ready_at(1'000'000, kBegin), kBegin);
  EXPECT_EQ(bucket.take(50, kBegin), 50U);
  EXPECT_EQ(bucket.ready_at(1'000'000, kBegin), kBegin + milliseconds(500));
}

TEST(TokenBucket, WithoutARateEverythingGoes) {
  TokenBucket bucket(0, 1, kBegin);
  EXPECT_EQ(bucket.take(1ULL << 40U, kBegin), 1ULL << 40U);
  EXPECT_EQ(bucket.ready_at(1ULL << 40U, kBegin), kBegin);
}

TEST(TokenBucket, ANewRateCountsFromNowOn) {
  TokenBucket bucket(1000, 1000, kBegin);
  EXPECT_EQ(bucket.take(1000, kBegin), 1000U);
  bucket.set_rate(10, 1000, kBegin + milliseconds(100));
  EXPECT_EQ(bucket.take(1000, kBegin + seconds(1) + milliseconds(100)), 110U);
}

TEST(TokenBucket, TimeThatGoesBackGivesNothing) {
  TokenBucket bucket(1000, 100, kBegin);
  EXPECT_EQ(bucket.take(100, kBegin), 100U);
  EXPECT_EQ(bucket.take(100, kBegin - seconds(10)), 0U);
  EXPECT_EQ(bucket.take(100, kBegin + milliseconds(10)), 10U);
}

}  // namespace
}  // namespace rec
