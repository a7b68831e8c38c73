// Groups of pictures that no part can hold: they alone are encoded anew, and every picture is there once.
#include <algorithm>
#include <fstream>

#include "media_av/cut.hpp"
#include "media_av/part_maker.hpp"
#include "media_av/probe.hpp"
#include "media_av/remux.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;
using testing::count_up;
using testing::first_pts;
using testing::numbers_in;
using testing::packets_of;

constexpr std::uint64_t kKilobyte = 1000;

class EncodedAnew : public testing::MediaTest {
 protected:
  EncodedAnew() { std::filesystem::create_directory(out()); }
  [[nodiscard]] std::string out() const { return path("out"); }

  /// Keyframes at 0 and 2 s; then one for eighteen seconds; then one at 22 s, 24 s. 650 pictures.
  std::string long_group(int b_frames = 2) {
    std::string bytes;
    int frame = 0;
    const auto add = [&](double seconds, int segments) {
      sim::StreamOptions options;
      options.b_frames = b_frames;
      options.bitrate = 300'000;
      options.segment_seconds = seconds;
      options.segments = segments;
      options.first_frame = frame;
      options.first_pts90k = 900'000 + frame * 3600LL;
      ts_run("piece.ts", options);
      bytes += bytes_of_file("piece.ts");
      frame += static_cast<int>(seconds * 25) * segments;
    };
    add(2, 2);
    add(18, 1);
    add(2, 2);
    run_of("long.ts", bytes);
    return path("long.ts");
  }
  [[nodiscard]] std::string bytes_of_file(const std::string& name) const { return bytes_of(path(name)); }

  [[nodiscard]] CutRequest request(const std::string& input, std::uint64_t limit) const {
    CutRequest asked{input, out(), "show", {limit, Millis(0)}};
    asked.encode = true;
    return asked;
  }

  std::vector<session::PartFile> cut(const std::string& input, std::uint64_t limit) {
    auto parts = cut_file(request(input, limit));
    EXPECT_TRUE(parts) << parts.error().text;
    return parts ? *std::move(parts) : std::vector<session::PartFile>{};
  }

