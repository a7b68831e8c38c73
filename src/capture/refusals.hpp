// Counts URLs that are refused soon after they were resolved: then another URL of the same kind will be, too.
// Pure.
#pragma once
#include <algorithm>
#include <deque>

#include "base/time.hpp"

namespace rec::capture {

class Refusals {
 public:
  static constexpr std::size_t kMost = 3;
  static constexpr std::chrono::minutes kWithin{10};
  static constexpr std::chrono::seconds kSoon{120};
  /// Refusals that all came within it are a storm: servers that say it of everything, and think better of it.
  static constexpr std::chrono::seconds kStorm{30};

  /// A URL in use since `opened` is refused. True when resolving it anew makes no sense any more: it would be
  /// more than kMost times within kWithin, and this is no storm.
  bool note(SteadyTime opened, SteadyTime now) {
    while (!times_.empty() && now - times_.front() > kWithin) times_.pop_front();
    if (now - opened <= kSoon) times_.push_back(now);
    return times_.size() > kMost && now - times_.front() >= kStorm;
  }

  /// As ResolveRequest::refusals. It stays what it is while the newest URL lives: who resolved that one is
  /// asked again. kMost at the most: there is no client behind the last one.
  [[nodiscard]] int count() const { return static_cast<int>(std::min(times_.size(), kMost)); }

 private:
  std::deque<SteadyTime> times_;
};

}  // namespace rec::capture
