// A token bucket: caps a rate while letting short bursts through. Pure: time is passed in.
#pragma once
#include <cstdint>

#include "base/time.hpp"

namespace rec {

/// Not thread-safe. Times passed in must not go back (one that does counts as the latest seen).
class TokenBucket {
 public:
  /// `bytes_per_second` 0 = no cap. `burst` is what may go at once after a pause; at least 1. It begins full.
  TokenBucket(std::uint64_t bytes_per_second, std::uint64_t burst, SteadyTime now);

  /// Takes what may go now, at most `wanted` bytes, and returns how many that is; 0 = come back at
  /// ready_at().
  std::uint64_t take(std::uint64_t wanted, SteadyTime now);
  /// When `wanted` bytes (or `burst`, if that is less) may go in one piece; not after `now` if they may
  /// already.
  [[nodiscard]] SteadyTime ready_at(std::uint64_t wanted, SteadyTime now);
  /// From now on; what has been saved up is kept, up to the new burst.
  void set_rate(std::uint64_t bytes_per_second, std::uint64_t burst, SteadyTime now);

 private:
  void refill(SteadyTime now);

  double rate_;  ///< bytes per second
  double burst_;
  double tokens_;
  SteadyTime at_;
};

}  // namespace rec
