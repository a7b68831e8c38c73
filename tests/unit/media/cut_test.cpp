// Files cut into parts: each small enough, each playable from its first picture, none missing.
#include "media_av/cut.hpp"

#include <algorithm>

#include "media_av/mp4_size.hpp"
#include "media_av/probe.hpp"
#include "media_av/remux.hpp"
#include "media_av/sha256.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::boxes_of;
using testing::bytes_of;
using testing::count_up;
using testing::first_pts;
using testing::numbers_in;
using testing::packets_of;

constexpr std::uint64_t kKib = 1024;

class Cut : public testing::MediaTest {
 protected:
  Cut() { std::filesystem::create_directory(out()); }

  std::string ts_file(const sim::StreamOptions& options) {
    ts_run("in.ts", options);
    return path("in.ts");
  }
  /// The same stream in another container, by its file name, as libav writes it.
  std::string copied_to(const std::string& name, const sim::StreamOptions& options) {
    const auto report = remux({ts_run("in.ts", options)}, path("whole.mp4"), "");
    EXPECT_TRUE(report) << report.error().text;
    testing::copy_to_container(path("whole.mp4"), path(name));
    return path(name);
  }
  [[nodiscard]] std::string out() const { return path("out"); }

  std::vector<session::PartFile> cut(const std::string& input, CutLimits limits) {
    auto parts = cut_file({input, out(), "show", limits});
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
  [[nodiscard]] bool nothing_left() const { return std::filesystem::is_empty(out()); }
};

sim::StreamOptions a_show() {
  sim::StreamOptions options;
  options.segments = 16;
  options.segment_seconds = 0.8;  // 20 pictures
  options.bitrate = 250'000;
  return options;
}

TEST_F(Cut, EveryPictureAndSoundPacketIsInOnePartWithinTheLimit) {
  const std::string input = ts_file(a_show());
  const auto whole = remux({ts_run("again.ts", a_show())}, path("again.mp4"), "");
  ASSERT_TRUE(whole);
  for (const std::uint64_t limit : {64 * kKib, 100 * kKib, 200 * kKib, 555 * kKib, 1024 * kKib}) {
    const auto parts = cut(input, {limit, Millis(0)});
    EXPECT_EQ(numbers_of(parts), count_up(0, 320)) << limit;
    EXPECT_EQ(sound_packets(parts), whole->audio_packets) << limit;
    std::uint64_t all_bytes = 0;
    for (const session::PartFile& part : parts) {
      all_bytes += part.bytes;
      EXPECT_LE(part.bytes, limit) << part.path;
      EXPECT_EQ(part.bytes, std::filesystem::file_size(part.path));
      EXPECT_EQ(part.sha256, sha256_of(part.path)->sha256);
      EXPECT_TRUE(std::filesystem::exists(part.thumbnail));
      EXPECT_EQ(numbers_in(part.path).at(0) % 20, 0) << "does not begin with a keyframe";
      EXPECT_DOUBLE_EQ(first_pts(packets_of(part.path), 0), 0) << part.path;
      const auto boxes = boxes_of(part.path);
      EXPECT_LT(std::ranges::find(boxes, "moov"), std::ranges::find(boxes, "mdat"));
    }
    // Not cut finer than the limit asks for: two neighbours never fit into one.
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
      EXPECT_GT(parts[i].bytes + all_bytes / 16 + 6'000, limit) << parts[i].path;
  }
}

TEST_F(Cut, OtherContainersGiveTheSamePictures) {
  for (const char* name : {"in.mp4", "in.mkv", "in.mov", "in.flv", "odd name %d 'x'.m4v"}) {
    const auto parts = cut(copied_to(name, a_show()), {200 * kKib, Millis(0)});
    EXPECT_GT(parts.size(), 3U) << name;
    EXPECT_EQ(numbers_of(parts), count_up(0, 320)) << name;
    for (const session::PartFile& part : parts) {
      EXPECT_LE(part.bytes, 200 * kKib) << name;
      EXPECT_NEAR(first_pts(packets_of(part.path), 0), 0, 0.001) << name;
    }
  }
}

TEST_F(Cut, SoundStaysBesideItsPictures) {
  for (const int delay_ms : {0, 300}) {
    sim::StreamOptions options = a_show();
    options.audio_delay90k = delay_ms * 90;
    for (const session::PartFile& part : cut(ts_file(options), {200 * kKib, Millis(0)})) {
      const double sound = first_pts(packets_of(part.path), 1);
      const bool first = part.path.ends_with("-001.mp4");
      const double begins = first && delay_ms > 0 ? delay_ms / 1000.0 - 1024.0 / 48'000 : 0;
      EXPECT_NEAR(sound, begins, 0.0225) << part.path;
    }
  }
}

TEST_F(Cut, APartIsNoLongerThanAsked) {
  const auto parts = cut(ts_file(a_show()), {100 * kKib * kKib, Millis(2'500)});
  EXPECT_EQ(parts.size(), 6U);  // three groups of 0.8 s each
  EXPECT_EQ(numbers_of(parts), count_up(0, 320));
  for (const session::PartFile& part : parts) EXPECT_LE(part.duration, Millis(2'500)) << part.path;
}

TEST_F(Cut, AFileWithinTheLimitIsOnePart) {
  const auto parts = cut(ts_file(a_show()), {100 * kKib * kKib, Millis(0)});
  ASSERT_EQ(parts.size(), 1U);
  EXPECT_EQ(parts[0].path, out() + "/show-001.mp4");
  EXPECT_EQ(numbers_of(parts), count_up(0, 320));
}

TEST_F(Cut, TheSameFileGivesTheSameParts) {
  const std::string input = ts_file(a_show());
  const auto first = cut(input, {200 * kKib, Millis(0)});
  EXPECT_EQ(cut(input, {200 * kKib, Millis(0)}), first);
}

TEST_F(Cut, AKilledAttemptsRemainsAreGone) {
  const std::string input = ts_file(a_show());
  for (const char* name : {"/show-001.mp4.part", "/show-002.mp4.part", "/show-001.jpg.part"})
    std::ofstream(out() + name) << "half";
  EXPECT_EQ(cut(input, {100 * kKib * kKib, Millis(0)}).size(), 1U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(out()), {}), 2);  // the part, its thumbnail
}

TEST_F(Cut, AGroupOfPicturesLargerThanTheLimitIsNamedAndNothingIsLeft) {
  sim::StreamOptions options = a_show();
  options.segments = 3;
  ts_run("small.ts", options);
  options.bitrate = 4'000'000;
  options.first_frame = 60;
  options.first_pts90k = 900'000 + 3 * 72'000;
  ts_run("big.ts", options);
  run_of("both.ts", bytes_of(path("small.ts")) + bytes_of(path("big.ts")));
  const auto parts = cut_file({path("both.ts"), out(), "show", {100 * kKib, Millis(0)}});
  ASSERT_FALSE(parts);
  EXPECT_EQ(parts.error().code, Errc::invalid);
  EXPECT_NE(parts.error().text.find("12.4"), std::string::npos) << parts.error().text;
  EXPECT_TRUE(nothing_left());
}

TEST_F(Cut, SoundAloneIsCutAnywhere) {
  sim::StreamOptions options = a_show();
  options.video = false;
  const auto parts = cut(ts_file(options), {64 * kKib, Millis(0)});
  EXPECT_GT(parts.size(), 2U);
  EXPECT_NEAR(static_cast<double>(sound_packets(parts)), 12.8 * 48'000 / 1024, 2);
  for (const session::PartFile& part : parts) {
    EXPECT_LE(part.bytes, 64 * kKib);
    EXPECT_EQ(part.thumbnail, "");
  }
}

TEST_F(Cut, WhatIsNoMediaIsCorruptAndWhatIsNotThereNotFound) {
  run_of("junk.mp4", std::string(300'000, 'j'));
  run_of("empty.mp4", "");
  ts_file(a_show());
  run_of("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n" + path("in.ts") + "\n#EXT-X-ENDLIST\n");
  run_of("half.mp4", bytes_of(copied_to("whole.mov", a_show())).substr(0, 100'000));  // index at the end
  for (const char* name : {"junk.mp4", "empty.mp4", "list.mp4", "half.mp4"}) {
    const auto parts = cut_file({path(name), out(), "show", {200 * kKib, Millis(0)}});
    ASSERT_FALSE(parts) << name;
    EXPECT_EQ(parts.error().code, Errc::corrupt) << parts.error().text;
    EXPECT_NE(parts.error().text.find(name), std::string::npos) << parts.error().text;
  }
  EXPECT_EQ(cut_file({path("gone"), out(), "show", {200 * kKib, Millis(0)}}).error().code, Errc::not_found);
  EXPECT_EQ(cut_file({path("in.ts"), path("no"), "show", {200 * kKib, Millis(0)}}).error().code,
            Errc::not_found);
  EXPECT_EQ(cut_file({path("in.ts"), out(), "show", {0, Millis(0)}}).error().code, Errc::invalid);
  EXPECT_TRUE(nothing_left());
}

TEST(Mp4Size, IsNeverLessThanTheFileAndLittleMore) {
  Mp4Size size(0);
  for (int i = 0; i < 1000; ++i) size.add(0, 1'000, {i * 3'600, i * 3'600, 3'600}, i % 50 == 0);
  EXPECT_GE(size.file(), 1'000'000U + 5 * 1'000);
  EXPECT_LE(size.file(), 1'000'000U + 5 * 1'000 + 8'000);
}

}  // namespace
}  // namespace rec::media
