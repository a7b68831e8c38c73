// The clock port: real time in the program, virtual time in simulations.
#pragma once
#include "base/time.hpp"
#include "runtime/task.hpp"

namespace rec {

class Clock {
 public:
  virtual ~Clock() = default;
  /// UTC, for what is stored or shown. May jump.
  [[nodiscard]] virtual Instant now() const = 0;
  /// Monotonic, for what is measured and waited for.
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  /// Suspends the calling coroutine; cancellation unwinds it. Usable as `work ||
  /// clock.sleep_until(deadline)`.
  virtual asio::awaitable<void> sleep_until(SteadyTime when) = 0;
  asio::awaitable<void> sleep(std::chrono::nanoseconds d) { return sleep_until(steady() + d); }
};

}  // namespace rec
