// telegram.upload_speed_limit_mbps, seen from behind the program: what leaves it, and when.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "publish/file_feed.hpp"
#include "tests/unit/publish/speed_fixture.hpp"

namespace rec::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Steady = std::chrono::steady_clock;

double seconds_since(Steady::time_point begun) {
  return std::chrono::duration<double>(Steady::now() - begun).count();
}

/// Of the file that make_file() makes by that name.
std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(FeedWindow, ShowsWholePartsAndNeverMoreThanASecondAhead) {
  constexpr std::uint64_t kCap = 500'000;
  constexpr std::uint64_t kPart = 64 * 1024;  // of 10 MB
  EXPECT_EQ(may_be_shown({10'000'000, 0, 0}, kCap), kPart * 8);
  EXPECT_EQ(may_be_shown({10'000'000, kPart * 8, kPart * 8}, kCap), kPart * 8) << "too much is underway";
  EXPECT_EQ(may_be_shown({10'000'000, kPart * 8, kPart * 7}, kCap), kPart * 9);
  EXPECT_EQ(may_be_shown({10'000'000, 9'990'000, 0}, kCap), 10'000'000U);
  EXPECT_EQ(may_be_shown({10'000'000, 0, 0}, 0), 10'000'000U) << "without a limit all of it";
}

TEST(FeedWindow, OfLargePartsOnASlowLineTheNextOneWaitsForTheLast) {
  constexpr std::uint64_t kCap = 125'000;  // 1 Mbit/s
  constexpr std::uint64_t kPart = 512 * 1024;
  constexpr std::uint64_t kSize = 1'900'000'000;
  EXPECT_EQ(generated_part_bytes(kSize), kPart);
  EXPECT_EQ(may_be_shown({kSize, 0, 0}, kCap), kPart);
  EXPECT_EQ(may_be_shown({kSize, kPart, kPart}, kCap), kPart);
  EXPECT_EQ(may_be_shown({kSize, kPart, kCap / 2}, kCap), kPart);
  EXPECT_EQ(may_be_shown({kSize, kPart, kCap / 5}, kCap), 2 * kPart)
      << "a moment before the last one has left";
  EXPECT_EQ(may_be_shown({kSize, kPart, 1}, kCap / 2), kPart) << "slower still: not before it has left";
}

TEST_F(SpeedTest, ABotsFileKeepsALowLimitAndArrivesWhole) {
  constexpr std::uint64_t kCap = 250'000;  // 2 Mbit/s
  open(options(kCap));
  ASSERT_TRUE(run(publisher_->account()));
  proxy_->forget();
  const auto begun = Steady::now();
  auto post = video("#mslow1", {1'500'000});
  const auto file = post.files[0].path;
  std::vector<std::uint64_t> told;
  post.progress = [&told](std::uint64_t bytes) { told.push_back(bytes); };
  const auto ids = run(publisher_->publish(std::move(post)));
  ASSERT_TRUE(ids) << ids.error().text;
  const double took = seconds_since(begun);
  ASSERT_EQ(posts().size(), 1U);
  EXPECT_EQ(content_of(posts()[0].file.at(0).path), content_of(file));
  EXPECT_EQ(posts()[0].file.at(0).name, std::filesystem::path(file).filename());
  EXPECT_GT(took, 1.5e6 / kCap / 1.03);
  EXPECT_LT(proxy_->busiest(seconds(2)), kCap * 1.06);
  EXPECT_LE(proxy_->sent(), 1'500'000U * 1.1) << "nothing was sent twice";
  EXPECT_GT(told.size(), 3U);
  EXPECT_EQ(publisher_->uplink().cap, kCap);
  EXPECT_EQ(publisher_->uplink().cap_trouble, "");
  std::printf("took %.2f s, use %.3f, busiest/cap %.3f, connections %d\n", took, 1.5e6 / (kCap * took),
              proxy_->busiest(seconds(2)) / kCap, proxy_->connections());
}

