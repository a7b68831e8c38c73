// C19: which bytes of the segment log are the sound of a part, where it lies beside the pictures.
#include <gtest/gtest.h>

#include "app/parts.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;

// One letter a segment of ten bytes and two seconds: v(ideo), a(udio); V, A behind a break of the clock; i,
// j: an initialization section of picture, sound.
std::vector<SegmentRecord> log_of(std::string_view letters) {
  std::vector<SegmentRecord> log;
  for (const char letter : letters) {
    SegmentRecord& record = log.emplace_back();
    record.ordinal = log.size() - 1;
    record.spans = {{record.ordinal * 10, 10}};
    record.bytes = 10;
    record.info.duration = 2s;
    record.info.track = letter == 'a' || letter == 'A' || letter == 'j' ? 1 : 0;
    record.info.init = letter == 'i' || letter == 'j';
    record.info.discontinuity = letter == 'V' || letter == 'A';
  }
  return log;
}

std::string text_of(const std::vector<Extent>& extents) {
  std::string text;
  for (const Extent& extent : extents) {
    text += text.empty() ? "" : "+";
    text += std::to_string(extent.offset) + "-" + std::to_string(extent.offset + extent.bytes);
  }
  return text;
}

// "pictures~tail | sound sound" for each run; then what follows.
std::string media(const std::vector<SegmentRecord>& log, std::uint64_t first, std::uint64_t last) {
  session::Part part;
  part.number = 1;
  part.first_ordinal = first;
  part.last_ordinal = last;
  const auto made = media_of(part, log, "media.bin");
  if (!made) return made.error().text;
  std::string text;
  for (const MediaRun& run : made->runs) {
    text += (text.empty() ? "" : "; ") + text_of(run.extents);
    if (run.tail_bytes > 0) text += "~" + std::to_string(run.tail_bytes);
    text += " |";
    for (const auto& piece : run.sound) text += " " + text_of(piece);
  }
  return text + " > " + text_of(made->next.extents);
}

TEST(SoundParts, WithoutSoundOfItsOwnNothingIsLookedFor) {
  EXPECT_EQ(media(log_of("vvvv"), 0, 1), "0-40~20 | > ");
}

TEST(SoundParts, PicturesAndSoundAreSeparatedAndSoundAroundTheEdgesIsOffered) {
  EXPECT_EQ(media(log_of("avavav"), 0, 3), "10-20+30-40+50-60~10 | 0-10+20-30+40-50 > 50-60");
  EXPECT_EQ(media(log_of("avavav"), 4, 5), "50-60 | 0-10+20-30+40-50 > ");
  EXPECT_EQ(media(log_of("aaavvv"), 3, 5), "30-60 | 0-30 > ") << "sound comes first, a whole window of it";
}

TEST(SoundParts, EachTrackIsReadBehindItsOwnInitializationSection) {
  EXPECT_EQ(media(log_of("jaivav"), 0, 5), "20-40+50-60 | 0-20+40-50 > ");
  EXPECT_EQ(media(log_of("ivjavav"), 5, 6), "0-10+60-70 | 20-40+50-60 > ");
}

TEST(SoundParts, BehindABreakOfTheClockOnlyTheSoundBehindItsOwnBreakIsOffered) {
  EXPECT_EQ(media(log_of("avAavVvv"), 0, 7), "10-20+40-50 | 0-10; 50-80 | 20-40 > ");
  EXPECT_EQ(media(log_of("avvVvaA"), 3, 4), "30-50 | 60-70 > ") << "also where the sound's comes later";
  EXPECT_EQ(media(log_of("avaV"), 3, 3), "30-40 | 0-10+20-30 > ") << "a break that only the pictures have";
}

TEST(SoundParts, WhatFollowsBeginsWithItsFirstRun) {
  EXPECT_EQ(media(log_of("avavvvvv"), 0, 1), "10-20+30-80~50 | 0-10+20-30 > 30-60");
  EXPECT_EQ(media(log_of("avavVvv"), 0, 1), "10-20+30-40~10 | 0-10+20-30 > 30-40");
}

TEST(SoundParts, WallClocksLeaveOutWhatLiesFarAway) {
  std::vector<SegmentRecord> log = log_of("aaaaaaaaaaaaaaaaaaaav");
  const Instant noon{Millis(1'800'000'000'000)};
  for (std::size_t i = 0; i < 20; ++i) log[i].info.program_date_time = noon + i * 2s;
  log[20].info.program_date_time = noon + 20s;
  EXPECT_EQ(media(log, 20, 20), "200-210 | 40-170 > ") << "ten seconds and a segment before and behind";
}

}  // namespace
}  // namespace rec
