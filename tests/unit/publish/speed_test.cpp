// telegram.upload_speed_limit_mbps, seen from behind the program: what leaves it, and when.
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/publish/own_children.hpp"
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

TEST_F(SpeedTest, ABotsFileKeepsALowLimitAndArrivesWhole) {
  constexpr std::uint64_t kCap = 250'000;  // 2 Mbit/s
  open(options(kCap));
  warm_up();
  const auto begun = Steady::now();
  auto post = video("#mslow1", {1'500'000});
  const auto file = post.files[0].path;
  std::vector<std::uint64_t> told;
  post.progress = [&told](std::uint64_t bytes) { told.push_back(bytes); };
  const auto ids = run(publisher_->publish(std::move(post)));
  ASSERT_TRUE(ids) << ids.error().text;
  const double took = seconds_since(begun);
  ASSERT_EQ(posts().size(), 2U);
  EXPECT_EQ(content_of(posts()[1].file.at(0).path), content_of(file));
  EXPECT_EQ(posts()[1].file.at(0).name, std::filesystem::path(file).filename());
  EXPECT_GT(took, 1.5e6 / kCap / 1.06);
  EXPECT_LT(proxy_->busiest(seconds(2)), kCap * 1.06);
  EXPECT_LE(proxy_->sent(), 1'500'000U * 1.1) << "nothing was sent twice";
  EXPECT_GT(told.size(), 3U);
  EXPECT_EQ(publisher_->uplink().cap, kCap);
  EXPECT_EQ(publisher_->uplink().cap_trouble, "");
  std::printf("took %.2f s, use %.3f, busiest/cap %.3f, connections %d\n", took, 1.5e6 / (kCap * took),
              proxy_->busiest(seconds(2)) / kCap, proxy_->connections());
}

TEST_F(SpeedTest, AnAlbumUnderALowLimitArrivesAndNothingIsSentTwice) {
  constexpr std::uint64_t kCap = 500'000;
  open(options(kCap));
  warm_up();
  const auto ids = run(publisher_->publish(video("#mslow2", {400'000, 500'000, 600'000})));
  ASSERT_TRUE(ids) << ids.error().text;
  EXPECT_EQ(ids->size(), 3U);
  EXPECT_EQ(posts().size(), 4U);
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

TEST_F(SpeedTest, ASlowUploadGoesOnWhereItWasThoughTdlibIsKilled) {
  open(options(2'000'000));
  auto post = video("#mkill1", {24'000'000});
  std::uint64_t told = 0;
  bool killed = false;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return told > 16'000'000 || done; }));
  for (const pid_t pid : own_children()) killed = ::kill(pid, SIGKILL) == 0 || killed;
  ASSERT_TRUE(killed);
  ASSERT_TRUE(turn_until([&] { return done.has_value(); }));
  ASSERT_TRUE(*done) << done->error().text;
  ASSERT_EQ(posts().size(), 1U);
  EXPECT_EQ(posts()[0].file.at(0).size, 24'000'000U);
  // What was on the way, 4 MiB, and what a new session of TDLib repeats at its start, twice.
  EXPECT_LT(server_->bytes_received(), 24'000'000U + 3 * (4U << 20U)) << "begun anew it would be 47 MB";
}

/// Below 5 Mbit/s the 4 MiB that TDLib has on the way take longer than the seven seconds in which a bot's
/// connection has to be heard from; here the first of them alone takes two, the eighth is done after 17. As
/// behind a part before it: connections that were idle have two seconds to answer, and are made anew once.
TEST_F(SpeedTest, ABotsLargePartsOnASlowLineAreSentOnceOverTheSameConnections) {
  constexpr std::uint64_t kCap = 250'000;  // 2 Mbit/s
  constexpr int kSeconds = 20;
  open(options(kCap));
  warm_up();
  const auto idle = Steady::now() + seconds(11);
  turn_until([&] { return Steady::now() > idle; });
  // Noise as far as it comes, for TDLib compresses what can be, then a hole.
  auto post = video("#mhuge1", {8'000'000});
  post.files[0].bytes = 1'900'000'000;
  std::filesystem::resize_file(post.files[0].path, post.files[0].bytes);
  std::uint64_t told = 0;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return proxy_->sent() > 50'000 || done; }));
  proxy_->forget();
  const auto begun = Steady::now();
  turn_until([&] { return Steady::now() > begun + seconds(8); });
  const int at_first = proxy_->connections();
  turn_until([&] { return Steady::now() > begun + seconds(kSeconds); });
  EXPECT_FALSE(done);
  EXPECT_LT(proxy_->busiest(seconds(10)), kCap * 1.03);
  EXPECT_LE(at_first, 24) << "eight, and what TDLib tries beside them";
  EXPECT_EQ(proxy_->connections(), at_first) << "and no more";
  std::printf("told %.3f of the limit, connections %d\n", static_cast<double>(told) / (kCap * kSeconds),
              proxy_->connections());
  EXPECT_GT(told, kCap * (kSeconds - 3) * 8 / 10) << "whole parts that Telegram has confirmed";
  EXPECT_EQ(publisher_->uplink().cap_trouble, "");
  close();
  turn_until([&] { return done.has_value(); });
}

TEST_F(SpeedTest, ALimitHoldsForWhatBeganWithoutIt) {
  constexpr std::uint64_t kCap = 125'000;
  server_->delay_replies("upload.saveBigFilePart", milliseconds(200));
  open(options(0));
  auto post = video("#mwhole1", {40'000'000});
  std::uint64_t told = 0;
  post.progress = [&told](std::uint64_t bytes) { told = bytes; };
  std::optional<Result<std::vector<std::int64_t>>> done;
  start(publisher_->publish(std::move(post)), done);
  ASSERT_TRUE(turn_until([&] { return told > 1'000'000 || done; }));
  publisher_->set_upload_cap(kCap);
  const auto until = Steady::now() + seconds(1);
  turn_until([&] { return Steady::now() > until; });
  ASSERT_FALSE(done) << "too fast a machine for this file";
  proxy_->forget();
  const auto until2 = Steady::now() + seconds(9);
  turn_until([&] { return Steady::now() > until2; });
  EXPECT_LT(proxy_->busiest(seconds(3)), kCap * 1.06);
  EXPECT_GT(proxy_->sent(), kCap * 6U);
  EXPECT_LE(proxy_->connections(), 9);
  EXPECT_EQ(publisher_->uplink().cap_trouble, "");
  close();
  turn_until([&] { return done.has_value(); });
}

}  // namespace
}  // namespace rec::test
