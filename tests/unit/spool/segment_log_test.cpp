// What the segment log keeps, and what it does when the disk says no.
#include "spool/segment_log.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "tests/unit/spool/log_fixture.hpp"

namespace rec::test {
namespace {

TEST_F(SegmentLogTest, ANewLogIsEmptyAndSoItIsWhenOpenedAgain) {
  EXPECT_TRUE(open()->segments().empty());
  EXPECT_TRUE(open()->segments().empty());
  EXPECT_TRUE(open()->gaps().empty());
}

TEST_F(SegmentLogTest, EveryFieldIsTheSameAfterReopening) {
  auto log = open();
  SegmentInfo odd = info_of(-7);
  odd.take = 3;
  odd.epoch = 0xFFFFFFFF;
  odd.sequence = std::numeric_limits<std::int64_t>::min();
  odd.program_date_time = Instant{std::chrono::milliseconds(-1)};
  odd.discontinuity = true;
  odd.suspect = true;
  SegmentInfo init;
  init.init = true;
  init.identity = "größe.mp4";
  ASSERT_TRUE(append_to(*log, odd, bytes_of(1), kNoon));
  ASSERT_TRUE(append_to(*log, init, bytes_of(2), Instant{}));
  append(*log, 3);
  const auto segments = log->segments();
  log.reset();
  EXPECT_EQ(open()->segments(), segments);
  EXPECT_EQ(segments[0].info, odd);
  EXPECT_EQ(segments[1].info, init);
}

TEST_F(SegmentLogTest, AppendSaysWhereTheBytesLie) {
  auto log = open();
  append(*log, 1);
  const auto record = append_to(*log, info_of(2), bytes_of(2, 1000), kNoon);
  ASSERT_TRUE(record);
  EXPECT_EQ(record->ordinal, 1u);
  EXPECT_EQ(record->spans, (std::vector<ByteSpan>{{Chunk::kAlignment, 1000}}));
  EXPECT_EQ(record->bytes, 1000u);
  EXPECT_EQ(record->appended_at, kNoon);
  EXPECT_EQ(*record, log->segments().back());
  EXPECT_EQ(read_bytes(log->media_path()).substr(Chunk::kAlignment, 1000), bytes_of(2, 1000));
}

TEST_F(SegmentLogTest, GapsKeepTheirPlaceBetweenTheSegments) {
  auto log = open();
  ASSERT_TRUE(log->append_gap(gap_of(0, 0)));
  append(*log, 1);
  append(*log, 2);
  const auto first = log->append_gap(gap_of(3, 4));
  const auto second = log->append_gap(gap_of(5, 9));
  ASSERT_TRUE(first && second);
  append(*log, 10);
  EXPECT_EQ(first->before_ordinal, 2u);
  EXPECT_EQ(second->before_ordinal, 2u);
  const auto gaps = log->gaps();
  log.reset();
  log = open();
  EXPECT_EQ(log->gaps(), gaps);
  EXPECT_EQ(log->gaps()[0].before_ordinal, 0u);
  EXPECT_EQ(log->gaps()[2], *second);
  expect_bytes_match(*log);
}

TEST_F(SegmentLogTest, FoldersThatAreMissingAreMade) {
  folder_ = temp_ / "a/b/c/";
  append(*open(), 1);
  EXPECT_EQ(open()->segments().size(), 1u);
  const auto mode = std::filesystem::status(temp_ / "a").permissions();
  EXPECT_EQ(mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all),
            std::filesystem::perms::none);
}

TEST_F(SegmentLogTest, AFileWhereTheFolderShouldBeIsAnErrorThatNamesIt) {
  write_bytes(folder_, "x");
  const auto log = SegmentLog::open(folder_);
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().text.find(folder_), std::string::npos);
}

TEST_F(SegmentLogTest, AnEmptySegmentAndAnEndlessIdentityAreRefusedAndLeaveNothing) {
  auto log = open();
  append(*log, 1);
  const LogFiles before = files();
  EXPECT_EQ(append_to(*log, info_of(2), {}, kNoon).error().code, Errc::invalid);
  SegmentInfo endless = info_of(2);
  endless.identity.assign(1U << 20U, 'x');
  EXPECT_EQ(append_to(*log, endless, bytes_of(2), kNoon).error().code, Errc::invalid);
  EXPECT_EQ(files().index, before.index);
  append(*log, 2);
  expect_bytes_match(*log);
}

