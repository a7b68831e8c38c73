// The real clock.
#pragma once
#include "runtime/clock.hpp"

namespace rec {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
  [[nodiscard]] SteadyTime steady() const override;
  asio::awaitable<void> wait_until(Waiter& waiter, SteadyTime when) override;
};

}  // namespace rec
