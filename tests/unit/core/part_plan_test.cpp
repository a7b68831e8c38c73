// Where a recording is cut: by example, and for any recording.
#include "core/part_plan.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vector>

namespace rec {
namespace {

using std::chrono::seconds;
constexpr PartLimits kSmall{.bytes = 1000, .duration = seconds(20)};

struct Range {
  std::uint64_t first;
  std::uint64_t last;
  bool operator==(const Range&) const = default;
};
void showValue(const Range& range, std::ostream& out) { out << range.first << "-" << range.last; }

SegmentRecord media(std::uint64_t bytes, std::uint32_t epoch = 1, Micros duration = seconds(2)) {
  SegmentRecord record;
  record.bytes = bytes;
  record.info.epoch = epoch;
  record.info.duration = duration;
  return record;
}

SegmentRecord init_section(std::uint32_t epoch = 1) {
  SegmentRecord record = media(10, epoch, Micros{0});
  record.info.init = true;
  return record;
}

// As the app uses it: fold over the log from `from`, and seal what is left at the end.
std::vector<Range> cuts(const std::vector<SegmentRecord>& log, PartLimits limits, std::uint64_t from = 0) {
  PartPlan plan(limits);
  std::vector<Range> parts;
  std::uint64_t first = from;
  for (std::uint64_t i = from; i < log.size(); ++i) {
    if (plan.seals_before(log[i])) {
      parts.push_back({first, i - 1});
      plan.reset();
      first = i;
    }
    plan.add(log[i]);
  }
  if (!plan.empty()) parts.push_back({first, log.size() - 1});
  return parts;
}

TEST(PartPlan, APartIsSealedBeforeItWouldExceedItsBytesNotAfter) {
  EXPECT_EQ(cuts({media(400), media(600), media(1), media(999)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 3}}));
}

TEST(PartPlan, APartIsSealedBeforeItWouldExceedItsDuration) {
  const std::vector<SegmentRecord> log(25, media(1));
  EXPECT_EQ(cuts(log, kSmall), (std::vector<Range>{{0, 9}, {10, 19}, {20, 24}}));
}

TEST(PartPlan, ASegmentOverTheLimitsIsAPartOfItsOwn) {
  EXPECT_EQ(cuts({media(5000), media(5000), media(1)}, kSmall), (std::vector<Range>{{0, 0}, {1, 1}, {2, 2}}));
}

TEST(PartPlan, ANewEpochOpensANewPart) {
  EXPECT_EQ(cuts({media(1, 1), media(1, 1), media(1, 2)}, kSmall), (std::vector<Range>{{0, 1}, {2, 2}}));
}

TEST(PartPlan, AnInitializationSectionGoesWithTheSegmentsBehindIt) {
  EXPECT_EQ(cuts({init_section(), media(1), init_section(), media(1)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 3}}));
}

TEST(PartPlan, InitializationSectionsAloneMakeNoPart) {
  EXPECT_EQ(cuts({init_section(), init_section(2), media(1, 2)}, kSmall), (std::vector<Range>{{0, 2}}));
  EXPECT_EQ(cuts({media(1), init_section()}, kSmall), (std::vector<Range>{{0, 0}}));
  EXPECT_TRUE(cuts({init_section()}, kSmall).empty());
}

SegmentRecord telling(SegmentRecord record, std::string codecs) {
  record.info.codecs = std::move(codecs);
  return record;
}

constexpr const char* kHd = "avc1:01+mp4a:48000";
constexpr const char* kSmaller = "avc1:02+mp4a:48000";

TEST(PartPlan, AReconnectWithEqualCodecsGoesOnInTheSamePart) {
  EXPECT_EQ(cuts({telling(media(1, 1), kHd), telling(media(1, 2), kHd), telling(media(1, 3), kHd)}, kSmall),
            (std::vector<Range>{{0, 2}}));
}

TEST(PartPlan, AReconnectStillRespectsTheLimits) {
  EXPECT_EQ(cuts({telling(media(600, 1), kHd), telling(media(600, 2), kHd)}, kSmall),
            (std::vector<Range>{{0, 0}, {1, 1}}));
}

TEST(PartPlan, AnotherPictureSizeOpensANewPartEvenWithinAnEpoch) {
  EXPECT_EQ(cuts({telling(media(1), kHd), telling(media(1), kSmaller), telling(media(1), kHd)}, kSmall),
            (std::vector<Range>{{0, 0}, {1, 1}, {2, 2}}));
}