TEST_F(SegmentLogTest, AFullDiskKeepsNothingOfTheSegmentAndTheLogGoesOnOnceThereIsRoom) {
  const SmallDisk disk(512U << 10U);
  if (!disk.refusal().empty()) GTEST_SKIP() << "no small disk: " << disk.refusal();
  folder_ = disk / "session";
  auto log = open();
  const auto big = [](std::int64_t i) { return bytes_of(i, 100'000); };
  std::int64_t next = 1;
  Result<SegmentRecord> last = append_to(*log, info_of(next), big(next), kNoon);
  while (last && next < 20) {
    ++next;
    last = append_to(*log, info_of(next), big(next), kNoon);
  }
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().code, Errc::no_space);
  expect_bytes_match(*log);
  const std::string small = bytes_of(next, 500);
  ASSERT_TRUE(append_to(*log, info_of(next), small, kNoon)) << "a smaller one still fits";
  const auto segments = log->segments();
  log.reset();
  log = open();
  EXPECT_EQ(log->segments(), segments);
  expect_bytes_match(*log);
}

TEST_F(SegmentLogTest, AFullDiskWhileTheIndexIsWrittenCutsTheMediaBackToo) {
  const SmallDisk disk(256U << 10U);
  if (!disk.refusal().empty()) GTEST_SKIP() << "no small disk: " << disk.refusal();
  folder_ = disk / "session";
  auto log = open();
  SegmentInfo wordy = info_of(1);
  wordy.identity.assign(3000, 'x');  // two records fill more than the index's first page
  ASSERT_TRUE(append_to(*log, wordy, bytes_of(1), kNoon));
  const LogFiles before = files();
  {
    std::ofstream filler(disk / "filler", std::ios::binary);
    while (filler.write(before.index.data(), 16).flush()) {
    }
  }
  const auto refused = append_to(*log, wordy, bytes_of(2), kNoon);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  EXPECT_EQ(files(), before);
  std::filesystem::remove(disk / "filler");
  EXPECT_TRUE(append_to(*log, wordy, bytes_of(2), kNoon));
}

TEST_F(SegmentLogTest, AWriteThatFailsHalfWayLeavesTheLogAsItWas) {
  auto log = open();
  append(*log, 1);
  const LogFiles before = files();
  rlimit old{};
  getrlimit(RLIMIT_FSIZE, &old);
  auto* const old_handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{.rlim_cur = 1000, .rlim_max = old.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto refused = append_to(*log, info_of(2), bytes_of(2, 5000), kNoon);
  setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_FALSE(refused);
  EXPECT_EQ(files(), before);
  append(*log, 2);
  expect_bytes_match(*log);
}

// Replaces the descriptor that writes to `path` with one that can be written to but not synced.
void make_unsyncable(const std::string& path) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    if (std::filesystem::read_symlink(entry.path(), gone) != path) continue;
    const int descriptor = std::stoi(entry.path().filename().string());
    if ((fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDWR) continue;
    const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, descriptor);
    close(null);
    return;
  }
  FAIL() << path << " is not open";
}

TEST_F(SegmentLogTest, AFailedSyncPoisonsTheLogUntilItIsOpenedAnew) {
  for (const char* victim : {"/media.bin", "/index.bin"}) {
    auto log = open();
    append(*log, 1);
    const auto segments = log->segments();
    make_unsyncable(folder_ + victim);
    const auto failed = append_to(*log, info_of(2), bytes_of(2), kNoon);
    ASSERT_FALSE(failed);
    EXPECT_NE(failed.error().text.find(victim), std::string::npos) << failed.error().text;
    EXPECT_EQ(append_to(*log, info_of(3), bytes_of(3), kNoon).error().text, failed.error().text);
    EXPECT_EQ(log->append_gap(gap_of(2, 3)).error().text, failed.error().text);
    EXPECT_EQ(log->segments(), segments);
    log.reset();
    log = open();
    EXPECT_EQ(log->segments(), segments);
    append(*log, 2);
    expect_bytes_match(*log);
  }
}

TEST_F(SegmentLogTest, C76_OfALongRecordingOnlyTheNewestSegmentsStayInMemory) {
  auto log = open();
  for (int i = 1; i <= 50; ++i) append(*log, i);
  const auto all = log->segments();
  log->keep_newest(30);
  EXPECT_EQ(log->segments().size(), 50U) << "not at every segment";
  log->keep_newest(20);
  ASSERT_EQ(log->segments().size(), 20U);
  EXPECT_EQ(log->segments().front(), all[30]);
  EXPECT_EQ(log->count(), 50U);
  append(*log, 51);
  EXPECT_EQ(log->segments().back().ordinal, 50U);
  EXPECT_EQ(log->append_gap({})->before_ordinal, 51U);
  const auto on_disk = SegmentLog::read_segments(folder_);
  ASSERT_TRUE(on_disk) << on_disk.error().text;
  EXPECT_EQ(on_disk->size(), 51U);
  EXPECT_EQ(on_disk->at(7), all[7]);
  EXPECT_EQ(open()->segments(), *on_disk);
}

TEST_F(SegmentLogTest, ALogThatIsBeingWrittenCanBeReadAndIsNotTouched) {
  EXPECT_EQ(SegmentLog::read_segments(folder_).error().code, Errc::not_found);
  auto log = open();
  append(*log, 1);
  const std::string index = read_bytes(folder_ + "/index.bin");
  write_bytes(folder_ + "/index.bin", index + index.substr(24, 9));  // the next record, half written
  const auto segments = SegmentLog::read_segments(folder_);
  ASSERT_TRUE(segments) << segments.error().text;
  EXPECT_EQ(segments->size(), 1U);
  EXPECT_EQ(read_bytes(folder_ + "/index.bin").size(), index.size() + 9);
}

}  // namespace
}  // namespace rec::test
