// Which picture a file of a given size can hold.
#include "media/encode_plan.hpp"

#include <gtest/gtest.h>

namespace rec::media {
namespace {

constexpr std::uint64_t kTarget = 1900ULL << 20U;

MediaFacts footage(double hours, int width = 1920, int height = 1080, int rate = 60) {
  MediaFacts facts;
  facts.duration = Millis(static_cast<std::int64_t>(hours * 3'600'000));
  facts.width = width;
  facts.height = height;
  facts.rate_num = rate;
  facts.bytes = static_cast<std::uint64_t>(hours * 3600 * 6'000'000 / 8);
  facts.sound = true;
  return facts;
}

EncodePlan plan(const std::vector<MediaFacts>& inputs, std::uint64_t target = kTarget) {
  const auto made = plan_encoding(inputs, {target, 128});
  if (!made) throw std::runtime_error(made.error().text);
  return *made;
}

TEST(EncodePlan, AShortRecordingKeepsItsPicture) {
  const EncodePlan made = plan({footage(0.5)});
  EXPECT_EQ(made.width, 1920);
  EXPECT_EQ(made.height, 1080);
  EXPECT_DOUBLE_EQ(made.rate(), 60);
  EXPECT_EQ(made.audio_kbps, 128);
  EXPECT_LE(made.video_kbps, 6000) << "no more than the recording has";
}

TEST(EncodePlan, TheLongerTheSmallerAndNeverFinerThanTheBitsAllow) {
  int before = 1080;
  for (const double hours : {1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 24.0}) {
    const EncodePlan made = plan({footage(hours)});
    EXPECT_LE(made.height, before) << hours;
    EXPECT_EQ(made.width % 2 + made.height % 2, 0);
    EXPECT_NEAR(static_cast<double>(made.width) / made.height, 16.0 / 9, 0.02);
    before = made.height;
    const double bits = (made.video_kbps + made.audio_kbps) * 125.0 * hours * 3600;
    EXPECT_LT(bits, static_cast<double>(kTarget)) << hours;
    EXPECT_GT(bits, static_cast<double>(kTarget) * 0.9 - 4e7 * hours) << hours;
  }
  EXPECT_EQ(plan({footage(2)}).height, 720);
  EXPECT_EQ(plan({footage(4)}).height, 540);
  EXPECT_EQ(plan({footage(24)}).height, 240);
  EXPECT_LE(plan({footage(24)}).rate(), 30);
  EXPECT_LT(plan({footage(24)}).audio_kbps, 64);
}

TEST(EncodePlan, ADayIsTooMuchForAHundredMegabytes) {
  const auto made = plan_encoding({footage(24)}, {100U << 20U, 128});
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::invalid);
  EXPECT_FALSE(plan_encoding({}, {kTarget, 128}));
  EXPECT_FALSE(plan_encoding({footage(1)}, {0, 128}));
}

TEST(EncodePlan, AnUprightPictureStaysUpright) {
  const EncodePlan made = plan({footage(4, 1080, 1920, 30)});
  EXPECT_EQ(made.width, 540);
  EXPECT_EQ(made.height, 960);
}

TEST(EncodePlan, OthersAreFittedIntoTheShapeOfTheLongest) {
  const EncodePlan made =
      plan({footage(0.2, 640, 480), footage(0.5), footage(0.1, 720, 1280), footage(0.1, 0, 0)});
  EXPECT_EQ(made.height, 1080);
  EXPECT_EQ(made.fits[0], (PictureFit{1440, 1080, 240, 0}));
  EXPECT_EQ(made.fits[1], (PictureFit{1920, 1080, 0, 0}));
  EXPECT_EQ(made.fits[2], (PictureFit{608, 1080, 656, 0}));
  EXPECT_EQ(made.fits[3], (PictureFit{}));
}

TEST(EncodePlan, OddSizesAndRatesBecomeWhatEveryPlayerTakes) {
  MediaFacts odd = footage(0.1, 853, 481, 0);
  EXPECT_EQ(plan({odd}).width, 854);
  EXPECT_EQ(plan({odd}).height, 482);
  EXPECT_DOUBLE_EQ(plan({odd}).rate(), 30);
  odd.rate_num = 30'000;
  odd.rate_den = 1001;
  EXPECT_NEAR(plan({odd}).rate(), 29.97, 0.001);
  odd.rate_num = 120;
  odd.rate_den = 1;
  EXPECT_DOUBLE_EQ(plan({odd}).rate(), 60);
  odd.rate_num = 90'000;
  EXPECT_DOUBLE_EQ(plan({odd}).rate(), 30) << "a clock's ticks, no pictures";
}

TEST(EncodePlan, AnIndexThatWouldBeTooLargeForPlayersGoesWithoutReorderedPictures) {
  EXPECT_TRUE(plan({footage(2)}).b_frames);
  EXPECT_FALSE(plan({footage(12)}).b_frames);
}

TEST(EncodePlan, BehindFiveHoursTheSoundHasFewerPacketsAndWhatIsTooLongAllTheSameSaysSo) {
  EXPECT_EQ(plan({footage(5)}).audio_hz, 48'000);
  EXPECT_TRUE(plan({footage(5)}).streams);
  EXPECT_EQ(plan({footage(7)}).audio_hz, 24'000);
  EXPECT_TRUE(plan({footage(7)}).streams);
  EXPECT_FALSE(plan({footage(24)}).streams);
}

TEST(EncodePlan, WhatCameOutTooLargeGetsSoMuchLess) {
  const EncodePlan made = plan({footage(2)});
  const auto less = with_less(made, kTarget + (90U << 20U), kTarget);
  ASSERT_TRUE(less);
  EXPECT_LT(less->video_kbps, made.video_kbps - 100);
  EXPECT_GT(less->video_kbps, made.video_kbps - 200);
  EXPECT_EQ(less->width, made.width);
  EXPECT_FALSE(with_less(made, kTarget * 3, kTarget));
}

}  // namespace
}  // namespace rec::media
