// The clock of simulations: time stands still while anything can run, then jumps to the next deadline.
#pragma once
#include <memory>

#include <boost/asio/io_context.hpp>

#include "runtime/clock.hpp"

namespace rec {

/// Drives its io_context: nobody else may run it. Deadlines that fall together wake in the order they were
/// asked for, so a run is the same every time. Coroutines that sleep belong to the io_context, which may
/// outlive the clock or not.
class VirtualClock final : public Clock {
 public:
  /// `start` is the UTC time at the beginning. To go on where another clock stopped, pass its now().
  VirtualClock(asio::io_context& io, Instant start);
  ~VirtualClock() override;
  VirtualClock(const VirtualClock&) = delete;
  VirtualClock& operator=(const VirtualClock&) = delete;

  [[nodiscard]] Instant now() const override;
  [[nodiscard]] SteadyTime steady() const override;
  asio::awaitable<void> wait_until(Waiter& waiter, SteadyTime when) override;

  /// Runs everything due up to then and leaves the clock there. False when stop() ended it; the clock then
  /// stands where that happened.
  bool run_for(std::chrono::nanoseconds duration);
  bool run_until(SteadyTime when);
  /// Runs until nobody sleeps and nothing is ready, and leaves the clock at the last deadline. False when
  /// `limit` was not enough (the clock stands there) or stop() ended it.
  bool run_until_idle(std::chrono::nanoseconds limit);

  /// From inside a run: not one more handler of the io_context runs, now or in later runs. What a crash looks
  /// like; destroy the io_context to take everything apart that was suspended.
  void stop();
  [[nodiscard]] bool stopped() const;

 private:
  struct Sleeper;
  struct State;
  bool drain();
  bool wake_next(SteadyTime limit);

  asio::io_context& io_;
  std::shared_ptr<State> state_;
};

}  // namespace rec
