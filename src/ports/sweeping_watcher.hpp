// A watcher that looks at all its channels at once, then pauses, and so on.
#pragma once
#include <string>
#include <vector>

#include "ports/watcher.hpp"
#include "runtime/clock.hpp"

namespace rec {

class SweepingWatcher : public Watcher {
 public:
  SweepingWatcher(Clock& clock, std::chrono::milliseconds interval) : clock_(clock), interval_(interval) {}

  Task<> watch(WatchList& list) final;

  /// Looks at all of them once; those of other platforms are passed over. A channel that is missing in the
  /// answer could not be told. An error: nothing could; its retry_after is heeded, and one that wants a
  /// person (denied) is asked again every half minute at most.
  virtual Task<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) = 0;

 protected:
  [[nodiscard]] Clock& clock() const { return clock_; }
  [[nodiscard]] std::chrono::milliseconds interval() const { return interval_; }
  /// Why the last sweep failed, "" = it did not.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  [[nodiscard]] std::chrono::milliseconds pause_after(const Result<std::vector<Sighting>>& sightings) const;

  Clock& clock_;
  std::chrono::milliseconds interval_;
  std::string trouble_{};
};

}  // namespace rec
