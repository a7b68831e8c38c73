// Which bytes of the segment log a part is made of, and which gaps lie in it.
#include "app/parts.hpp"

#include <gtest/gtest.h>

namespace rec {
namespace {

// One letter a segment of ten bytes: m(edia), d(iscontinuity before it), i(nit section), a and b: media of
// known codecs; '|' begins an epoch.
std::vector<SegmentRecord> log_of(std::string_view letters) {
  std::vector<SegmentRecord> log;
  std::uint32_t epoch = 1;
  for (const char letter : letters) {
    if (letter == '|') {
      ++epoch;
      continue;
    }
    SegmentRecord record;
    record.ordinal = log.size();
    record.spans = {{.offset = log.size() * 10, .bytes = 10}};
    record.bytes = 10;
    record.info.epoch = epoch;
    record.info.init = letter == 'i';
    record.info.discontinuity = letter == 'd';
    if (letter == 'a' || letter == 'b') record.info.codecs = std::string("avc1:") + letter;
    log.push_back(record);
  }
  return log;
}

session::Part part_of(std::uint64_t first, std::uint64_t last) {
  session::Part part;
  part.number = 1;
  part.first_ordinal = first;
  part.last_ordinal = last;
  return part;
}

// "0-30" is an extent of thirty bytes at 0; '+' joins the extents of a run, a space parts the runs.
std::string runs(std::string_view letters, std::uint64_t first, std::uint64_t last) {
  const auto made = runs_of(part_of(first, last), log_of(letters), "media.bin");
  if (!made) return made.error().text;
  std::string text;
  for (const MediaRun& run : *made) {
    if (!text.empty()) text += ' ';
    for (const Extent& extent : run.extents) {
      EXPECT_EQ(extent.file, "media.bin");
      if (!text.empty() && text.back() != ' ') text += '+';
      text += std::to_string(extent.offset) + "-" + std::to_string(extent.offset + extent.bytes);
    }
  }
  return text;
}

TEST(Parts, NeighboursAreOneExtent) {
  EXPECT_EQ(runs("mmmm", 0, 3), "0-40");
  EXPECT_EQ(runs("mmmm", 1, 2), "10-30");
  EXPECT_EQ(runs("mmmm", 3, 3), "30-40");
}

TEST(Parts, ADiscontinuityOrANewEpochBeginsARun) {
  EXPECT_EQ(runs("mmdm", 0, 3), "0-20 20-40");
  EXPECT_EQ(runs("mm|mm", 0, 3), "0-20 20-40");
  EXPECT_EQ(runs("mm|dm", 0, 3), "0-20 20-40");
  EXPECT_EQ(runs("dmm", 0, 2), "0-30");
}

TEST(Parts, ARunOfFragmentsBeginsWithItsInitializationSection) {
  EXPECT_EQ(runs("imm", 0, 2), "0-30");
  EXPECT_EQ(runs("immdm", 0, 4), "0-30 0-10+30-50") << "read again behind the discontinuity";
  EXPECT_EQ(runs("idm", 0, 2), "0-30") << "the section stands behind its own discontinuity";
  EXPECT_EQ(runs("imimm", 0, 4), "0-20 20-50");
}

TEST(Parts, TheSectionMayLieBeforeThePart) {
  EXPECT_EQ(runs("immm", 2, 3), "0-10+20-40");
  EXPECT_EQ(runs("immm", 1, 3), "0-40") << "adjoining: one extent";
  EXPECT_EQ(runs("imimm", 4, 4), "20-30+40-50") << "the newest one counts";
  EXPECT_EQ(runs("im|mm", 2, 3), "20-40") << "that of another epoch does not";
}

TEST(Parts, ASectionWithNothingBehindItIsNoRun) {
  EXPECT_EQ(runs("iimm", 0, 3), "10-40");
  EXPECT_EQ(runs("immi", 0, 3), "0-30");
  EXPECT_EQ(runs("imi|mm", 0, 4), "0-20 30-50");
}

TEST(Parts, WhatFollowsIsLookedIntoForPicturesOfTheSameKindAlone) {
  const auto tail = [](std::string_view letters) {
    const auto made = media_of(part_of(0, 1), log_of(letters), "media.bin");
    return made ? made->runs.back().tail_bytes : 0;
  };
  EXPECT_EQ(tail("aaaa"), 20U);
  EXPECT_EQ(tail("aama"), 20U);
  EXPECT_EQ(tail("aaab"), 10U);
  EXPECT_EQ(tail("aabb"), 0U) << "another quality under numbers that go on";
}

TEST(Parts, ARangeThatIsNotInTheLogIsRefused) {
  for (const auto& part : {part_of(2, 4), part_of(4, 4), part_of(3, 2)}) {
    const auto made = runs_of(part, log_of("mmmm"), "media.bin");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::invalid);
  }
}

std::string gaps_within(const session::Part& part, const std::vector<std::uint64_t>& before) {
  std::vector<Gap> gaps;
  for (const std::uint64_t ordinal : before) {
    gaps.emplace_back();
    gaps.back().before_ordinal = ordinal;
  }
  std::string text;
  for (const Gap& gap : gaps_of(part, gaps)) text += std::to_string(gap.before_ordinal) + " ";
  return text;
}

TEST(Parts, EveryGapLiesInExactlyOnePart) {
  const std::vector<std::uint64_t> before = {0, 1, 9, 10, 11, 20, 21};
  EXPECT_EQ(gaps_within(part_of(0, 9), before), "0 1 9 10 ")
      << "what came behind its last segment is its own";
  EXPECT_EQ(gaps_within(part_of(10, 19), before), "11 20 ");
  EXPECT_EQ(gaps_within(part_of(20, 29), before), "21 ");
}

}  // namespace
}  // namespace rec
