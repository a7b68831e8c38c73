// The end of a grace period by the monotonic clock: stored deadlines are UTC, and a wall clock that is set
// while one runs neither ends nor prolongs it. Decision thread only.
#pragma once
#include <algorithm>
#include <map>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace rec {

class GraceClock {
 public:
  /// What the wall clock would say now, had nobody touched it since this deadline was first seen (in this
  /// run). `longest` is the grace period: a deadline from an earlier run can never be further away than that.
  Instant now(const ChannelId& channel, Instant deadline, std::chrono::seconds longest, Instant wall,
              SteadyTime steady) {
    Known& known = known_[channel];
    if (known.deadline != deadline) {
      const Millis away = std::clamp<Millis>(deadline - wall, Millis(0), longest);
      known = {deadline, steady + away};
    }
    return deadline - std::chrono::ceil<Millis>(known.ends - steady);
  }
  void forget(const ChannelId& channel) { known_.erase(channel); }

 private:
  struct Known {
    Instant deadline{};
    SteadyTime ends{};
  };
  std::map<ChannelId, Known> known_;
};

}  // namespace rec
