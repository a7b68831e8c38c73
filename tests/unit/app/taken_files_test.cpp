// Which of the files that yt-dlp left is the recording.
#include "app/taken_files.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

TEST(TakenFiles, AFinishedFileAnUnfinishedOneOrTracksApart) {
  EXPECT_EQ(media_among({}), (TakenMedia{}));
  EXPECT_EQ(media_among({{"media.mp4", 10}}), (TakenMedia{"media.mp4", ""}));
  EXPECT_EQ(media_among({{"media.mp4.part", 10}}), (TakenMedia{"media.mp4.part", ""}));
  EXPECT_EQ(media_among({{"media.f140.m4a.part", 5}, {"media.f299.mp4.part", 90}}),
            (TakenMedia{"media.f299.mp4.part", "media.f140.m4a.part"}));
  EXPECT_EQ(media_among({{"media.f299.mp4", 90}}), (TakenMedia{"media.f299.mp4", ""}));
}

TEST(TakenFiles, WhatIsNoRecordingIsLeftOut) {
  EXPECT_EQ(
      media_among({{"media.mp4.part-Frag7", 10}, {"media.mp4.ytdl", 3}, {"media.jpg", 9}, {"other", 9}}),
      (TakenMedia{}));
  EXPECT_EQ(media_among({{"media.mp4", 0}}), (TakenMedia{})) << "empty";
  EXPECT_EQ(media_among({{"media.temp.mp4", 500}, {"media.f299.mp4", 90}, {"media.f140.m4a", 5}}),
            (TakenMedia{"media.f299.mp4", "media.f140.m4a"}))
      << "a joining that was cut off";
}

TEST(TakenFiles, TheLargerOfTwoIsTaken) {
  EXPECT_EQ(media_among({{"media.mp4", 5}, {"media.ts.part", 50}}), (TakenMedia{"media.ts.part", ""}));
}

TEST(TakenFiles, OfWhatIsBeingWrittenTheEndIsShownFromAPacketOn) {
  const test::TempFolder folder;
  const std::string place = folder.path();
  EXPECT_TRUE(newest_of_file(place, 1000).value().extents.empty());
  EXPECT_TRUE(newest_of_file(place + "/none", 1000).value().extents.empty());
  const auto write = [&](const std::string& name, int packets, char first) {
    std::ofstream file(place + "/" + name, std::ios::binary);
    for (int i = 0; i < packets; ++i) file << first << std::string(187, 'x');
    file << "half a packet";
  };
  write("media.mp4.part", 20, 'G');
  const auto extents = newest_of_file(place, 1000).value().extents;
  ASSERT_EQ(extents.size(), 1U);
  EXPECT_EQ(extents[0].file, place + "/media.mp4.part");
  EXPECT_EQ(extents[0].offset, 15U * 188);
  EXPECT_EQ(extents[0].bytes, 5U * 188);
  EXPECT_EQ(newest_of_file(place, 1'000'000).value().extents.at(0).offset, 0U);
  write("media.mp4.part", 20, 'm');
  EXPECT_TRUE(newest_of_file(place, 1000).value().extents.empty()) << "an MP4 is not read from its middle";
}

}  // namespace
}  // namespace rec
