#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/system_clock.hpp"
#include "runtime/virtual_clock.hpp"

namespace rec {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Instant kNoon{milliseconds{1'700'000'000'000}};

struct World {
  asio::io_context io;
  VirtualClock clock{io, kNoon};
  std::vector<std::string> heard;

  asio::awaitable<void> say_after(std::string what, seconds wait) {
    co_await clock.sleep(wait);
    heard.push_back(what + "@" + std::to_string((clock.now() - kNoon) / seconds(1)));
  }
  void spawn(asio::awaitable<void> body) { asio::co_spawn(io, std::move(body), asio::detached); }
};

TEST(VirtualClock, SleepersWakeInTheOrderOfTheirDeadlinesAtTheirTime) {
  World world;
  world.spawn(world.say_after("late", seconds(7200)));
  world.spawn(world.say_after("soon", seconds(5)));
  world.spawn(world.say_after("as soon", seconds(5)));
  EXPECT_TRUE(world.clock.run_for(hours(3)));
  EXPECT_THAT(world.heard, testing::ElementsAre("soon@5", "as soon@5", "late@7200"));
  EXPECT_EQ(world.clock.now(), kNoon + hours(3));
}

TEST(VirtualClock, ADeadlineAfterTheEndOfTheRunStaysAsleepUntilTheNextRun) {
  World world;
  world.spawn(world.say_after("x", seconds(60)));
  EXPECT_TRUE(world.clock.run_for(seconds(59)));
  EXPECT_TRUE(world.heard.empty());
  EXPECT_TRUE(world.clock.run_for(seconds(1)));
  EXPECT_THAT(world.heard, testing::ElementsAre("x@60"));
}

TEST(VirtualClock, ADeadlineInThePastDoesNotTurnTimeBack) {
  World world;
  world.spawn(world.say_after("x", seconds(-30)));
  EXPECT_TRUE(world.clock.run_for(seconds(0)));
  EXPECT_THAT(world.heard, testing::ElementsAre("x@0"));
}

TEST(VirtualClock, ARunUntilIdleEndsAtTheLastDeadline) {
  World world;
  world.spawn(world.say_after("x", seconds(90)));
  EXPECT_TRUE(world.clock.run_until_idle(hours(1)));
  EXPECT_EQ(world.clock.now(), kNoon + seconds(90));
  world.spawn(world.say_after("y", seconds(7200)));
  EXPECT_FALSE(world.clock.run_until_idle(hours(1)));
  EXPECT_EQ(world.clock.now(), kNoon + seconds(90) + hours(1));
}

TEST(VirtualClock, ATimeoutCancelsTheSleepItRacesWith) {
  World world;
  auto body = [](World& w) -> asio::awaitable<void> {
    using namespace asio::experimental::awaitable_operators;
    auto won = co_await (w.clock.sleep(hours(9)) || w.clock.sleep(seconds(3)));
    w.heard.push_back("winner " + std::to_string(won.index()));
  };
  world.spawn(body(world));
  EXPECT_TRUE(world.clock.run_until_idle(minutes(1)));
  EXPECT_THAT(world.heard, testing::ElementsAre("winner 1"));
  EXPECT_EQ(world.clock.now(), kNoon + seconds(3));
}

TEST(VirtualClock, CancellationUnwindsASleeper) {
  World world;
  asio::cancellation_signal cancel;
  boost::system::error_code seen;
  auto on_end = [&seen](const std::exception_ptr& error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
      seen = thrown.code();
    }
  };
  asio::co_spawn(world.io, world.say_after("never", seconds(60)),
                 asio::bind_cancellation_slot(cancel.slot(), on_end));
  EXPECT_TRUE(world.clock.run_for(seconds(1)));
  cancel.emit(asio::cancellation_type::terminal);
  EXPECT_TRUE(world.clock.run_until_idle(hours(1)));
  EXPECT_EQ(seen, asio::error::operation_aborted);
  EXPECT_TRUE(world.heard.empty());
  EXPECT_EQ(world.clock.now(), kNoon + seconds(1));
}

TEST(VirtualClock, StopEndsTheRunBeforeAnotherHandlerRuns) {
  World world;
  auto crash = [](World& w) -> asio::awaitable<void> {
    co_await w.clock.sleep(seconds(5));
    w.clock.stop();
  };
  world.spawn(crash(world));
  world.spawn(world.say_after("same instant", seconds(5)));
  world.spawn(world.say_after("later", seconds(6)));
  EXPECT_FALSE(world.clock.run_for(hours(1)));
  EXPECT_FALSE(world.clock.run_for(hours(1)));
  EXPECT_TRUE(world.clock.stopped());
  EXPECT_TRUE(world.heard.empty());
  EXPECT_EQ(world.clock.now(), kNoon + seconds(5));
}

TEST(VirtualClock, SleepersMayOutliveTheClockAndTheLoopMayEndBeforeIt) {
  auto sleeper = [](Clock& clock, std::shared_ptr<int> held) -> asio::awaitable<void> {
    co_await clock.sleep(hours(1));
    ++*held;
  };
  auto held = std::make_shared<int>(0);
  {
    asio::io_context io;
    auto clock = std::make_unique<VirtualClock>(io, kNoon);
    asio::co_spawn(io, sleeper(*clock, held), asio::detached);
    clock->run_for(seconds(1));
    clock.reset();
  }
  {
    auto io = std::make_unique<asio::io_context>();
    VirtualClock clock(*io, kNoon);
    asio::co_spawn(*io, sleeper(clock, held), asio::detached);
    clock.run_for(seconds(1));
    io.reset();
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(SystemClock, SleepsUntilTheDeadlineAndTellsTheTime) {
  asio::io_context io;
  SystemClock clock;
  const SteadyTime before = clock.steady();
  asio::co_spawn(io, clock.sleep(milliseconds(20)), asio::detached);
  io.run();
  EXPECT_GE(clock.steady() - before, milliseconds(20));
  EXPECT_LT(std::chrono::abs(clock.now() - std::chrono::system_clock::now()), seconds(2));
}

}  // namespace
}  // namespace rec
