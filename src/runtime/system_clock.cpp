#include "runtime/system_clock.hpp"

namespace rec {

Instant SystemClock::now() const { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }
SteadyTime SystemClock::steady() const { return std::chrono::steady_clock::now(); }

asio::awaitable<void> SystemClock::wait_until(Waiter& waiter, SteadyTime when) {
  return waiter.wait_until(when);
}

}  // namespace rec
