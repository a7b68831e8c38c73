// What yt-dlp is told when it records.
#include "capture/ytdlp_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rec::capture {
namespace {

using ::testing::Contains;
using ::testing::Not;

std::string option(const std::vector<std::string>& arguments, const std::string& name) {
  const auto found = std::ranges::find(arguments, name);
  return found == arguments.end() || found + 1 == arguments.end() ? "" : *(found + 1);
}

TEST(YtDlpArguments, WhatTheConfigurationSaysIsPassedOn) {
  FileCaptureRequest request;
  request.page_url = "-x";
  request.format = "b[height<=480]";
  request.retries = 30;
  request.fragment_retries = 7;
  const auto arguments = ytdlp_arguments(request, "/data/100%/1", "/tmp/jar", false);
  EXPECT_EQ(option(arguments, "--retries"), "30");
  EXPECT_EQ(option(arguments, "--fragment-retries"), "7");
  EXPECT_EQ(option(arguments, "-f"), "b[height<=480]");
  EXPECT_EQ(option(arguments, "--cookies"), "/tmp/jar");
  EXPECT_EQ(option(arguments, "-o"), "/data/100%%/1/media.%(ext)s") << "a folder's name is no template";
  EXPECT_THAT(arguments, Contains("--ignore-config"));
  EXPECT_THAT(arguments, Contains("--no-hls-use-mpegts"));
  EXPECT_EQ(arguments[arguments.size() - 2], "--");
  EXPECT_EQ(arguments.back(), "-x") << "a page is no option";
}

TEST(YtDlpArguments, TheCodecThatIsPreferredIsAskedForUnlessTheFormatIsTypedByHand) {
  FileCaptureRequest request;
  for (const bool beginning : {false, true}) {
    request.format.clear();
    request.codecs = "h264";
    EXPECT_EQ(option(ytdlp_arguments(request, "/d", "", beginning), "-S"), "vcodec:h264");
    request.codecs = "av1,h264";
    EXPECT_EQ(option(ytdlp_arguments(request, "/d", "", beginning), "-S"), "vcodec:av01");
    request.format = "b";
    EXPECT_EQ(option(ytdlp_arguments(request, "/d", "", beginning), "-S"), "");
  }
}

TEST(YtDlpArguments, AnMp4IsWrittenSoThatItCanBeReadHoweverItEnds) {
  FileCaptureRequest request;
  EXPECT_NE(option(ytdlp_arguments(request, "/d", "", false), "--downloader-args").find("frag_keyframe"),
            std::string::npos);
  request.use_mpegts = true;
  const auto arguments = ytdlp_arguments(request, "/d", "", false);
  EXPECT_THAT(arguments, Contains("--hls-use-mpegts"));
  EXPECT_THAT(arguments, Not(Contains("--downloader-args")));
}

TEST(YtDlpArguments, QualitiesBecomeFormats) {
  const auto format = [](const std::string& quality, const std::string& own) {
    FileCaptureRequest request;
    request.quality = quality;
    request.format = own;
    return ytdlp_format(request);
  };
  EXPECT_EQ(format("best", "best"), "b/bv*+ba");
  EXPECT_EQ(format("best", "22"), "22");
  EXPECT_EQ(format("audio", ""), "ba/b");
  EXPECT_EQ(
      format("1080p60,720p,best", ""),
      "b[height<=1080][fps<=60]/bv*[height<=1080][fps<=60]+ba/b[height<=720]/bv*[height<=720]+ba/b/bv*+ba");
  EXPECT_EQ(format("", ""), "b/bv*+ba");
}

TEST(BeginningProgress, WithoutANumberItGoesUpToWhatWasNewestAtFirst) {
  BeginningProgress progress({});
  EXPECT_FALSE(progress.complete());
  progress.read("[[rec]] 299 1 3");
  progress.read("[[rec]] 299 2 40");
  EXPECT_FALSE(progress.complete());
  progress.read("[[rec]] 299 3 41");
  EXPECT_TRUE(progress.complete());
}

TEST(BeginningProgress, LinesThatAreNoneAreNotRead) {
  BeginningProgress progress(2);
  for (const char* line : {"", "[[rec]] ", "[[rec]] 299", "[[rec]] 299 NA NA", "[[rec]] 299 x 9", "frame=9"})
    progress.read(line);
  EXPECT_FALSE(progress.complete());
}

}  // namespace
}  // namespace rec::capture
