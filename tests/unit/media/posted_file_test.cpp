// What people see of a posted file before they play it: its shape, and a picture that is not black.
#include "ffmpeg_tool.hpp"
#include "media/ffmpeg_compressor.hpp"
#include "media_av/cut.hpp"
#include "media_av/probe.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;
using testing::ffmpeg;

using Words = std::vector<std::string>;

class PostedFile : public testing::MediaTest {
 protected:
  /// The file as it is posted.
  session::PartFile posted(const std::string& input) {
    const auto parts = cut_file({input, folder_, "posted", {1ULL << 40U, Millis(0)}});
    if (!parts) throw std::runtime_error(parts.error().text);
    EXPECT_EQ(parts->size(), 1U);
    return parts->front();
  }
  session::PartFile compressed(const std::string& input) {
    const auto chores = make_thread_worker("chores");
    const auto compressor = make_ffmpeg_compressor(*chores, {"/proc/self/exe", "worker"});
    CompressRequest request{{input}, path("small.mp4"), path("work")};
    request.target_bytes = 1U << 20U;
    const auto small = testing::outcome_of(compressor->compress(std::move(request)));
    if (!small) throw std::runtime_error(small.error().text);
    return *small;
  }
  /// Mean luma of a picture file, 0 to 255.
  double brightness(const std::string& picture) {
    ffmpeg({"-i", picture, "-pix_fmt", "gray", "-f", "rawvideo", path("gray")});
    const std::string pixels = bytes_of(path("gray"));
    double sum = 0;
    for (const char pixel : pixels) sum += static_cast<unsigned char>(pixel);
    return sum / static_cast<double>(std::max<std::size_t>(1, pixels.size()));
  }
  /// A video that is black but between these two instants, with a keyframe every `group` pictures.
  std::string mostly_black(const std::string& seconds, const char* from, const char* to, const char* group,
                           const char* shown = "testsrc=") {
    const std::string file = path("black.mp4");
    ffmpeg({"-f", "lavfi", "-i", "color=black:s=320x180:r=25:d=" + seconds, "-f", "lavfi", "-i",
            std::string(shown) + "s=320x180:r=25:d=" + seconds, "-filter_complex",
            std::string("[0][1]overlay=enable='between(t,") + from + "," + to + ")',format=yuv420p", "-c:v",
            "libx264", "-preset", "ultrafast", "-g", group, "-sc_threshold", "0", file});
    return file;
  }
};

TEST_F(PostedFile, AStreamThatBeginsBlackHasAThumbnailOfWhatCameLater) {
  const auto part = posted(mostly_black("20", "15", "20", "25"));
  EXPECT_GT(brightness(part.thumbnail), 40);
}

TEST_F(PostedFile, AMomentOfLightBetweenTheUsualPlacesIsFound) {
  const auto part = posted(mostly_black("60", "50", "52", "25"));
  EXPECT_GT(brightness(part.thumbnail), 40);
}

TEST_F(PostedFile, EvenWhereNoKeyframeShowsAnything) {
  const auto part = posted(mostly_black("8", "4.5", "4.6", "500"));
  EXPECT_GT(brightness(part.thumbnail), 40);
}

TEST_F(PostedFile, APictureOfOneColourIsBetterThanBlack) {
  const auto part = posted(mostly_black("20", "15", "20", "25", "color=c=0x4060ff:"));
  EXPECT_GT(brightness(part.thumbnail), 40);
}

TEST_F(PostedFile, OfTenBitsTooTheBlackIsToldFromThePicture) {
  ffmpeg({"-i", mostly_black("20", "15", "20", "25"), "-pix_fmt", "yuv420p10le", "-c:v", "libx265",
          "-x265-params", "log-level=error", "-preset", "ultrafast", "-tag:v", "hev1", path("ten.mp4")});
  const auto part = posted(path("ten.mp4"));
  EXPECT_GT(brightness(part.thumbnail), 40);
  EXPECT_NE(bytes_of(part.path).find("hvc1"), std::string::npos) << "iPhones take no other";
  EXPECT_EQ(bytes_of(part.path).find("hev1"), std::string::npos);
}

TEST_F(PostedFile, WhatIsBlackThroughoutHasABlackThumbnail) {
  const auto part = posted(mostly_black("4", "9", "9", "25"));
  EXPECT_LT(brightness(part.thumbnail), 5);
}

struct Shape {
  const char* name;
  Words how;
  int width, height, thumb_width, thumb_height;
};

class PostedShape : public PostedFile, public ::testing::WithParamInterface<Shape> {};

TEST_P(PostedShape, IsTheOneThatIsShown) {
  const Shape& shape = GetParam();
  Words words{"-f",       "lavfi",    "-i",     "testsrc=s=720x576:r=25:d=2", "-f", "lavfi", "-i",
              "sine=d=2", "-pix_fmt", "yuv420p"};
  words.insert(words.end(), shape.how.begin(), shape.how.end());
  words.push_back(path("flat.mp4"));
  ffmpeg(words);
  std::string input = path("flat.mp4");
  if (std::string(shape.name).starts_with("Turned")) {
    input = path("turned.mp4");
    ffmpeg({"-i", path("flat.mp4"), "-c", "copy", "-metadata:s:v:0", "rotate=90", input});
  }
  const auto part = posted(input);
  EXPECT_EQ(part.width, shape.width);
  EXPECT_EQ(part.height, shape.height);
  EXPECT_EQ(part.thumbnail_width, shape.thumb_width);
  EXPECT_EQ(part.thumbnail_height, shape.thumb_height);
  EXPECT_LE(std::filesystem::file_size(part.thumbnail), 200U << 10U);
  const auto picture = probe(part.thumbnail);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->width, shape.thumb_width);
  EXPECT_EQ(picture->height, shape.thumb_height);
  const auto small = compressed(part.path);
  EXPECT_EQ(small.width > small.height, shape.width > shape.height);
  EXPECT_NEAR(static_cast<double>(small.width) / small.height,
              static_cast<double>(shape.width) / shape.height, 0.02);
  EXPECT_EQ(small.thumbnail_width > small.thumbnail_height, shape.width > shape.height);
}

INSTANTIATE_TEST_SUITE_P(
    All, PostedShape,
    ::testing::Values(Shape{"Anamorphic43", {"-vf", "setsar=16/15"}, 768, 576, 320, 240},
                      Shape{"Anamorphic169", {"-vf", "setsar=64/45"}, 1024, 576, 320, 180},
                      Shape{"Turned", {}, 576, 720, 256, 320},
                      Shape{"TurnedAndAnamorphic", {"-vf", "setsar=64/45"}, 576, 1024, 180, 320}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace rec::media
