// When a disk is too full to go on recording, when it no longer is, and how long it will last. Pure: readings
// come in, what people must hear goes out.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace rec::disk {

struct Policy {
  std::uint64_t min_free = 0;                 ///< recording.min_free, bytes; 0: no guard
  std::chrono::seconds least_left{6 * 3600};  ///< a warning when less remains at the present rate
  bool operator==(const Policy&) const = default;
};

struct Reading {
  SteadyTime at{};
  std::uint64_t free = 0;  ///< bytes that we may write
  bool operator==(const Reading&) const = default;
};

/// What is known of one filesystem. Starts as "there is room".
struct State {
  bool paused = false;             ///< nothing is recorded to it
  bool warned = false;             ///< people know that it will not last
  std::vector<Reading> history{};  ///< one a minute, oldest first, of the last half hour
  bool operator==(const State&) const = default;
};

/// What has just become so; each is said once, until its opposite.
enum class Notice { paused, resumed, runs_out, lasts };

struct Step {
  State next;
  std::vector<Notice> notices;
};

/// Below min_free it pauses; it resumes when an eighth of min_free is free beyond that, so that it does not
/// flutter. `gaining`: something is being removed right now, so there is no pause yet.
Step step(State state, const Reading& now, const Policy& policy, bool gaining = false);

/// Free space from which on what may go is removed, before anything pauses: the mark at which a pause ends.
std::uint64_t roomy_mark(const Policy& policy);

/// How long until a pause, at the rate of the last half hour (10 minutes at least). Nothing: it is too early
/// to tell, or space does not shrink.
std::optional<std::chrono::seconds> left(const State& state, const Reading& now, const Policy& policy);

}  // namespace rec::disk