  static std::vector<int> numbers_of(const std::vector<session::PartFile>& parts) {
    std::vector<int> all;
    for (const session::PartFile& part : parts) {
      const auto numbers = numbers_in(part.path);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
    return all;
  }
  static std::int64_t sound_packets(const std::vector<session::PartFile>& parts) {
    std::int64_t count = 0;
    for (const session::PartFile& part : parts) count += probe(part.path)->audio_packets;
    return count;
  }

  /// Nothing lost, each part within the limit, and only what had to be is encoded.
  void expect_whole(const std::vector<session::PartFile>& parts, std::uint64_t limit, int pictures,
                    std::int64_t sounds) {
    EXPECT_EQ(numbers_of(parts), count_up(0, pictures));
    EXPECT_EQ(sound_packets(parts), sounds);
    for (const session::PartFile& part : parts) {
      EXPECT_LE(part.bytes, limit) << part.path;
      EXPECT_EQ(part.width, 320);
      EXPECT_EQ(part.height, 180);
      EXPECT_NEAR(first_pts(packets_of(part.path), 0), 0, 0.001) << part.path;
      EXPECT_NEAR(first_pts(packets_of(part.path), 1), 0, 0.05) << part.path;
      const auto here = numbers_in(part.path);
      const bool of_the_long_one = here.front() >= 100 && here.front() < 550;
      EXPECT_EQ(part.encoded, of_the_long_one) << part.path;
      EXPECT_EQ(here.back() < 550, here.front() < 550)
          << part.path << " mixes what was encoded with what was not";
      const double seconds = static_cast<double>(part.duration.count()) / 1000;
      EXPECT_NEAR(seconds, static_cast<double>(here.size()) / 25, 0.1) << part.path;
    }
  }
};

TEST_F(EncodedAnew, C73_AGroupThatNoPartHoldsIsEncodedAloneAndEveryPictureIsThereOnce) {
  for (const int b_frames : {0, 2}) {
    const std::string input = long_group(b_frames);
    const auto sounds = remux({run_of("again.ts", bytes_of(input))}, path("again.mp4"), "")->audio_packets;
    for (const std::uint64_t limit : {300 * kKilobyte, 500 * kKilobyte}) {
      const auto parts = cut(input, limit);
      EXPECT_GE(parts.size(), 4U);
      expect_whole(parts, limit, 650, sounds);
    }
  }
}

TEST_F(EncodedAnew, OtherContainersGiveTheSamePictures) {
  const std::string input = long_group();
  const auto sounds = remux({run_of("again.ts", bytes_of(input))}, path("whole.mp4"), "")->audio_packets;
  for (const char* name : {"in.mp4", "in.mkv", "in.flv"}) {
    SCOPED_TRACE(name);
    testing::copy_to_container(path("whole.mp4"), path(name));
    expect_whole(cut(path(name), 400 * kKilobyte), 400 * kKilobyte, 650, sounds);
  }
}

TEST_F(EncodedAnew, OneGroupFromBeginningToEndIsEncodedToo) {
  sim::StreamOptions options;
  options.segment_seconds = 20;
  options.segments = 1;
  options.codec = sim::VideoCodec::hevc;
  ts_run("one.ts", options);
  const auto parts = cut(path("one.ts"), 400 * kKilobyte);
  EXPECT_GT(parts.size(), 1U);
  EXPECT_EQ(numbers_of(parts), count_up(0, 500));
  for (const session::PartFile& part : parts) EXPECT_TRUE(part.encoded) << part.path;
}

TEST_F(EncodedAnew, WithoutSuchAGroupNothingIsTouched) {
  const std::string input = long_group();
  auto asked = request(input, 2'000 * kKilobyte);
  const auto with = cut_file(asked);
  asked.encode = false;
  const auto without = cut_file(asked);
  ASSERT_TRUE(with && without);
  EXPECT_EQ(*with, *without);
  for (const session::PartFile& part : *with) EXPECT_FALSE(part.encoded);
}

TEST_F(EncodedAnew, AGroupThatFitsIntoAPartButNotIntoMemoryIsNotTouchedAndLeavesNothingBeside) {
  auto asked = request(long_group(), 2'000 * kKilobyte);
  const auto in_memory = cut_file(asked);
  asked.memory = 20 * kKilobyte;
  std::ofstream(out() + "/show.spill") << "of a killed attempt";
  const auto spilled = cut_file(asked);
  ASSERT_TRUE(in_memory && spilled) << spilled.error().text;
  EXPECT_EQ(*spilled, *in_memory);
  EXPECT_FALSE(std::filesystem::exists(out() + "/show.spill"));
  asked.limits.bytes = 400 * kKilobyte;
  const auto encoded = cut_file(asked);
  ASSERT_TRUE(encoded) << encoded.error().text;
  EXPECT_EQ(numbers_of(*encoded), count_up(0, 650));
  EXPECT_FALSE(std::filesystem::exists(out() + "/show.spill"));
}

TEST_F(EncodedAnew, AFolderThatIsGoneIsToldWhileAGroupLiesInAFile) {
  auto asked = request(long_group(), 2'000 * kKilobyte);
  asked.memory = 20 * kKilobyte;
  asked.path = [](std::size_t) { return std::string("/proc/nowhere/p.mp4"); };
  const auto parts = cut_file(asked);
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, Errc::not_found) << parts.error().text;
}

TEST_F(EncodedAnew, TheSameFileGivesTheSameParts) {
  const std::string input = long_group();
  const auto first = cut(input, 400 * kKilobyte);
  const auto again = cut(input, 400 * kKilobyte);
  ASSERT_EQ(again.size(), first.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(again[i].bytes, first[i].bytes) << first[i].path;
    EXPECT_EQ(again[i].sha256, first[i].sha256) << first[i].path;
  }
}

TEST_F(EncodedAnew, AKilledAttemptsRemainsAreGoneAndAnErrorLeavesNothing) {
  const std::string input = long_group();
  for (const char* name : {"/show-001.mp4.part", "/show-003.mp4.part", "/show-003.jpg.part"})
    std::ofstream(out() + name) << "half";
  const auto parts = cut(input, 400 * kKilobyte);
  EXPECT_EQ(static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(out()), {})),
            2 * parts.size());
  std::filesystem::remove_all(out());
  std::filesystem::create_directory(out());
  const auto none = cut_file(request(input, 3 * kKilobyte));  // not even two seconds of it
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::invalid) << none.error().text;
  EXPECT_TRUE(std::filesystem::is_empty(out()));
}

TEST_F(EncodedAnew, C73_APartOfSegmentsHasFurtherFilesThatSayWhichWereEncoded) {
  const std::string input = long_group();
  MakePartRequest asked{{run_of("log.ts", bytes_of(input))}, path("out/part001.mp4"), "a show", {}, 400'000};
  asked.encode = true;
  const auto made = make_part_file(asked);
  ASSERT_TRUE(made) << made.error().text;
  const auto files = session::all_files(*made);
  EXPECT_EQ(numbers_of(files), count_up(0, 650));
  EXPECT_FALSE(files.front().encoded);
  EXPECT_GE(std::ranges::count(files, true, &session::PartFile::encoded), 2);
  EXPECT_EQ(static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(out()), {})),
            2 * files.size());
}

}  // namespace
}  // namespace rec::media
