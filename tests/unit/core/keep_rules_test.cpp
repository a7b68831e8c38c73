// What may go, and what never does.
#include "core/keep_rules.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace rec {
namespace {

using namespace std::chrono_literals;
constexpr Instant kMorning{Millis(1'800'000'000'000)};

KeptPart part_of(int number, std::uint64_t bytes, std::optional<std::chrono::hours> posted) {
  KeptPart part{SessionId("s"), number, bytes, {}};
  if (posted) part.posted_at = kMorning + *posted;
  return part;
}

std::vector<int> numbers_of(const std::vector<KeptPart>& parts) {
  std::vector<int> numbers;
  for (const KeptPart& part : parts) numbers.push_back(part.number);
  return numbers;
}

TEST(KeepRules, TheOldestPostedGoFirstAndNoMoreThanNeeded) {
  const std::vector parts{part_of(1, 10, 3h), part_of(2, 10, 1h), part_of(3, 10, 2h), part_of(4, 10, {})};
  EXPECT_EQ(numbers_of(over_size(parts, 40)), std::vector<int>{});
  EXPECT_EQ(numbers_of(over_size(parts, 39)), std::vector{2});
  EXPECT_EQ(numbers_of(over_size(parts, 25)), (std::vector{2, 3}));
}

TEST(KeepRules, WhatIsNotPostedNeverGoesThoughItAloneIsTooLarge) {
  const std::vector parts{part_of(1, 1000, {}), part_of(2, 1, 1h), part_of(3, 1000, {})};
  EXPECT_EQ(numbers_of(over_size(parts, 10)), std::vector{2});
  EXPECT_EQ(numbers_of(over_size({part_of(1, 1000, {})}, 0)), std::vector<int>{});
}

TEST(KeepRules, PastTheTimeIsWhatWasPostedLongEnoughAgo) {
  const std::vector parts{part_of(1, 1, 5h), part_of(2, 1, 1h), part_of(3, 1, {}), part_of(4, 1, 3h)};
  EXPECT_EQ(numbers_of(past_time(parts, 2h, kMorning + 5h)), (std::vector{2, 4}));
  EXPECT_EQ(numbers_of(past_time(parts, 0s, kMorning + 5h)), (std::vector{2, 4, 1}));
  EXPECT_EQ(numbers_of(past_time(parts, 100h, kMorning + 5h)), std::vector<int>{});
}

RC_GTEST_PROP(KeepRulesProperty, WhatIsLeftFitsUnlessItMayNotGo,
              (std::vector<std::pair<std::uint16_t, bool>> sizes, std::uint32_t limit)) {
  std::vector<KeptPart> parts;
  for (const auto& [bytes, posted] : sizes) {
    const int number = static_cast<int>(parts.size());
    parts.push_back(
        part_of(number, bytes, posted ? std::optional(std::chrono::hours(number % 7)) : std::nullopt));
  }
  const auto gone = over_size(parts, limit);
  std::uint64_t left = 0;
  std::uint64_t unposted = 0;
  for (const KeptPart& part : parts) {
    left += part.bytes;
    if (!part.posted_at) unposted += part.bytes;
  }
  for (const KeptPart& part : gone) {
    RC_ASSERT(part.posted_at.has_value());
    left -= part.bytes;
  }
  RC_ASSERT(left <= limit || left == unposted);
  if (!gone.empty()) RC_ASSERT(left + gone.back().bytes > limit);
}

}  // namespace
}  // namespace rec
