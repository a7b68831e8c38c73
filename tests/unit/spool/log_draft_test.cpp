// Segments that are written into the log while they arrive, several at a time.
#include "spool/log_draft.hpp"

#include <sys/stat.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/unit/spool/log_fixture.hpp"

namespace rec::test {
namespace {

class LogDraftTest : public SegmentLogTest {
 protected:
  std::shared_ptr<LogDraft> draft() {
    LogDraft::Needs needs{log_, *disk_, chunks_, codecs_of_};
    return std::make_shared<LogDraft>(std::move(needs));
  }
  Result<void> settle(const std::shared_ptr<LogDraft>& draft) {
    std::optional<Result<void>> ended;
    asio::io_context io;
    const auto keep = [&ended](const std::exception_ptr&, Result<void> result) { ended = std::move(result); };
    asio::co_spawn(io, draft->settle(), keep);
    io.run();
    return *ended;
  }
  Result<SegmentRecord> commit(const std::shared_ptr<LogDraft>& draft, std::int64_t sequence) {
    REC_CHECK(settle(draft));
    return draft->commit(info_of(sequence), kNoon);
  }
  [[nodiscard]] std::string recorded(std::size_t i) const {
    return bytes_at(read_bytes(log_->media_path()), log_->segments()[i].spans);
  }

  std::shared_ptr<SegmentLog> log_ = open();
  std::unique_ptr<Worker> disk_ = make_inline_worker();
  std::shared_ptr<ChunkPool> chunks_ = ChunkPool::make(4);
  CodecsOf codecs_of_{};
};

TEST_F(LogDraftTest, SegmentsThatArriveTogetherAreEachWholeAndInTheOrderOfTheirAppending) {
  const std::string first = bytes_of(1, 900'000);
  const std::string second = bytes_of(2, 1'300'001);
  auto one = draft();
  auto two = draft();
  for (std::size_t at = 0; at < second.size(); at += 10'000) {
    if (at < first.size()) one->take(std::string_view(first).substr(at, 10'000));
    two->take(std::string_view(second).substr(at, 10'000));
  }
  const auto kept_one = commit(one, 1);
  const auto kept_two = commit(two, 2);
  ASSERT_TRUE(kept_one && kept_two);
  EXPECT_GT(kept_two->spans.size(), 1U) << "they lie between one another";
  EXPECT_EQ(kept_one->bytes, first.size());
  EXPECT_EQ(recorded(0), first);
  EXPECT_EQ(recorded(1), second);
  const auto segments = log_->segments();
  one.reset();
  two.reset();
  log_.reset();
  log_ = open();
  EXPECT_EQ(log_->segments(), segments);
  EXPECT_EQ(recorded(1), second);
}

TEST_F(LogDraftTest, ASegmentAloneLiesInOneSpanAndKnowsItsHeadAndChecksum) {
  const std::string bytes = bytes_of(1, 1'400'000);
  const auto one = draft();
  one->take(bytes);
  const auto kept = commit(one, 1);
  ASSERT_TRUE(kept) << kept.error().text;
  EXPECT_EQ(kept->spans.size(), 1U);
  EXPECT_EQ(one->head(), bytes.substr(0, SegmentDraft::kHeadBytes));
  EXPECT_EQ(one->checksum(), XXH3_64bits(bytes.data(), bytes.size()));
  EXPECT_EQ(kept->checksum, one->checksum());
}

TEST_F(LogDraftTest, WhatIsDroppedLeavesNoSegmentAndItsRoomIsGivenBack) {
  auto gone = draft();
  gone->take(bytes_of(1, 3'000'000));
  ASSERT_TRUE(settle(gone));
  gone.reset();
  const auto kept = draft();
  kept->take(bytes_of(2, 1000));
  ASSERT_TRUE(commit(kept, 2));
  EXPECT_EQ(log_->segments().size(), 1U);
  EXPECT_EQ(recorded(0), bytes_of(2, 1000));
  struct stat info{};
  ASSERT_EQ(::stat(log_->media_path().c_str(), &info), 0);
  EXPECT_LT(info.st_blocks * 512, 1'000'000) << "of a file of " << info.st_size;
}

TEST_F(LogDraftTest, WhoFillsMemoryFasterThanTheDiskEmptiesItIsToldToWaitAndToGoOn) {
  struct SlowDisk final : Worker {
    void post(std::function<void()> job) override { jobs.push_back(std::move(job)); }
    std::vector<std::function<void()>> jobs;
  };
  auto owned = std::make_unique<SlowDisk>();
  SlowDisk& slow = *owned;
  disk_ = std::move(owned);
  const auto one = draft();
  int resumed = 0;
  one->on_room([&] { ++resumed; });
  const std::string chunk = bytes_of(1, Chunk::kBytes);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(one->take(chunk)) << i;
  EXPECT_FALSE(one->take(chunk));
  EXPECT_EQ(resumed, 0);
  for (auto& job : slow.jobs) job();
  slow.jobs.clear();
  EXPECT_EQ(resumed, 1);
  EXPECT_TRUE(one->take("x"));
}

TEST_F(LogDraftTest, AHundredStreamsThatAreAllInTheMiddleOfASegmentDoNotWaitForOneAnotherForEver) {
  std::vector<std::shared_ptr<LogDraft>> streams;
  int resumed = 0;
  for (int i = 0; i < 100; ++i) {
    streams.push_back(draft());
    streams.back()->on_room([&] { ++resumed; });
    EXPECT_TRUE(streams.back()->take("the beginning")) << "stream " << i;
  }
  EXPECT_EQ(resumed, 0);
}

TEST_F(LogDraftTest, CodecsThatTheFirstPieceDoesNotTellAreLookedForInMoreOfTheSegment) {
  codecs_of_ = [](std::string_view head) {
    return head.find("SOUND") == std::string_view::npos ? "avc1:1+mp4a" : "avc1:1+mp4a:2";
  };
  std::string bytes = bytes_of(1, 600'000);
  bytes.replace(500'000, 5, "SOUND");
  const auto one = draft();
  one->take(bytes);
  const auto kept = commit(one, 1);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->info.codecs, "avc1:1+mp4a:2");
}

TEST_F(LogDraftTest, ADraftOfALogThatWasOpenedAnewFailsAndSpoilsNothing) {
  const auto late = draft();
  late->take(bytes_of(1, 300'000));
  log_->retire();
  const std::shared_ptr<SegmentLog> anew = open();
  late->take(bytes_of(1, 300'000));
  EXPECT_FALSE(settle(late));
  append(*anew, 1);
  expect_bytes_match(*anew);
}

TEST_F(LogDraftTest, AWholeDraftOfALogThatWasOpenedAnewIsNotReadWhereAnotherSegmentMayLie) {
  const auto early = draft();
  early->take(bytes_of(1, 300'000));
  ASSERT_TRUE(settle(early));
  log_->retire();
  const std::shared_ptr<SegmentLog> anew = open();
  append(*anew, 2);
  EXPECT_FALSE(early->read());
  expect_bytes_match(*anew);
}

}  // namespace
}  // namespace rec::test
