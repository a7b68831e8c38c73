// Whole parts: repeatable, all or nothing, with a thumbnail Telegram takes.
#include "media_av/part_maker.hpp"

#include <sys/mount.h>
#include <unistd.h>

#include <cstdio>

#include "media_av/probe.hpp"
#include "media_av/sha256.hpp"
#include "media_av/thumbnail.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;
using testing::count_up;
using testing::numbers_in;

class PartMaker : public testing::MediaTest {
 protected:
  MakePartRequest request_for(std::vector<MediaRun> runs) const {
    return {std::move(runs), path("part-001.mp4"), "Заголовок [100%] 'x'"};
  }
};

TEST_F(PartMaker, APartIsDescribedAsItIs) {
  const auto part = make_part_file(request_for({ts_run("a.ts", {})}));
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_EQ(part->path, path("part-001.mp4"));
  EXPECT_EQ(part->bytes, std::filesystem::file_size(part->path));
  EXPECT_EQ(part->sha256, sha256_of(part->path)->sha256);
  EXPECT_EQ(part->width, 320);
  EXPECT_EQ(part->height, 180);
  EXPECT_NEAR(static_cast<double>(part->duration.count()), 10'000, 60);
  EXPECT_EQ(part->thumbnail, path("part-001.jpg"));
  EXPECT_EQ(numbers_in(part->path), count_up(0, 250));
  EXPECT_TRUE(files_with(".part").empty());
}

TEST_F(PartMaker, TheSameSegmentsGiveTheSameFileOverAKilledAttemptsRemains) {
  const MakePartRequest request = request_for({ts_run("a.ts", {})});
  const auto first = make_part_file(request);
  std::ofstream(path("part-001.mp4.part")) << std::string(5'000'000, 'x');
  const auto second = make_part_file(request);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(first->sha256.size(), 64U);
  EXPECT_TRUE(files_with(".part").empty());
}

TEST_F(PartMaker, AKilledAttemptsRemainsAreGoneAlsoWhenTheNextOneFails) {
  for (const char* name : {"part-001.mp4.part", "part-001.jpg.part"}) std::ofstream(path(name)) << "half";
  EXPECT_FALSE(make_part_file(request_for({run_of("junk", std::string(100'000, 'j'))})));
  EXPECT_TRUE(files_with("part-001").empty());
}

TEST_F(PartMaker, GarbageLeavesNothingBehind) {
  const auto part = make_part_file(request_for({run_of("junk", std::string(100'000, 'j'))}));
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::corrupt);
  EXPECT_TRUE(files_with("part-001").empty());
}

TEST_F(PartMaker, AFailureLeavesTheEarlierFileOfThatNameAlone) {
  const auto part = make_part_file(request_for({ts_run("a.ts", {})}));
  ASSERT_TRUE(part);
  EXPECT_FALSE(make_part_file(request_for({run_of("junk", std::string(100'000, 'j'))})));
  EXPECT_EQ(sha256_of(part->path)->sha256, part->sha256);
}

TEST_F(PartMaker, AFullDiskIsSaidSoAndLeavesNoHalfFile) {
  const std::string small = path("small");
  std::filesystem::create_directory(small);
  if (::geteuid() != 0 || ::mount("tmpfs", small.c_str(), "tmpfs", 0, "size=700k") != 0) {
    GTEST_SKIP() << "needs a small tmpfs, which only root may mount";
  }
  sim::StreamOptions options;
  options.bitrate = 600'000;
  const MediaRun run = ts_run("a.ts", options);
  // The first fits nowhere; the second is written, and has no room to move its index to the front.
  sim::StreamOptions shorter = options;
  shorter.segments = 4;
  for (const MediaRun& input : {run, ts_run("b.ts", shorter)}) {
    for (const int kept_kib : {0, 30, 60, 75}) {
      std::ofstream(small + "/other") << std::string(static_cast<std::size_t>(kept_kib) * 1024, 'o');
      const auto part = make_part_file({{input}, small + "/p.mp4", ""});
      if (part) {
        EXPECT_TRUE(std::filesystem::exists(small + "/p.mp4"));
        std::filesystem::remove(small + "/p.mp4");
        std::filesystem::remove(small + "/p.jpg");
        continue;
      }
      EXPECT_EQ(part.error().code, Errc::no_space) << part.error().text;
      std::filesystem::remove(small + "/other");
      EXPECT_TRUE(std::filesystem::is_empty(small));
    }
  }
  EXPECT_FALSE(make_part_file({{run}, small + "/p.mp4", ""}));
  ::umount2(small.c_str(), MNT_DETACH);
}

TEST_F(PartMaker, AFolderThatIsNotThereIsNotFound) {
  const auto part = make_part_file({{ts_run("a.ts", {})}, path("none/p.mp4"), ""});
  ASSERT_FALSE(part);
  EXPECT_EQ(part.error().code, Errc::not_found);
}

TEST_F(PartMaker, SoundAloneHasNoThumbnail) {
  sim::StreamOptions options;
  options.video = false;
  const auto part = make_part_file(request_for({ts_run("a.ts", options)}));
  ASSERT_TRUE(part) << part.error().text;
  EXPECT_EQ(part->thumbnail, "");
  EXPECT_EQ(part->width, 0);
  EXPECT_TRUE(files_with(".jpg").empty());
}

TEST_F(PartMaker, TheThumbnailIsAJpegWithinTelegramsLimitsInTheVideosAspect) {
  struct Case {
    int width, height, thumb_width, thumb_height;
  };
  for (const Case& c : {Case{1280, 720, 320, 180}, Case{360, 640, 180, 320}, Case{160, 120, 160, 120}}) {
    sim::StreamOptions options;
    options.width = c.width;
    options.height = c.height;
    options.segments = 1;
    const auto part = make_part_file(request_for({ts_run("a.ts", options)}));
    ASSERT_TRUE(part) << part.error().text;
    EXPECT_EQ(part->thumbnail_width, c.thumb_width);
    EXPECT_EQ(part->thumbnail_height, c.thumb_height);
    const std::string jpeg = bytes_of(part->thumbnail);
    EXPECT_EQ(jpeg.substr(0, 2), "\xFF\xD8");
    EXPECT_LE(jpeg.size(), kThumbnailBytes);
    EXPECT_GT(jpeg.size(), 1'000U);
    const auto picture = probe(part->thumbnail);
    ASSERT_TRUE(picture) << picture.error().text;
    EXPECT_EQ(picture->width, c.thumb_width);
    EXPECT_EQ(picture->height, c.thumb_height);
    // The picture is one of the video's: its number still reads.
    EXPECT_GE(numbers_in(part->thumbnail).at(0), 0);
  }
}

TEST(Sha256, IsThatOfTheStandard) {
  char name[] = "/tmp/rec_sha_XXXXXX";
  const int fd = ::mkstemp(name);
  ASSERT_EQ(::write(fd, "abc", 3), 3);
  ::close(fd);
  const auto digest = sha256_of(name);
  std::filesystem::remove(name);
  ASSERT_TRUE(digest);
  EXPECT_EQ(digest->sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(digest->bytes, 3U);
}

}  // namespace
}  // namespace rec::media
