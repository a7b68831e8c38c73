#include "runtime/worker.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

namespace rec {
namespace {

TEST(Worker, RunsTheJobElsewhereAndResumesTheCallerOnItsOwnThread) {
  asio::io_context io;
  auto worker = make_thread_worker("test");
  const auto here = std::this_thread::get_id();
  int got = 0;
  auto body = [&]() -> asio::awaitable<void> {
    auto job = [here]() -> Result<int> {
      EXPECT_NE(std::this_thread::get_id(), here);
      return 7;
    };
    auto result = co_await run_on(*worker, std::move(job));
    EXPECT_EQ(std::this_thread::get_id(), here);
    got = result.value();
  };
  asio::co_spawn(io, body, asio::detached);
  io.run();
  EXPECT_EQ(got, 7);
}

TEST(Worker, OneLaneThatWaitsForTheDiskHoldsUpNoOther) {
  auto worker = make_thread_worker("test", 4);
  Worker& one = worker->lane("a");
  EXPECT_EQ(&one, &worker->lane("a"));
  std::string key = "b";
  while (&worker->lane(key) == &one) key += "b";
  std::promise<void> disk;
  std::promise<void> told;
  one.post([waits = disk.get_future().share()] { waits.wait(); });
  worker->lane(key).post([&] { told.set_value(); });
  EXPECT_EQ(told.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
  disk.set_value();
}

TEST(Worker, TheJobsOfALaneRunInOrderAndAllOfThemBeforeItGoes) {
  std::vector<int> done;
  {
    auto worker = make_thread_worker("test", 4);
    for (int i = 0; i < 100; ++i) worker->lane("a").post([&done, i] { done.push_back(i); });
  }
  ASSERT_EQ(done.size(), 100U);
  EXPECT_TRUE(std::is_sorted(done.begin(), done.end()));
}

}  // namespace
}  // namespace rec
