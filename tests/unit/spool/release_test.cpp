// What of a segment log goes while the recording goes on, and that nothing else goes with it.
#include <sys/stat.h>

#include <algorithm>

#include "spool/index_format.hpp"
#include "tests/unit/spool/log_fixture.hpp"

namespace rec::test {
namespace {

class ReleaseTest : public SegmentLogTest {
 protected:
  static constexpr std::size_t kBig = 20'000;  // several blocks, the last not full

  void record_big(std::int64_t n) {
    auto log = open();
    for (std::int64_t i = 1; i <= n; ++i) ASSERT_TRUE(append_to(*log, info_of(i), bytes_of(i, kBig)));
  }
  [[nodiscard]] std::uint64_t allocated() const {
    struct stat info{};
    EXPECT_EQ(::stat(SegmentLog::media_path(folder_).c_str(), &info), 0);
    return static_cast<std::uint64_t>(info.st_blocks) * 512;
  }
  static std::vector<std::uint64_t> released(const SegmentLog& log) {
    std::vector<std::uint64_t> ordinals;
    for (const SegmentRecord& segment : log.segments()) {
      if (segment.released) ordinals.push_back(segment.ordinal);
    }
    return ordinals;
  }
  static bool is_gone(const std::string& media, const SegmentRecord& segment) {
    return bytes_at(media, segment.spans) == std::string(segment.bytes, '\0');
  }
  static void expect_only_released_is_gone(const SegmentLog& log) {
    const std::string media = read_bytes(log.media_path());
    for (const SegmentRecord& segment : log.segments()) {
      EXPECT_EQ(is_gone(media, segment), segment.released) << segment.ordinal;
      if (!segment.released)
        EXPECT_EQ(bytes_at(media, segment.spans), bytes_of(segment.info.sequence, segment.bytes));
    }
  }
};

using Ordinals = std::vector<std::uint64_t>;

TEST_F(ReleaseTest, ReleasedSegmentsTakeNoRoomAndTheOthersKeepTheirBytes) {
  record_big(8);
  const std::uint64_t before = allocated();
  auto log = open();
  ASSERT_TRUE(log->release({{0, 2}, {4, 5}}));
  EXPECT_EQ(released(*log), (Ordinals{0, 1, 2, 4, 5}));
  ASSERT_TRUE(SegmentLog::give_back_released(folder_));
  EXPECT_EQ(allocated(), before / 8 * 3) << "all blocks of a segment, the last one too";
  expect_only_released_is_gone(*log);
  append(*log, 9);
  log.reset();
  log = open();
  EXPECT_EQ(log->segments().size(), 9U);
  EXPECT_EQ(released(*log), (Ordinals{0, 1, 2, 4, 5}));
  expect_only_released_is_gone(*log);
  const auto read = SegmentLog::read_segments(folder_);
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, log->segments());
}

TEST_F(ReleaseTest, KilledBetweenTheWordAndTheDeedTheNextOpenGivesTheRoomBack) {
  record_big(4);
  const LogFiles whole = files();
  ASSERT_TRUE(open()->release({{1, 2}}));
  EXPECT_TRUE(whole.media.starts_with(files().media))
      << "nothing goes before the word is durable, and not by the word";
  auto log = open();
  EXPECT_EQ(released(*log), (Ordinals{1, 2}));
  expect_only_released_is_gone(*log);
}

TEST_F(ReleaseTest, AWordThatWasTornReleasesNothingAtEveryByte) {
  record_big(3);
  const LogFiles before = files();
  ASSERT_TRUE(open()->release({{0, 1}}));
  const LogFiles said = files();
  for (std::size_t size = before.index.size(); size < said.index.size(); ++size) {
    LogFiles{said.index.substr(0, size), before.media}.write(folder_);
    auto log = open();
    EXPECT_TRUE(released(*log).empty()) << "index cut to " << size;
    expect_only_released_is_gone(*log);
  }
}

TEST_F(ReleaseTest, SegmentsThatTheDiskLostDoNotTakeTheWordBack) {
  record_big(6);
  {
    auto log = open();
    ASSERT_TRUE(log->release({{0, 1}}));
    ASSERT_TRUE(SegmentLog::give_back_released(folder_));
  }
  LogFiles lost = files();
  lost.media.resize(lost.media.size() - 30'000);  // the last two, and the record of the word lies behind both
  lost.write(folder_);
  for (int opens = 0; opens < 2; ++opens) {
    auto log = open();
    EXPECT_EQ(log->segments().size(), 4U);
    EXPECT_EQ(released(*log), (Ordinals{0, 1}));
    expect_only_released_is_gone(*log);
  }
}

TEST_F(ReleaseTest, ALogWhoseLastSegmentWasReleasedIsNotDamaged) {
  record_big(3);
  ASSERT_TRUE(open()->release({{0, 2}}));
  for (int opens = 0; opens < 2; ++opens) {
    auto log = open();
    EXPECT_EQ(log->segments().size(), 3U);
    expect_only_released_is_gone(*log);
  }
}

TEST_F(ReleaseTest, SegmentsThatAreNotThereCannotBeReleased) {
  record_big(2);
  auto log = open();
  EXPECT_EQ(log->release({{1, 2}}).error().code, Errc::invalid);
  EXPECT_EQ(log->release({{1, 0}}).error().code, Errc::invalid);
  EXPECT_TRUE(released(*log).empty());
}

TEST_F(ReleaseTest, MoreRangesThanOneRecordHoldsAreSaidInSeveral) {
  {
    auto log = open();
    for (std::int64_t i = 1; i <= 40; ++i) append(*log, i);
    std::vector<OrdinalRange> ranges(index_format::kMostRanges + 7, OrdinalRange{3, 3});
    ranges.back() = {5, 6};
    ASSERT_TRUE(log->release(ranges));
  }
  EXPECT_EQ(released(*open()), (Ordinals{3, 5, 6}));
}

TEST_F(ReleaseTest, ALogOfTheFormatBeforeItIsReadAndWrittenAsItIsAndKeepsEverything) {
  record_big(3);
  LogFiles old = files();
  old.index[8] = 2;
  const auto sum = index_format::checksum(old.index.substr(0, 16));
  for (std::size_t i = 0; i < 8; ++i) old.index[16 + i] = static_cast<char>(sum >> (8 * i));
  old.write(folder_);
  {
    auto log = open();
    ASSERT_TRUE(log->release({{0, 1}}));
    EXPECT_TRUE(released(*log).empty());
    append(*log, 4);
  }
  auto log = open();
  EXPECT_EQ(log->segments().size(), 4U);
  expect_only_released_is_gone(*log);
}

TEST_F(ReleaseTest, AFolderWithoutALogIsNotMadeIntoOne) {
  EXPECT_EQ(SegmentLog::give_back_released(folder_).error().code, Errc::not_found);
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

}  // namespace
}  // namespace rec::test
