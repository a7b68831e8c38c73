// Files that repeat the end of the one before, told by their packets; and files whose sound lies apart.
#include "media_av/file_look.hpp"

#include "media/part_json.hpp"
#include "media_av/cut.hpp"
#include "media_av/probe.hpp"
#include "media_av/remux.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

class FileLookTest : public testing::MediaTest {
 protected:
  /// Segments [from, to) of a broadcast as a file of that name, in the container that its ending says.
  std::string piece(const std::string& name, std::size_t from, std::size_t to,
                    sim::StreamOptions options = {}) {
    options.segments = 10;
    const auto segments = sim::make_stream(options);
    if (!segments) throw std::runtime_error(segments.error().text);
    std::string bytes;
    for (std::size_t i = from; i < to; ++i) bytes += segments->at(i).bytes;
    if (name.ends_with(".ts")) {
      run_of(name, bytes);
    } else {
      const auto made = remux({run_of(name + ".ts", bytes)}, path(name), "");
      EXPECT_TRUE(made) << made.error().text;
    }
    return path(name);
  }
  static FileLook look(const std::string& file, const std::string& previous,
                       std::uint64_t window = 8U << 20U) {
    const auto seen = look_at_file({file, previous, window});
    EXPECT_TRUE(seen) << seen.error().text;
    return seen ? *seen : FileLook{};
  }
};

TEST_F(FileLookTest, TheEndOfTheFileBeforeIsRecognizedInTsAndMp4AndAcrossThem) {
  for (const char* kind : {"ts", "mp4"}) {
    const auto before = piece(std::string("all.") + kind, 0, 10);
    for (const char* other : {"ts", "mp4"}) {
      const auto again = piece(std::string("again.") + other, 6, 10);
      const FileLook seen = look(again, before);
      EXPECT_TRUE(seen.repeats) << other << " behind " << kind;
      EXPECT_NEAR(static_cast<double>(seen.duration.count()), 8000, 150);
      EXPECT_EQ(seen.bytes, std::filesystem::file_size(again));
    }
  }
}

TEST_F(FileLookTest, ABroadcastThatGoesOnIsNoRepetition) {
  for (const char* kind : {"ts", "mp4"}) {
    const std::string end = kind;
    EXPECT_FALSE(look(piece("new." + end, 6, 10), piece("old." + end, 0, 6)).repeats) << kind;
  }
}

TEST_F(FileLookTest, WhatRepeatsTheEndAndThenGoesOnIsKeptWhateverTheWindow) {
  const auto before = piece("before.ts", 0, 8);
  const auto overlapping = piece("overlap.ts", 6, 10);
  for (const std::uint64_t window : {std::uint64_t{1}, std::uint64_t{50'000}, std::uint64_t{8U << 20U}})
    EXPECT_FALSE(look(overlapping, before, window).repeats) << window;
  EXPECT_TRUE(look(piece("again.ts", 6, 8), before, 1).repeats)
      << "all of it is compared, not the window alone";
}

TEST_F(FileLookTest, APictureThatStandsStillIsNoRepetition) {
  sim::StreamOptions options;
  options.segments = 1;
  options.segment_seconds = 0.04;  // a single picture
  options.audio = false;
  const auto picture = sim::make_stream(options);
  ASSERT_TRUE(picture) << picture.error().text;
  const auto still = [&](const std::string& name, int pictures) {
    std::string bytes;
    for (int i = 0; i < pictures; ++i) bytes += picture->front().bytes;
    run_of(name, bytes);
    return path(name);
  };
  const auto file = still("goes-on.ts", 100);
  EXPECT_FALSE(look(file, still("before.ts", 250)).repeats);
  EXPECT_FALSE(look(file, path("before.ts"), 1).repeats) << "nor by its first bytes alone";
}

TEST_F(FileLookTest, AFileBeforeThatWasCutOffInTheMiddleOfAPictureStillHasItsEndRecognized) {
  const auto before = piece("before.ts", 0, 10);
  std::filesystem::resize_file(before, std::filesystem::file_size(before) - 1000);
  EXPECT_TRUE(look(piece("again.ts", 6, 10), before).repeats);
}

TEST_F(FileLookTest, SoundAloneIsComparedToo) {
  sim::StreamOptions options;
  options.video = false;
  const auto before = piece("before.ts", 0, 10, options);
  EXPECT_TRUE(look(piece("again.ts", 7, 10, options), before).repeats);
  EXPECT_FALSE(look(piece("new.ts", 0, 10, options), piece("front.ts", 0, 5, options)).repeats);
}

TEST_F(FileLookTest, AFileBeforeThatIsNoMediaOrNotThereRepeatsNothing) {
  const auto file = piece("a.ts", 0, 2);
  run_of("junk.mp4", std::string(100'000, 'x'));
  EXPECT_FALSE(look(file, path("junk.mp4")).repeats);
  EXPECT_FALSE(look(file, "").repeats);
  EXPECT_EQ(look_at_file({path("junk.mp4"), file, 1}).error().code, Errc::corrupt);
  EXPECT_EQ(look_at_file({path("gone.mp4"), "", 1}).error().code, Errc::not_found);
}

TEST_F(FileLookTest, LooksSurviveTheWayToAChildAndBack) {
  const FileLookRequest request{"/a\xff", "/b", 7};
  const auto any = request_from_json(to_json(request));
  ASSERT_TRUE(any) << any.error().text;
  const auto* back = std::get_if<FileLookRequest>(&*any);
  ASSERT_NE(back, nullptr);
  EXPECT_EQ(back->file, request.file);
  EXPECT_EQ(back->previous, "/b");
  EXPECT_EQ(back->window, 7U);
  const FileLook seen{Millis(7), 8, true};
  EXPECT_EQ(*look_from_json(to_json(Result<FileLook>(seen))), seen);
  EXPECT_EQ(look_from_json(to_json(Result<FileLook>(fail(Errc::corrupt, "x")))).error().text, "x");
}

TEST_F(FileLookTest, PictureAndSoundFromTwoFilesAreCutAsOne) {
  sim::StreamOptions pictures;
  pictures.audio = false;
  sim::StreamOptions sound;
  sound.video = false;
  const auto whole = piece("whole.ts", 0, 10);
  const CutRequest request{
      piece("v.mp4", 0, 10, pictures), folder_, "show", {200 << 10, Millis(0)}, piece("a.mp4", 0, 10, sound)};
  const auto parts = cut_file(request);
  ASSERT_TRUE(parts) << parts.error().text;
  ASSERT_GT(parts->size(), 1U);
  std::vector<int> frames;
  std::int64_t sounds = 0;
  for (const auto& part : *parts) {
    const auto numbers = testing::numbers_in(part.path);
    frames.insert(frames.end(), numbers.begin(), numbers.end());
    sounds += probe(part.path)->audio_packets;
  }
  EXPECT_EQ(frames, testing::count_up(0, 500));
  EXPECT_EQ(sounds, probe(path("a.mp4"))->audio_packets);
}

}  // namespace
}  // namespace rec::media
