// Bytes as a broken disk or a hostile origin may give them: a part or an honest error, never a crash or a
// half file.
#include "media_av/part_maker.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::bytes_of;

class HostileBytes : public testing::MediaTest {
 protected:
  // Turns about one byte in `every` into another.
  std::string damaged(std::string bytes, std::uint32_t every) {
    for (std::size_t at = next() % every; at < bytes.size(); at += 1 + next() % (2 * every)) {
      bytes[at] = static_cast<char>(next());
    }
    return bytes;
  }

  void expect_part_or_honest_error(const std::string& bytes) {
    const auto part = make_part_file({{run_of("hurt", bytes)}, path("p.mp4"), ""});
    EXPECT_TRUE(files_with(".part").empty());
    if (part) {
      EXPECT_EQ(std::filesystem::file_size(path("p.mp4")), part->bytes);
      ++parts_;
      std::filesystem::remove(path("p.mp4"));
      std::filesystem::remove(path("p.jpg"));
    } else {
      EXPECT_TRUE(part.error().code == Errc::corrupt || part.error().code == Errc::conflict)
          << part.error().text;
      EXPECT_TRUE(files_with("p.").empty());
    }
  }

  std::uint32_t next() { return (seed_ = seed_ * 1664525U + 1013904223U) >> 8U; }

  std::uint32_t seed_ = 1;
  int parts_ = 0;
};

sim::StreamOptions short_stream() {
  sim::StreamOptions options;
  options.segments = 2;
  options.segment_seconds = 0.6;
  return options;
}

TEST_F(HostileBytes, InTransportStreams) {
  ts_run("a.ts", short_stream());
  const std::string bytes = bytes_of(path("a.ts"));
  for (const std::uint32_t every : {50'000U, 5'000U, 500U, 50U}) {
    for (int i = 0; i < 6; ++i) expect_part_or_honest_error(damaged(bytes, every));
  }
  EXPECT_GT(parts_, 10);
}

TEST_F(HostileBytes, InFragmentedMp4) {
  const auto stream = sim::make_fmp4_stream(short_stream());
  ASSERT_TRUE(stream);
  const std::string bytes = stream->init + stream->segments[0].bytes + stream->segments[1].bytes;
  for (const std::uint32_t every : {50'000U, 5'000U, 500U, 50U}) {
    for (int i = 0; i < 6; ++i) expect_part_or_honest_error(damaged(bytes, every));
  }
  EXPECT_GT(parts_, 4);
}

// libav says "cannot allocate memory" of it, which is no reason to try the part for ever.
TEST_F(HostileBytes, ThatAskForGigabytesAreDamagedAndNotAShortageOfMemory) {
  const auto stream = sim::make_fmp4_stream(short_stream());
  ASSERT_TRUE(stream);
  for (const std::size_t hurt : {0U, 1U}) {
    auto segments = stream->segments;
    auto& bytes = segments[hurt].bytes;
    for (auto at = bytes.find("trun"); at != std::string::npos; at = bytes.find("trun", at + 1))
      bytes.replace(at + 8, 4, std::string("\x06\0\0\0", 4));  // sample_count
    const auto part = make_part_file(
        {{run_of("hurt", stream->init + segments[0].bytes + segments[1].bytes)}, path("p.mp4"), ""});
    if (!part) EXPECT_EQ(part.error().code, Errc::corrupt) << part.error().text;
    if (hurt == 0) EXPECT_FALSE(part);
    std::filesystem::remove(path("p.mp4"));
    std::filesystem::remove(path("p.jpg"));
  }
}

TEST_F(HostileBytes, InTheInitSectionAlone) {
  const auto stream = sim::make_fmp4_stream(short_stream());
  ASSERT_TRUE(stream);
  const std::string media = stream->segments[0].bytes + stream->segments[1].bytes;
  for (int i = 0; i < 15; ++i) expect_part_or_honest_error(damaged(stream->init, 200) + media);
}

}  // namespace
}  // namespace rec::media