TEST(PartPlan, ASegmentThatSaysNothingStaysInItsEpoch) {
  EXPECT_EQ(cuts({telling(media(1), kHd), media(1), telling(media(1), kHd)}, kSmall),
            (std::vector<Range>{{0, 2}}));
  EXPECT_EQ(cuts({telling(media(1), kHd), media(1), telling(media(1), kSmaller)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 2}}))
      << "the one that says nothing must not make the part forget";
  EXPECT_EQ(cuts({telling(media(1, 1), kHd), media(1, 2)}, kSmall), (std::vector<Range>{{0, 0}, {1, 1}}));
}

TEST(PartPlan, AnInitializationSectionOfTheSameCodecsMakesNoCut) {
  const auto init = [](const char* codecs, std::uint32_t epoch) {
    return telling(init_section(epoch), codecs);
  };
  EXPECT_EQ(cuts({init(kHd, 1), media(1, 1), init(kHd, 1), media(1, 1), init(kHd, 2), media(1, 2)}, kSmall),
            (std::vector<Range>{{0, 5}}));
  EXPECT_EQ(cuts({init(kHd, 1), media(1, 1), init(kSmaller, 1), media(1, 1)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 3}}));
  EXPECT_EQ(cuts({init(kHd, 1), media(1, 1), init("", 1), media(1, 1)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 3}}));
}

TEST(PartPlan, APartRemembersNothingOfTheOneBefore) {
  PartPlan plan(kSmall);
  plan.add(telling(media(900), kHd));
  plan.reset();
  EXPECT_TRUE(plan.empty());
  EXPECT_FALSE(plan.seals_before(telling(media(900, 7), kSmaller)));
}

SegmentRecord sound(SegmentRecord record) {
  record.info.track = 1;
  return record;
}

TEST(PartPlan, C19_SoundOfItsOwnCountsWithItsBytesAloneAndBeginsNoPart) {
  EXPECT_EQ(cuts({media(400), sound(media(300)), media(400), media(1)}, kSmall),
            (std::vector<Range>{{0, 1}, {2, 3}}));
  EXPECT_EQ(cuts({media(400), sound(media(700)), sound(media(700)), media(1)}, kSmall),
            (std::vector<Range>{{0, 2}, {3, 3}}));
  EXPECT_EQ(cuts({media(1), sound(media(1, 1, seconds(60))), media(1)}, kSmall), (std::vector<Range>{{0, 2}}))
      << "its length is that of its pictures";
  EXPECT_EQ(cuts({telling(media(1), kHd), sound(telling(media(1, 5), "+adts:44100x2/2")),
                  sound(init_section(5)), telling(media(1), kHd)},
                 kSmall),
            (std::vector<Range>{{0, 3}}))
      << "what it is made of is the maker's business";
  EXPECT_TRUE(cuts({sound(init_section()), sound(media(1))}, kSmall).empty()) << "no part without pictures";
}

TEST(PartPlan, C72_APartIsSealedBeforeItsIndexGetsTooLargeForTelegramDesktop) {
  const PartLimits endless{.bytes = 1ULL << 40U, .duration = std::chrono::hours(100)};
  const auto parts = cuts(std::vector<SegmentRecord>(300, media(1, 1, seconds(60))), endless);
  ASSERT_GE(parts.size(), 2U);
  EXPECT_EQ(parts[0].last, 121U) << "122 minutes";
}

TEST(PartPlan, C61_ASlateOfAnotherSizeIsAPartOfItsOwnAndTheShowGoesOnInAThird) {
  std::vector<SegmentRecord> log;
  for (const char* codecs : {kSmaller, kSmaller, kHd, kSmaller, kSmaller})
    log.push_back(telling(media(1), codecs));
  EXPECT_EQ(cuts(log, kSmall), (std::vector<Range>{{0, 1}, {2, 2}, {3, 4}}));
}

TEST(PartPlan, C60_AnotherSampleRateCutsAndASegmentWithoutAProgramMapDoesNot) {
  EXPECT_EQ(cuts({telling(media(1), "avc1:01+mp4a:48000x2/2"), telling(media(1), "avc1:01+mp4a:44100x2/2")},
                 kSmall),
            (std::vector<Range>{{0, 0}, {1, 1}}));
  EXPECT_EQ(cuts({telling(media(1), "avc1:01+mp4a:48000x2/2"), telling(media(1), "avc1:01+mp4a:48000x1/2")},
                 kSmall),
            (std::vector<Range>{{0, 0}, {1, 1}}));
  EXPECT_EQ(
      cuts({telling(media(1), kHd), media(1), telling(media(1), "avc1"), telling(media(1), kHd)}, kSmall),
      (std::vector<Range>{{0, 3}}));
}

constexpr PartLimits kLarge{.bytes = 1U << 30U, .duration = std::chrono::hours(2)};