TEST_F(SpeedTest, AnAlbumUnderALowLimitIsFedFileByFile) {
  constexpr std::uint64_t kCap = 500'000;
  open(options(kCap));
  ASSERT_TRUE(run(publisher_->account()));
  proxy_->forget();
  const auto ids = run(publisher_->publish(video("#mslow2", {400'000, 500'000, 600'000})));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(ids->size(), 3U);
  EXPECT_EQ(posts().size(), 3U);
  EXPECT_LT(proxy_->busiest(seconds(2)), kCap * 1.06);
  EXPECT_LE(proxy_->sent(), 1'500'000U * 1.1);
}

TEST_F(SpeedTest, WithoutALimitThereIsNothingInBetween) {
  open(options(0));
  const auto ids = run(publisher_->publish(video("#mfast1", {3'000'000})));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(publisher_->uplink().cap, 0U);
  EXPECT_EQ(publisher_->uplink().way, link(*proxy_));
}

TEST_F(SpeedTest, ALimitSetAndLiftedDuringAnUploadHoldsAtOnce) {
  server_->delay_replies("upload.saveBigFilePart", milliseconds(20));
  open(options(0));
  ASSERT_TRUE(run(publisher_->account()));
  auto post = video("#mchange1", {40'000'000});
  std::uint64_t told = 0;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return told > 4'000'000 || done; }));
  publisher_->set_upload_cap(2'000'000);
  const auto until = Steady::now() + seconds(1);
  turn_until([&] { return Steady::now() > until; });  // what was in flight
  ASSERT_FALSE(done) << "too fast a machine for this file";
  proxy_->forget();
  const auto until2 = Steady::now() + seconds(4);
  turn_until([&] { return Steady::now() > until2; });
  EXPECT_LT(proxy_->busiest(seconds(3)), 2'000'000 * 1.06);
  EXPECT_GT(proxy_->sent(), 1'000'000U);
  publisher_->set_upload_cap(0);
  ASSERT_TRUE(turn_until([&] { return done.has_value(); }));
  ASSERT_TRUE(*done) << done->error().text;
  EXPECT_EQ(posts().size(), 1U);
}

/// The TDLib that this process has started.
std::vector<pid_t> hosts() {
  std::vector<pid_t> found;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream children(thread.path() / "children");
    for (pid_t pid = 0; children >> pid;) found.push_back(pid);
  }
  return found;
}

TEST_F(SpeedTest, AFedUploadIsPostedOnceThoughTdlibIsKilled) {
  constexpr std::uint64_t kCap = 400'000;
  open(options(kCap));
  auto post = video("#mkill1", {1'500'000});
  std::uint64_t told = 0;
  bool killed = false;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return told > 500'000 || done; }));
  for (const pid_t pid : hosts()) killed = ::kill(pid, SIGKILL) == 0 || killed;
  ASSERT_TRUE(killed);
  ASSERT_TRUE(turn_until([&] { return done.has_value(); }));
  ASSERT_TRUE(*done) << done->error().text;
  ASSERT_EQ(posts().size(), 1U);
  EXPECT_EQ(posts()[0].file.at(0).size, 1'500'000U);
  EXPECT_GT(server_->bytes_received(), 1'900'000U) << "such an upload begins anew: docs/interface.md says so";
}

TEST_F(SpeedTest, AnUploadThatBeganWithoutTheLimitIsNotStarvedByIt) {
  server_->delay_replies("upload.saveBigFilePart", milliseconds(200));
  open(options(0));
  auto post = video("#mwhole1", {12'000'000});
  std::uint64_t told = 0;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return told > 1'000'000 || done; }));
  ASSERT_FALSE(done) << "too fast a machine for this file";
  publisher_->set_upload_cap(125'000);
  EXPECT_NE(publisher_->uplink().cap_trouble, "") << "it says that it does not hold";
  const auto begun = Steady::now();
  ASSERT_TRUE(turn_until([&] { return done.has_value(); }));
  ASSERT_TRUE(*done) << done->error().text;
  EXPECT_LT(seconds_since(begun), 60) << "twelve seconds on a quiet machine; at the limit it would be 88";
  EXPECT_EQ(publisher_->uplink().cap_trouble, "") << "over with the upload";
  EXPECT_EQ(posts().size(), 1U);
}

}  // namespace
}  // namespace rec::test
