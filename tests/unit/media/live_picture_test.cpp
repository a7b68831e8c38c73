// The picture of a recording that goes on: from whatever lies in its newest segments.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "ffmpeg_tool.hpp"
#include "media/child_picture_maker.hpp"
#include "media_av/thumbnail.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

bool is_jpeg(const std::string& bytes) {
  return bytes.size() > 500 && bytes.starts_with("\xFF\xD8\xFF") && bytes.ends_with("\xFF\xD9");
}

class LivePicture : public testing::MediaTest {
 protected:
  static Result<std::string> by_child(const std::string& role, MediaRun run) {
    asio::io_context io;
    std::optional<Result<std::string>> out;
    // At the lowest priority: it gets a core when all other tests have had theirs.
    const auto maker = make_child_picture_maker({"/proc/self/exe", role}, Millis(100'000));
    asio::co_spawn(io, maker->picture_of(std::move(run)),
                   [&out](std::exception_ptr, Result<std::string> result) { out = std::move(result); });
    io.run();
    return *std::move(out);
  }
  static std::size_t open_files() {
    std::size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
      count += each.exists() ? 1 : 0;
    return count;
  }
};

TEST_F(LivePicture, IsMadeOfTransportStreamSegmentsAndSmall) {
  sim::StreamOptions options;
  options.segments = 3;
  const auto made = make_live_picture(ts_run("a.ts", options));
  ASSERT_TRUE(made) << made.error().text;
  EXPECT_TRUE(is_jpeg(made->jpeg));
  EXPECT_LE(std::max(made->width, made->height), kThumbnailSide);
}

TEST_F(LivePicture, IsMadeOfFragmentsBehindTheirSectionAndOfSegmentsWhoseEndIsMissing) {
  sim::StreamOptions options;
  options.segments = 2;
  const MediaRun run = ts_run("a.ts", options);
  testing::ffmpeg({"-i", path("a.ts"), "-map", "0:v", "-c", "copy", "-movflags", "frag_keyframe+empty_moov",
                   path("a.mp4")});
  MediaRun fragments;
  fragments.extents = {{path("a.mp4"), 0, std::filesystem::file_size(path("a.mp4"))}};
  const auto whole = make_live_picture(fragments);
  EXPECT_TRUE(whole && is_jpeg(whole->jpeg)) << (whole ? "" : whole.error().text);
  MediaRun cut = run;
  cut.extents[0].bytes -= cut.extents[0].bytes / 3;
  const auto torn = make_live_picture(cut);
  EXPECT_TRUE(torn && is_jpeg(torn->jpeg)) << (torn ? "" : torn.error().text);
}

TEST_F(LivePicture, OfSoundAloneThereIsNone) {
  testing::ffmpeg({"-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", "-f", "mpegts", path("s.ts")});
  MediaRun sound;
  sound.extents = {{path("s.ts"), 0, std::filesystem::file_size(path("s.ts"))}};
  const auto none = make_live_picture(sound);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
}

TEST_F(LivePicture, OfGarbageAndOfNothingThereIsNone) {
  EXPECT_FALSE(make_live_picture(run_of("garbage", std::string(100'000, 'x'))));
  EXPECT_FALSE(make_live_picture(run_of("empty", "")));
  MediaRun gone;
  gone.extents = {{path("gone"), 0, 1000}};
  EXPECT_FALSE(make_live_picture(gone));
}

TEST_F(LivePicture, AChildMakesItAndLeavesNoFileOpen) {
  const MediaRun run = ts_run("a.ts", {});
  const auto first = by_child("worker", run);
  ASSERT_TRUE(first) << first.error().text;
  EXPECT_TRUE(is_jpeg(*first));
  const std::size_t before = open_files();
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(by_child("worker", run));
    EXPECT_FALSE(by_child("worker", run_of("garbage", "xx")));
  }
  EXPECT_EQ(open_files(), before);
}

TEST_F(LivePicture, AChildThatDiesCostsNothingButThePicture) {
  const auto died = by_child("crash", ts_run("a.ts", {}));
  ASSERT_FALSE(died);
  EXPECT_EQ(died.error().code, Errc::corrupt);
}

}  // namespace
}  // namespace rec::media
