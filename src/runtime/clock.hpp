// The clock port: real time in the program, virtual time in simulations.
#pragma once
#include "base/time.hpp"
#include "runtime/waiter.hpp"

namespace rec {

class Clock {
 public:
  virtual ~Clock() = default;
  /// UTC, for what is stored or shown. May jump.
  [[nodiscard]] virtual Instant now() const = 0;
  /// Monotonic, for what is measured and waited for.
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  /// Suspends the calling coroutine until `waiter` is woken, or then (which may wake it, too): a new waiter
  /// each time. Cancellation unwinds it.
  virtual asio::awaitable<void> wait_until(Waiter& waiter, SteadyTime when) = 0;
  /// Usable as `work || clock.sleep_until(deadline)`.
  asio::awaitable<void> sleep_until(SteadyTime when);
  asio::awaitable<void> sleep(std::chrono::nanoseconds d) { return sleep_until(steady() + d); }
};

}  // namespace rec