TEST(PartPlan, TwoEncodersThatTakeTurnsDoNotMakeHundredsOfParts) {
  for (const int turn : {1, 2, 3}) {
    std::vector<SegmentRecord> log;
    for (int i = 0; i < 1'800; ++i) log.push_back(telling(media(1), (i / turn) % 2 == 0 ? kHd : kSmaller));
    for (int i = 0; i < 600; ++i) log.push_back(telling(media(1), kSmaller));
    const auto parts = cuts(log, kLarge);
    EXPECT_LE(parts.size(), 9U) << turn;
    EXPECT_GT(parts.back().first, 1'800U) << "what is steady again is a part by itself";
    EXPECT_LT(parts.back().first, 1'870U);
  }
}

TEST(PartPlan, TheyDoNotAfterARestartEither) {
  std::vector<SegmentRecord> log;
  for (int i = 0; i < 300; ++i) log.push_back(telling(media(1), i % 2 == 0 ? kHd : kSmaller));
  PartPlan plan(kLarge);
  for (int i = 0; i < 100; ++i) plan.remember(log[static_cast<std::size_t>(i)]);
  for (std::size_t i = 100; i < log.size(); ++i) {
    EXPECT_FALSE(plan.seals_before(log[i])) << i;
    plan.add(log[i]);
  }
}

TEST(PartPlan, ChangesThatAreSeldomOrOfTheSoundAreStillPartsOfTheirOwn) {
  std::vector<SegmentRecord> log;
  for (int i = 0; i < 20; ++i) {
    for (int k = 0; k < 15; ++k) log.push_back(telling(media(1), i % 2 == 0 ? kHd : kSmaller));
  }
  EXPECT_EQ(cuts(log, kLarge).size(), 20U);
  std::vector<SegmentRecord> sounds;
  for (int i = 0; i < 20; ++i)
    sounds.push_back(telling(media(1), i % 2 == 0 ? "avc1:01+mp4a:48000x2/2" : "avc1:01+mp4a:44100x2/2"));
  EXPECT_EQ(cuts(sounds, kLarge).size(), 20U);
}

std::vector<SegmentRecord> any_log() {
  const auto any_segment = rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(1, 1500), rc::gen::inRange(0, 12), rc::gen::inRange(0, 12)),
      [](const std::tuple<int, int, int>& drawn) {
        const auto [bytes, length, kind] = drawn;
        SegmentRecord record = media(static_cast<std::uint64_t>(bytes), 0, seconds(length));
        if (kind == 0) record = init_section(0);
        if (kind <= 1) record.info.epoch = 1;  // how many epochs it is past the one before
        return record;
      });
  auto log = *rc::gen::container<std::vector<SegmentRecord>>(any_segment);
  std::uint32_t epoch = 1;
  for (std::size_t i = 0; i < log.size(); ++i) {
    epoch += log[i].info.epoch;
    log[i].info.epoch = epoch;
    log[i].ordinal = i;
  }
  return log;
}

RC_GTEST_PROP(PartPlan, EverySegmentIsInExactlyOnePartAndPartsAreContiguous, ()) {
  const auto log = any_log();
  std::uint64_t next = 0;
  for (const Range& part : cuts(log, kSmall)) {
    RC_ASSERT(part.first == next);
    RC_ASSERT(part.last >= part.first);
    next = part.last + 1;
  }
  for (; next < log.size(); ++next) RC_ASSERT(log[next].info.init);  // nothing playable is left out
}

RC_GTEST_PROP(PartPlan, APartHoldsMediaOfOneEpochWithinItsLimits, ()) {
  const auto log = any_log();
  for (const Range& part : cuts(log, kSmall)) {
    std::uint64_t bytes = 0;
    Micros duration{0};
    std::size_t media_count = 0;
    std::uint32_t epoch = 0;
    for (std::uint64_t i = part.first; i <= part.last; ++i) {
      bytes += log[i].bytes;
      duration += log[i].info.duration;
      if (log[i].info.init) continue;
      RC_ASSERT(epoch == 0 || epoch == log[i].info.epoch);
      epoch = log[i].info.epoch;
      ++media_count;
    }
    RC_ASSERT(media_count > 0u);
    RC_ASSERT(media_count == 1u || (bytes <= kSmall.bytes && duration <= kSmall.duration));
  }
}

RC_GTEST_PROP(PartPlan, ARestartAtTheBeginningOfAnyPartCutsInTheSamePlaces, ()) {
  const auto log = any_log();
  const auto parts = cuts(log, kSmall);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::vector<Range> rest(parts.begin() + static_cast<std::ptrdiff_t>(i), parts.end());
    RC_ASSERT(cuts(log, kSmall, parts[i].first) == rest);
  }
}

}  // namespace
}  // namespace rec
