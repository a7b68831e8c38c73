// A hole that is noticed twice is one hole.
#include "core/gaps.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace rec {
namespace {

using namespace std::chrono_literals;

Gap hole(std::int64_t from, std::int64_t to, std::uint64_t before, int noticed = 0) {
  Gap gap;
  gap.from_sequence = from;
  gap.to_sequence = to;
  gap.duration = 2s * (to - from + 1);
  gap.before_ordinal = before;
  gap.noticed_at = Instant{Millis(noticed)};
  return gap;
}

TEST(Gaps, C65_AHoleThatGrewBetweenTwoKillsIsCountedOnceInItsFullLength) {
  std::vector<Gap> gaps;
  EXPECT_TRUE(note_gap(gaps, hole(11, 15, 7, 1)));
  EXPECT_EQ(note_gap(gaps, hole(16, 16, 7, 2))->to_sequence, 16);
  EXPECT_TRUE(note_gap(gaps, hole(11, 30, 7, 3)));
  EXPECT_EQ(gaps, std::vector{hole(11, 30, 7, 3)});
  EXPECT_EQ(missing_in_all(gaps), 40s);
  EXPECT_FALSE(note_gap(gaps, hole(11, 15, 7, 1))) << "a log that is read again tells the old ones first";
  EXPECT_EQ(gaps.size(), 1U);
}

TEST(Gaps, OfTwoThatAreAlikeTheNewerOneHolds) {
  Gap upstream = hole(1, 2, 0, 5);
  upstream.cause = GapCause::upstream;
  std::vector<Gap> gaps{hole(1, 2, 0, 1)};
  EXPECT_TRUE(note_gap(gaps, upstream));
  EXPECT_EQ(gaps, std::vector{upstream});
  EXPECT_FALSE(note_gap(gaps, upstream));
  EXPECT_FALSE(note_gap(gaps, hole(1, 2, 0, 1)));
}

TEST(Gaps, C74_ADiskThatIsFullForLongIsOneHole) {
  std::vector<Gap> gaps;
  for (int i = 0; i < 300; ++i) {
    Gap one = hole(100 + i, 100 + i, 7, i);
    one.cause = GapCause::disk;
    ASSERT_TRUE(note_gap(gaps, one));
  }
  Gap other = hole(400, 400, 7, 300);
  ASSERT_TRUE(note_gap(gaps, other)) << "of another cause";
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(gaps[0].from_sequence, 100);
  EXPECT_EQ(gaps[0].to_sequence, 399);
  EXPECT_EQ(gaps[0].duration, 600s);
  EXPECT_EQ(gaps[0].noticed_at, Instant{});
}

TEST(Gaps, HolesInOtherPlacesStandBesideEachOther) {
  std::vector<Gap> gaps{hole(11, 15, 7)};
  EXPECT_TRUE(note_gap(gaps, hole(11, 30, 8))) << "a segment lies between them";
  Gap other_epoch = hole(0, 99, 7);
  other_epoch.epoch = 2;
  EXPECT_TRUE(note_gap(gaps, other_epoch));
  EXPECT_TRUE(note_gap(gaps, hole(14, 16, 7))) << "neither holds the other";
  EXPECT_EQ(gaps.size(), 4U);
}

TEST(Gaps, CausesAreSummedUpEach) {
  std::vector<Gap> gaps{hole(1, 1, 0), hole(5, 6, 1), hole(9, 9, 2)};
  gaps[0].cause = gaps[2].cause = GapCause::ad;
  gaps[1].cause = GapCause::disk;
  const std::map<GapCause, Micros> expected{{GapCause::ad, 4s}, {GapCause::disk, 4s}};
  EXPECT_EQ(missing_by_cause(gaps), expected);
  EXPECT_EQ(missing_in_all({}), 0s);
}

RC_GTEST_PROP(GapsProperty, NoneThatIsKeptHoldsAnotherAndReadingTheLogAgainChangesNothing,
              (std::vector<std::tuple<std::uint8_t, std::uint8_t, bool>> drawn)) {
  std::vector<Gap> told;
  int noticed = 0;
  for (const auto& [from, more, second] : drawn) {
    told.push_back(hole(from % 16, from % 16 + more % 8, second ? 1 : 0, ++noticed));
    told.back().cause = more % 2 == 0 ? GapCause::ad : GapCause::disk;
  }
  std::vector<Gap> gaps;
  for (const Gap& gap : told) note_gap(gaps, gap);
  for (const Gap& a : gaps) {
    RC_ASSERT(std::ranges::count_if(gaps, [&](const Gap& b) { return covers(b, a); }) == 1);
  }
  const auto before = gaps;
  for (const Gap& gap : told) RC_ASSERT(!note_gap(gaps, gap));
  RC_ASSERT(gaps == before);
}

}  // namespace
}  // namespace rec
