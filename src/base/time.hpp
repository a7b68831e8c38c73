// Instants and durations: stored instants are UTC milliseconds, measured durations come from the monotonic
// clock.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace rec {

using Millis = std::chrono::milliseconds;
/// A stored instant, UTC. What a person or another machine may read.
using Instant = std::chrono::sys_time<Millis>;
/// A reading of the monotonic clock; has no meaning outside this run of the process.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

inline std::int64_t unix_ms(Instant at) { return at.time_since_epoch().count(); }
inline Instant from_unix_ms(std::int64_t ms) { return Instant{Millis{ms}}; }

/// "2026-11-22T17:26:03.120Z"
std::string iso8601(Instant at);

}  // namespace rec
