#include "watch/request_turn.hpp"

namespace rec {

Task<> request_turn(std::shared_ptr<RequestBudget> budget, Clock& clock, bool first) {
  for (;;) {
    const auto now = clock.steady();
    if (first ? budget->take_first(now) : budget->take(now)) co_return Result<void>();
    co_await clock.sleep_until(first ? budget->first_ready_at(now) : budget->ready_at(now));
  }
}

}  // namespace rec
