// Which of the files that yt-dlp left is the recording.
#include "app/taken_files.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace rec
