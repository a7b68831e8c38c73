// Which segments a part's release names, and which it leaves to the parts behind it. Logs are written as
// letters: v picture, a sound, i and j their initialization sections; ten seconds each.
#include "core/release_plan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace rec {
namespace {

using namespace std::chrono_literals;

std::vector<SegmentRecord> letters(const std::string& log) {
  std::vector<SegmentRecord> records;
  for (const char letter : log) {
    SegmentRecord record;
    record.ordinal = records.size();
    record.info.track = letter == 'a' || letter == 'j' ? 1 : 0;
    record.info.init = letter == 'i' || letter == 'j';
    record.info.duration = 10s;
    records.push_back(std::move(record));
  }
  return records;
}

/// Parts 1, 2, … that end with these ordinals.
std::vector<session::Part> ending(const std::vector<std::uint64_t>& lasts) {
  std::vector<session::Part> parts;
  for (const std::uint64_t last : lasts) {
    session::Part part;
    part.number = static_cast<int>(parts.size()) + 1;
    part.first_ordinal = parts.empty() ? 0 : parts.back().last_ordinal + 1;
    part.last_ordinal = last;
    parts.push_back(part);
  }
  return parts;
}

/// Releases what the plan names, and says it: "0-4 7-7".
std::string release(std::vector<SegmentRecord>& log, const std::vector<session::Part>& parts, int number) {
  std::string said;
  for (const OrdinalRange& range : segments_to_release(log, parts, number)) {
    said += (said.empty() ? "" : " ") + std::to_string(range.first) + "-" + std::to_string(range.last);
    for (std::uint64_t i = range.first; i <= range.last; ++i) log[i].released = true;
  }
  return said;
}

TEST(ReleasePlan, OfAPartAllGoesButTheInitializationSections) {
  auto log = letters("ivvvvivvvv");
  const auto parts = ending({4, 9});
  EXPECT_EQ(release(log, parts, 1), "1-4");
  EXPECT_EQ(release(log, parts, 1), "") << "said again, it names nothing twice";
  EXPECT_EQ(release(log, parts, 2), "6-9");
  EXPECT_EQ(release(log, parts, 3), "");
}

TEST(ReleasePlan, TwoMinutesOfSoundStayForTheNextPartAndGoWithIt) {
  std::string text = "ij";
  for (int i = 0; i < 20; ++i) text += "av";  // 2 to 41, the sound of it 200 s
  const auto parts = ending({41, 81});
  for (int i = 0; i < 20; ++i) text += "av";
  auto log = letters(text);
  EXPECT_EQ(release(log, parts, 1),
            "2-17 19-19 21-21 23-23 25-25 27-27 29-29 31-31 33-33 35-35 37-37 39-39 41-41");
  const std::string second = release(log, parts, 2);
  EXPECT_TRUE(second.starts_with("18-18 20-20 22-22")) << second;
  for (std::uint64_t i = 2; i <= 41; ++i) EXPECT_TRUE(log[i].released) << i;
}

TEST(ReleasePlan, ShortPartsLeaveTheSoundOfSeveralToTheNext) {
  auto log = letters("avavavavavavavavavavavav");  // twelve of each: two minutes
  const auto parts = ending({7, 15, 23});
  for (int part = 1; part <= 3; ++part) release(log, parts, part);
  for (const SegmentRecord& record : log)
    EXPECT_EQ(record.released, record.info.track == 0) << record.ordinal;
}

TEST(ReleasePlan, SoundBeforeAPartThatFailedStaysWhateverIsReleasedBehindIt) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "av";
  auto log = letters(text);
  const auto parts = ending({39, 79, 119, 159, 199});
  release(log, parts, 1);  // the second failed, so the third stays too
  release(log, parts, 4);
  release(log, parts, 5);
  for (std::uint64_t i = 16; i < 40; ++i) EXPECT_EQ(log[i].released, i % 2 == 1) << i;
  for (std::uint64_t i = 40; i < 120; ++i) EXPECT_FALSE(log[i].released) << i;
  for (std::uint64_t i = 120; i < 160; ++i) EXPECT_TRUE(log[i].released) << i;
}

TEST(ReleasePlan, APartOfAFileHasNoSegments) {
  auto log = letters("vvvv");
  auto parts = ending({3});
  parts[0].file_take = 1;
  EXPECT_EQ(release(log, parts, 1), "");
}

}  // namespace
}  // namespace rec
