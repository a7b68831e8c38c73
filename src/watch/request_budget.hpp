// So many requests a minute and never more, a few of them at once. Pure: time is passed in.
#pragma once
#include <cstddef>
#include <deque>

#include "base/time.hpp"

namespace rec {

/// In no minute, whenever it begins, are there more than `per_minute` requests; after a pause at most `burst`
/// go together, the others evenly spread. Times passed in must not go back.
class RequestBudget {
 public:
  explicit RequestBudget(std::size_t per_minute, std::size_t burst = 3);

  /// False: not now, come back at ready_at(). More than per_minute at once count as per_minute.
  bool take(SteadyTime now, std::size_t requests = 1);
  /// When take() succeeds if nobody else takes; not after `now` if it does now.
  [[nodiscard]] SteadyTime ready_at(SteadyTime now, std::size_t requests = 1) const;

 private:
  std::size_t per_minute_;
  std::chrono::nanoseconds spacing_;
  std::chrono::nanoseconds slack_;      ///< how far ahead of an even pace a burst may be
  SteadyTime even_{SteadyTime::min()};  ///< when the next one would go at an even pace
  std::deque<SteadyTime> lately_{};     ///< the last ones, at most per_minute_
};

}  // namespace rec
