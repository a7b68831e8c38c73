// A watcher that looks at all its channels at once, then pauses, and so on.
#pragma once
#include <vector>

#include "ports/watcher.hpp"
#include "runtime/clock.hpp"

namespace rec {

class SweepingWatcher : public Watcher {
 public:
  SweepingWatcher(Clock& clock, std::chrono::milliseconds interval) : clock_(clock), interval_(interval) {}

  Task<> watch(WatchList& list) final;

  /// Looks at all of them once. A channel that is missing in the answer could not be told.
  virtual asio::awaitable<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) = 0;

 protected:
  [[nodiscard]] Clock& clock() const { return clock_; }

 private:
  Clock& clock_;
  std::chrono::milliseconds interval_;
};

}  // namespace rec
