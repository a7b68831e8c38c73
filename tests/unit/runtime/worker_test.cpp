#include "runtime/worker.hpp"

#include <gtest/gtest.h>

#include <thread>

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

}  // namespace
}  // namespace rec
