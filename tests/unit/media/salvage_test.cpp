// Files shorter than the segment log says: what is there is saved, and what is not is named.
#include <random>

#include "media_av/part_maker.hpp"
#include "media_av/remux.hpp"
#include "media_fixture.hpp"

namespace rec::media {
namespace {

using testing::count_up;
using testing::numbers_in;

class Salvage : public testing::MediaTest {
 protected:
  RemuxReport make(const std::vector<MediaRun>& runs) {
    const auto report = remux(runs, out(), "");
    EXPECT_TRUE(report) << report.error().text;
    return report ? *report : RemuxReport{};
  }
  Error refuse(const std::vector<MediaRun>& runs) {
    const auto report = remux(runs, out(), "");
    EXPECT_FALSE(report);
    return report ? Error{} : report.error();
  }
  [[nodiscard]] std::string out() const { return path("out.mp4"); }
};

TEST_F(Salvage, OfAFileShorterThanItsExtentWhatIsThereIsSaved) {
  MediaRun run = ts_run("a.ts", {});
  run.extents[0].bytes += 1;
  const RemuxReport all = make({run});
  EXPECT_NE(all.missing.find("a.ts: 1 bytes shorter"), std::string::npos) << all.missing;
  EXPECT_EQ(numbers_in(out()), count_up(0, 250));

  std::filesystem::resize_file(path("a.ts"), run.extents[0].bytes / 2);
  const RemuxReport half = make({run, ts_run("b.ts", {})});
  EXPECT_NE(half.missing.find("a.ts: "), std::string::npos) << half.missing;
  EXPECT_EQ(half.missing.find("b.ts"), std::string::npos) << half.missing;
  const auto numbers = numbers_in(out());
  ASSERT_GT(numbers.size(), 350U);
  EXPECT_LT(numbers.size(), 400U);
  EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + 100), count_up(0, 100));
  EXPECT_EQ(std::vector<int>(numbers.end() - 250, numbers.end()), count_up(0, 250));
}

TEST_F(Salvage, ARunThatIsNotThereAtAllCostsOnlyItself) {
  MediaRun lost = ts_run("lost.ts", {});
  std::filesystem::resize_file(path("lost.ts"), 100);
  const MediaRun whole = ts_run("a.ts", {});
  for (const std::vector<MediaRun>& runs : {std::vector<MediaRun>{lost, whole}, {whole, lost}}) {
    const RemuxReport report = make(runs);
    EXPECT_NE(report.missing.find("lost.ts"), std::string::npos) << report.missing;
    EXPECT_EQ(numbers_in(out()), count_up(0, 250));
  }
}

TEST_F(Salvage, FragmentsBehindAHoleAreLeftOut) {
  sim::StreamOptions options;
  options.segments = 2;
  const auto stream = sim::make_fmp4_stream(options);
  ASSERT_TRUE(stream) << stream.error().text;
  MediaRun run = run_of("a.mp4", stream->init + stream->segments[0].bytes + stream->segments[1].bytes);
  const MediaRun more = run_of("b.mp4", stream->segments[1].bytes);
  run.extents.push_back(more.extents[0]);
  std::filesystem::resize_file(path("a.mp4"), run.extents[0].bytes - 500);
  const RemuxReport report = make({run});
  EXPECT_NE(report.missing.find("a.mp4: 500 bytes"), std::string::npos) << report.missing;
  const auto numbers = numbers_in(out());
  ASSERT_GE(numbers.size(), 95U);
  EXPECT_LE(numbers.size(), 100U);
  EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.begin() + 95), count_up(0, 95));
}

// What is left of a recording after the machine lost its power: any number of bytes.
TEST_F(Salvage, CutOffAnywhereWhatIsWholeBeforeThatIsSavedOrNothingIsLeftBehind) {
  sim::StreamOptions options;
  options.segments = 3;
  const auto fragments = sim::make_fmp4_stream(options);
  ASSERT_TRUE(fragments);
  const auto transport = sim::make_stream(options);
  ASSERT_TRUE(transport);
  std::string bytes = fragments->init;
  std::vector<std::uint64_t> fragment_sizes;
  std::vector<std::uint64_t> segment_sizes;
  for (std::size_t i = 0; i < 3; ++i) {
    bytes += fragments->segments[i].bytes;
    fragment_sizes.push_back(fragments->segments[i].bytes.size() + (i == 0 ? fragments->init.size() : 0));
    segment_sizes.push_back((*transport)[i].bytes.size());
  }
  std::mt19937 lots(19);
  for (int round = 0; round < 8; ++round) {
    for (const bool mp4 : {false, true}) {
      const MediaRun run = mp4 ? run_of("a.mp4", bytes) : ts_run("a.ts", options);
      const std::vector<std::uint64_t>& sizes = mp4 ? fragment_sizes : segment_sizes;
      const std::uint64_t whole = run.extents[0].bytes;
      const std::uint64_t left = lots() % whole;
      std::filesystem::resize_file(run.extents[0].file, left);
      const auto part = make_part_file({{run}, path("part.mp4"), ""});
      if (!part) {
        EXPECT_EQ(part.error().code, Errc::corrupt) << part.error().text;
        EXPECT_NE(part.error().text.find("shorter"), std::string::npos) << part.error().text;
        EXPECT_LT(left, whole / 2) << "so much, and nothing of it saved";
        EXPECT_TRUE(files_with("part").empty());
        continue;
      }
      const auto numbers = numbers_in(part->path);
      // All of each whole segment, but for the last pictures, which only what follows tells to be whole.
      std::size_t segments = 0;
      for (std::uint64_t end = sizes[0]; end <= left; end += sizes[++segments]) {
      }
      EXPECT_GE(numbers.size() + 3, segments * 50) << left << " of " << whole;
      if (numbers.size() < 4) continue;
      // Of the last ones a piece may be there.
      EXPECT_EQ(std::vector<int>(numbers.begin(), numbers.end() - 3),
                count_up(0, static_cast<int>(numbers.size()) - 3));
      std::filesystem::remove(part->path);
      std::filesystem::remove(part->thumbnail);
    }
  }
}

TEST_F(Salvage, WithoutAKeyframeLeftNothingIsSaved) {
  MediaRun run = ts_run("a.ts", {});
  std::filesystem::resize_file(path("a.ts"), 600);
  const Error error = refuse({run});
  EXPECT_EQ(error.code, Errc::corrupt);
  EXPECT_NE(error.text.find("a.ts"), std::string::npos) << error.text;
  EXPECT_NE(error.text.find("shorter"), std::string::npos) << error.text;
  MediaRun gone;
  gone.extents = {{path("gone.ts"), 0, 188}};
  EXPECT_EQ(refuse({gone}).code, Errc::not_found);
}

}  // namespace
}  // namespace rec::media
