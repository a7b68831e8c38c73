// One budget for looks and for recordings that begin.
#include "watch/request_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace rec {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const SteadyTime kStart = SteadyTime{} + std::chrono::hours(5);

std::size_t most_in_a_minute(const std::vector<SteadyTime>& times) {
  std::size_t most = 0;
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto end = std::ranges::lower_bound(times, times[i] + minutes(1));
    most = std::max(most, static_cast<std::size_t>(end - times.begin()) - i);
  }
  return most;
}

/// Looks take whatever they can for `length`; recordings ask at given times. When each was let go.
struct Rush {
  RequestBudget budget;
  std::vector<SteadyTime> all{};
  std::vector<Millis> waited{};

  void run(const std::vector<SteadyTime>& recordings, std::chrono::nanoseconds length) {
    std::vector<SteadyTime> waiting = recordings;
    for (auto now = kStart; now < kStart + length; now += Millis(50)) {
      while (!waiting.empty() && waiting.front() <= now && budget.take_first(now)) {
        waited.push_back(std::chrono::duration_cast<Millis>(now - waiting.front()));
        waiting.erase(waiting.begin());
        all.push_back(now);
      }
      while (budget.take(now)) all.push_back(now);
    }
  }
};

TEST(RequestBudget, ARecordingNeverWaitsWhileTheReserveLastsAndTheBudgetIsNeverExceeded) {
  Rush rush{RequestBudget(60, 3, 3)};
  std::vector<SteadyTime> begins;
  for (int minute = 2; minute < 10; ++minute)
    for (int i = 0; i < 3; ++i) begins.push_back(kStart + minutes(minute) + seconds(20 + 2 * i));
  rush.run(begins, minutes(12));
  ASSERT_EQ(rush.waited.size(), begins.size());
  EXPECT_EQ(*std::ranges::max_element(rush.waited), Millis(0));
  EXPECT_LE(most_in_a_minute(rush.all), 60U);
  EXPECT_GE(rush.all.size(), 12U * 55U) << "and it is used";
}

TEST(RequestBudget, TenRecordingsAtOnceWaitSecondsAndGoBeforeAllLooks) {
  Rush rush{RequestBudget(60, 3, 3)};
  rush.run(std::vector<SteadyTime>(10, kStart + minutes(3)), minutes(6));
  ASSERT_EQ(rush.waited.size(), 10U);
  EXPECT_LE(rush.waited.back(), seconds(10));
  EXPECT_LE(most_in_a_minute(rush.all), 60U);
}

TEST(RequestBudget, WhatYtDlpAsksForIsMadeUpForByTheLooks) {
  RequestBudget budget(60, 3, 3);
  budget.charge(kStart, 57);
  EXPECT_FALSE(budget.take(kStart + seconds(30)));
  EXPECT_TRUE(budget.take_first(kStart + seconds(30)));
  EXPECT_TRUE(budget.take(kStart + seconds(61)));
}

TEST(RequestBudget, ABudgetOfOneIsHadByEverybodyInTurn) {
  RequestBudget budget(1, 3, 1);
  EXPECT_EQ(budget.plain_per_minute(), 1U);
  EXPECT_TRUE(budget.take(kStart));
  EXPECT_FALSE(budget.take_first(kStart + seconds(30)));
  EXPECT_TRUE(budget.take_first(kStart + seconds(61)));
}

TEST(RequestBudget, AnotherRateCountsFromNowOnAndWhatWentLatelyCountsInIt) {
  RequestBudget budget(60, 3, 3);
  std::vector<SteadyTime> all;
  for (auto now = kStart; now < kStart + minutes(12); now += Millis(50)) {
    if (now == kStart + minutes(4)) budget.change(10, 1);
    if (now == kStart + minutes(8)) budget.change(120, 5);
    while (budget.take(now)) all.push_back(now);
  }
  const auto between = [&](int from, int to) {
    std::vector<SteadyTime> some;
    std::ranges::copy_if(all, std::back_inserter(some), [&](SteadyTime at) {
      return at >= kStart + minutes(from) && at < kStart + minutes(to);
    });
    return some;
  };
  EXPECT_LE(most_in_a_minute(between(4, 8)), 10U);
  EXPECT_GE(between(5, 8).size(), 20U);
  EXPECT_LE(most_in_a_minute(all), 120U);
  EXPECT_GE(between(9, 12).size(), 250U);
}

}  // namespace
}  // namespace rec
