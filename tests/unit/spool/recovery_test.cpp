// What opening makes of files that a crash, a power cut or a bad disk left behind.
#include <random>

#include "spool/index_format.hpp"
#include "tests/unit/spool/log_fixture.hpp"

namespace rec::test {
namespace {

TEST_F(SegmentLogTest, C64_ATornRecordIsCutBackToTheLastWholeSegmentAtEveryByte) {
  const LogFiles two = record(2);
  append(*open(), 3);
  const LogFiles three = files();
  for (std::size_t size = two.index.size(); size < three.index.size(); ++size) {
    LogFiles{three.index.substr(0, size), three.media}.write(folder_);
    EXPECT_EQ(open()->segments().size(), 2u) << "index cut to " << size;
    EXPECT_EQ(files(), two) << "index cut to " << size;
  }
}

TEST_F(SegmentLogTest, ARecordWhosePagesWereNeverWrittenIsATornTailToo) {
  const LogFiles two = record(2);
  LogFiles zeros = two;
  zeros.index.append(130, '\0');
  zeros.media.append(60, '\0');
  zeros.write(folder_);
  EXPECT_EQ(open()->segments().size(), 2u);
  EXPECT_EQ(files(), two);
}

TEST_F(SegmentLogTest, C64_BytesWithoutARecordAreCutOffAtEveryLength) {
  const LogFiles two = record(2);
  const std::string third = bytes_of(3);
  for (std::size_t size = 0; size <= third.size(); ++size) {
    LogFiles{two.index, two.media + third.substr(0, size)}.write(folder_);
    append(*open(), 3);
    auto log = open();
    ASSERT_EQ(log->segments().size(), 3u);
    expect_bytes_match(*log);
  }
}

TEST_F(SegmentLogTest, MediaShorterThanTheIndexCutsTheIndexBackAtEveryByte) {
  const LogFiles whole = record(3);
  for (std::size_t size = 0; size < whole.media.size(); size += size % Chunk::kAlignment < 61 ? 1 : 1009) {
    LogFiles{whole.index, whole.media.substr(0, size)}.write(folder_);
    auto log = open();
    const std::size_t left = size / Chunk::kAlignment + (size % Chunk::kAlignment < 60 ? 0 : 1);
    ASSERT_EQ(log->segments().size(), left) << "media cut to " << size;
    expect_bytes_match(*log);
    append(*log, static_cast<std::int64_t>(log->segments().size()) + 1);
    EXPECT_EQ(open()->segments(), log->segments());
  }
}

TEST_F(SegmentLogTest, ALastSegmentWhoseBytesNeverReachedTheDiskIsDropped) {
  const LogFiles two = record(2);
  append(*open(), 3);
  LogFiles hollow = files();
  std::fill(hollow.media.begin() + static_cast<std::ptrdiff_t>(start_of(3)), hollow.media.end(), '\0');
  hollow.write(folder_);
  EXPECT_EQ(open()->segments().size(), 2u);
  EXPECT_EQ(files(), two);
}

TEST_F(SegmentLogTest, GapsBeforeTheCutStayAndThoseBehindItGo) {
  auto log = open();
  append(*log, 1);
  ASSERT_TRUE(log->append_gap(gap_of(2, 3)));
  append(*log, 4);
  ASSERT_TRUE(log->append_gap(gap_of(5, 6)));
  log.reset();
  LogFiles cut = files();
  cut.media.resize(start_of(2) + 40);
  cut.write(folder_);
  log = open();
  ASSERT_EQ(log->segments().size(), 1u);
  ASSERT_EQ(log->gaps().size(), 1u);
  EXPECT_EQ(log->gaps()[0].from_sequence, 2);
}

TEST_F(SegmentLogTest, MoreLostSegmentsThanADiskForgetsAreNotThrownAway) {
  LogFiles whole = record(50);
  whole.media.resize(60);
  whole.write(folder_);
  const auto log = SegmentLog::open(folder_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Errc::corrupt);
  EXPECT_EQ(files(), whole);
}

TEST_F(SegmentLogTest, AFlippedByteInTheMiddleOfTheIndexIsCorruptAndNothingIsChanged) {
  const LogFiles one = record(1);
  append(*open(), 2);
  append(*open(), 3);
  const LogFiles whole = files();
  for (std::size_t at = index_format::kHeaderBytes; at < one.index.size(); ++at) {
    LogFiles damaged = whole;
    damaged.index[at] = static_cast<char>(damaged.index[at] ^ 0x10);
    damaged.write(folder_);
    const auto log = SegmentLog::open(folder_);
    ASSERT_FALSE(log) << "byte " << at;
    EXPECT_EQ(log.error().code, Errc::corrupt);
    EXPECT_NE(log.error().text.find("index.bin"), std::string::npos);
    EXPECT_EQ(files(), damaged);
  }
}

TEST_F(SegmentLogTest, ARecordThatIsMissingOrTwiceThereIsCorruptAndNothingIsChanged) {
  const LogFiles one = record(1);
  append(*open(), 2);
  append(*open(), 3);
  const LogFiles whole = files();
  const std::size_t length = one.index.size() - index_format::kHeaderBytes;
  LogFiles missing = whole;
  missing.index.erase(index_format::kHeaderBytes, length);
  LogFiles twice = whole;
  twice.index += whole.index.substr(whole.index.size() - length);
  for (const LogFiles& damaged : {missing, twice}) {
    damaged.write(folder_);
    const auto log = SegmentLog::open(folder_);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, Errc::corrupt);
    EXPECT_EQ(files(), damaged);
  }
}

TEST_F(SegmentLogTest, MoreDamageThanOneRecordCanHoldIsNoTornTail) {
  LogFiles damaged = record(2);
  damaged.index.append(80'000, '\x7f');
  damaged.write(folder_);
  const auto log = SegmentLog::open(folder_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Errc::corrupt);
  EXPECT_EQ(files(), damaged);
}

TEST_F(SegmentLogTest, AnIdentityThatReadsAsAnotherLogsRecordDoesNotMakeATornTailCorrupt) {
  const LogFiles one = record(1);
  TempFolder elsewhere;
  append(*open_at(elsewhere.path()), 1);
  SegmentInfo sly = info_of(2);
  sly.identity = LogFiles::read(elsewhere.path()).index.substr(index_format::kHeaderBytes);
  ASSERT_TRUE(append_to(*open(), sly, bytes_of(2)));
  LogFiles torn = files();
  torn.index.replace(one.index.size(), 12, 12, 'x');
  torn.write(folder_);
  EXPECT_EQ(open()->segments().size(), 1u);
  EXPECT_EQ(files(), one);
}

TEST_F(SegmentLogTest, ADamagedHeaderIsCorruptAndNothingIsChanged) {
  const LogFiles whole = record(1);
  for (std::size_t at = 0; at < index_format::kHeaderBytes; ++at) {
    LogFiles damaged = whole;
    damaged.index[at] = static_cast<char>(damaged.index[at] ^ 1);
    damaged.write(folder_);
    const auto log = SegmentLog::open(folder_);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, Errc::corrupt);
    EXPECT_EQ(files(), damaged);
  }
}

TEST_F(SegmentLogTest, AMissingIndexBesideMediaIsCorruptAndTheMediaStays) {
  LogFiles whole = record(2);
  for (const std::size_t size : {0U, 1U, 23U}) {
    LogFiles damaged{whole.index.substr(0, size), whole.media};
    damaged.write(folder_);
    const auto log = SegmentLog::open(folder_);
    ASSERT_FALSE(log);
    EXPECT_EQ(log.error().code, Errc::corrupt);
    EXPECT_EQ(files(), damaged);
  }
}

TEST_F(SegmentLogTest, AHeaderTornBeforeTheFirstSegmentIsWrittenAnew) {
  for (std::size_t size = 0; size < index_format::kHeaderBytes; ++size) {
    LogFiles{index_format::header(1).substr(0, size), ""}.write(folder_);
    EXPECT_TRUE(open()->segments().empty());
    EXPECT_TRUE(index_format::read_header(files().index));
  }
}

TEST_F(SegmentLogTest, AnIndexOfALaterVersionIsAConflictThatNamesTheVersions) {
  LogFiles later = record(1);
  later.index[8] = index_format::kVersion + 1;
  std::uint64_t sum = index_format::checksum(std::string_view(later.index).substr(0, 16));
  for (std::size_t i = 16; i < 24; ++i, sum >>= 8U) later.index[i] = static_cast<char>(sum & 0xFFU);
  later.write(folder_);
  const auto log = SegmentLog::open(folder_);
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, Errc::conflict);
  EXPECT_NE(log.error().text.find("format " + std::to_string(index_format::kVersion + 1)), std::string::npos)
      << log.error().text;
  EXPECT_EQ(files(), later);
}

// A kill leaves the files as they were after some number of written bytes: the media's first, then the
// record's.
TEST_F(SegmentLogTest, KilledAtAnyWriteItHoldsEverySegmentThatWasConfirmedAndGoesOn) {
  std::mt19937 random(7);
  std::int64_t next = 1;
  for (int life = 0; life < 60; ++life) {
    auto log = open();
    ASSERT_EQ(log->segments().size(), static_cast<std::size_t>(next - 1));
    for (unsigned n = random() % 4; n > 0; --n) append(*log, next++);
    const LogFiles confirmed = files();
    append(*log, next);
    log.reset();
    LogFiles killed = files();
    if (random() % 2 == 0) {
      killed.index = confirmed.index;
      killed.media.resize(confirmed.media.size() +
                          random() % (killed.media.size() - confirmed.media.size() + 1));
    } else {
      killed.index.resize(confirmed.index.size() + random() % (killed.index.size() - confirmed.index.size()));
    }
    killed.write(folder_);
  }
  expect_bytes_match(*open());
}

}  // namespace
}  // namespace rec::test
