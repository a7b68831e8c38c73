#include "runtime/supervisor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/virtual_clock.hpp"

namespace rec {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

struct Office {
  asio::io_context io;
  VirtualClock clock{io, Instant{}};
  std::vector<std::string> heard;
  Supervisor supervisor{io.get_executor(), [this](const std::string& name, const Error& error) {
                          heard.push_back(name + ": " + std::string(word(error.code)) + ": " + error.text);
                        }};

  Task<> sleep_then(seconds wait, Result<void> result) {
    co_await clock.sleep(wait);
    co_return result;
  }
  Task<> throw_after(seconds wait) {
    co_await clock.sleep(wait);
    throw std::logic_error("a bug");
  }
  asio::awaitable<void> report_join(std::string name) {
    if (name.empty()) {
      co_await supervisor.join();
    } else {
      co_await supervisor.join(name);
    }
    heard.push_back("joined " + name);
  }
  void spawn(asio::awaitable<void> body) { asio::co_spawn(io, std::move(body), asio::detached); }
};

TEST(Supervisor, HearsOfATaskThatFailsButNotOfOneThatEndsWell) {
  Office office;
  EXPECT_TRUE(office.supervisor.start("good", office.sleep_then(seconds(1), {})));
  EXPECT_TRUE(office.supervisor.start("bad", office.sleep_then(seconds(2), fail(Errc::denied, "no rights"))));
  EXPECT_TRUE(office.supervisor.start("ugly", office.throw_after(seconds(3))));
  EXPECT_TRUE(office.supervisor.running("good"));
  EXPECT_TRUE(office.clock.run_until_idle(hours(1)));
  EXPECT_FALSE(office.supervisor.running("good"));
  EXPECT_THAT(office.heard,
              testing::ElementsAre("bad: denied: no rights", "ugly: invalid: ended by an exception: a bug"));
}

TEST(Supervisor, CancelUnwindsOneTaskWithoutAComplaint) {
  Office office;
  auto held = std::make_shared<int>(0);
  auto holder = [](Office& o, std::shared_ptr<int> guard) -> Task<> {
    co_await o.clock.sleep(hours(9));
    ++*guard;
    co_return Result<void>();
  };
  office.supervisor.start("a", holder(office, held));
  office.supervisor.start("b", office.sleep_then(seconds(60), {}));
  office.clock.run_for(seconds(1));
  office.supervisor.cancel("a");
  office.supervisor.cancel("unknown");
  office.clock.run_for(seconds(1));
  EXPECT_FALSE(office.supervisor.running("a"));
  EXPECT_TRUE(office.supervisor.running("b"));
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_THAT(office.heard, testing::IsEmpty());
}

TEST(Supervisor, ATaskThatWasNotStartedYetCanBeCancelled) {
  Office office;
  office.supervisor.start("a", office.sleep_then(seconds(5), {}));
  office.supervisor.cancel("a");
  EXPECT_TRUE(office.clock.run_until_idle(hours(1)));
  EXPECT_FALSE(office.supervisor.running("a"));
  EXPECT_LT(office.clock.now(), Instant{seconds(5)});
}

TEST(Supervisor, ATaskThatWasStartedAndCancelledInOneGoNeverRuns) {
  Office office;
  auto body = [](Office& o) -> Task<> {
    o.heard.emplace_back("ran");
    co_return Result<void>();
  };
  auto start_and_cancel = [](Office& o, Task<> task) -> asio::awaitable<void> {
    o.supervisor.start("a", std::move(task));
    o.supervisor.cancel("a");
    o.heard.emplace_back("went on");
    co_return;
  };
  office.spawn(start_and_cancel(office, body(office)));
  EXPECT_TRUE(office.clock.run_until_idle(seconds(1)));
  EXPECT_FALSE(office.supervisor.running("a"));
  EXPECT_THAT(office.heard, testing::ElementsAre("went on"));
}

TEST(Supervisor, ATakenNameIsRefusedAndFreeAgainAfterwards) {
  Office office;
  EXPECT_TRUE(office.supervisor.start("a", office.sleep_then(seconds(1), {})));
  EXPECT_FALSE(office.supervisor.start("a", office.sleep_then(seconds(1), fail(Errc::denied, "dropped"))));
  EXPECT_TRUE(office.clock.run_until_idle(hours(1)));
  EXPECT_TRUE(office.heard.empty());
  EXPECT_TRUE(office.supervisor.start("a", office.sleep_then(seconds(1), {})));
}

TEST(Supervisor, AFailedTaskCanBeStartedAnewFromTheFailureHandler) {
  asio::io_context io;
  VirtualClock clock(io, Instant{});
  int starts = 0;
  std::function<void()> start;
  auto body = [](VirtualClock& c) -> Task<> {
    co_await c.sleep(seconds(10));
    co_return fail(Errc::unavailable, "again");
  };
  Supervisor supervisor(io.get_executor(), [&](const std::string&, const Error&) {
    if (starts < 3) start();
  });
  start = [&] { starts += supervisor.start("a", body(clock)) ? 1 : 0; };
  start();
  EXPECT_TRUE(clock.run_until_idle(hours(1)));
  EXPECT_EQ(starts, 3);
}

TEST(Supervisor, JoinWaitsForOneOrForAll) {
  Office office;
  office.supervisor.start("short", office.sleep_then(seconds(1), {}));
  office.supervisor.start("long", office.sleep_then(seconds(10), {}));
  office.spawn(office.report_join("short"));
  office.spawn(office.report_join(""));
  office.spawn(office.report_join("never started"));
  office.clock.run_for(seconds(0));
  EXPECT_THAT(office.heard, testing::ElementsAre("joined never started"));
  office.clock.run_for(seconds(1));
  EXPECT_THAT(office.heard, testing::ElementsAre("joined never started", "joined short"));
  office.supervisor.cancel_all();
  office.clock.run_for(seconds(0));
  EXPECT_THAT(office.heard, testing::ElementsAre("joined never started", "joined short", "joined "));
}

TEST(Supervisor, AnAbortNobodyAskedForIsAFailure) {
  Office office;
  auto body = []() -> Task<> {
    throw boost::system::system_error(asio::error::operation_aborted);
    co_return Result<void>();
  };
  office.supervisor.start("a", body());
  office.clock.run_for(seconds(0));
  EXPECT_THAT(office.heard, testing::ElementsAre("a: unavailable: aborted, though nobody cancelled it"));
}

TEST(Supervisor, ATaskMayCancelItself) {
  Office office;
  auto body = [](Office& o) -> Task<> {
    o.supervisor.cancel("a");
    co_await o.clock.sleep(hours(1));
    co_return fail(Errc::invalid, "unreachable");
  };
  office.supervisor.start("a", body(office));
  EXPECT_TRUE(office.clock.run_until_idle(seconds(1)));
  EXPECT_FALSE(office.supervisor.running("a"));
  EXPECT_TRUE(office.heard.empty());
}

TEST(Supervisor, TheLoopMayBeDestroyedUnderRunningTasks) {
  auto io = std::make_unique<asio::io_context>();
  VirtualClock clock(*io, Instant{});
  Supervisor supervisor(io->get_executor(), nullptr);
  auto held = std::make_shared<int>(0);
  auto body = [](VirtualClock& c, std::shared_ptr<int> guard) -> Task<> {
    co_await c.sleep(hours(9));
    ++*guard;
    co_return Result<void>();
  };
  supervisor.start("a", body(clock, held));
  clock.run_for(seconds(1));
  io.reset();
  EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace rec
