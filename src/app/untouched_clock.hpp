// Stored instants by the monotonic clock: they are UTC, and a wall clock that is set while the program runs
// neither ends nor prolongs what is counted from them. Decision thread only.
#pragma once
#include <algorithm>
#include <map>

#include "base/time.hpp"

namespace rec {

/// One instant a key: a deadline, or when something began.
template <class Key>
class UntouchedClock {
 public:
  /// What the wall clock would say now, had nobody touched it since this instant was first seen (in this
  /// run). `longest`: further ahead than that it can never be, whatever an earlier run believed.
  Instant now(const Key& key, Instant stored, Millis longest, Instant wall, SteadyTime steady) {
    const auto [at, is_new] = seen_.try_emplace(key);
    Seen& seen = at->second;
    if (is_new || seen.stored != stored) seen = {stored, steady + std::min<Millis>(stored - wall, longest)};
    return stored - std::chrono::ceil<Millis>(seen.at - steady);
  }
  void forget(const Key& key) { seen_.erase(key); }

 private:
  struct Seen {
    Instant stored{};
    SteadyTime at{};
  };
  std::map<Key, Seen> seen_;
};

}  // namespace rec
