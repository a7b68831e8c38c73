// So many requests a minute and never more, a few of them at once. Pure: time is passed in.
#pragma once
#include <cstddef>
#include <deque>

#include "base/time.hpp"

namespace rec {

/// In no minute, whenever it begins, are there more than `per_minute` requests; after a pause at most `burst`
/// go together, the others evenly spread. `reserve` of them are left to those that go first. Times passed in
/// must not go back.
class RequestBudget {
 public:
  explicit RequestBudget(std::size_t per_minute, std::size_t burst = 3, std::size_t reserve = 0);

  /// Another rate from now on; what went lately counts.
  void change(std::size_t per_minute, std::size_t reserve);

  /// False: not now, come back at ready_at(). More than plain_per_minute() at once count as so many.
  bool take(SteadyTime now, std::size_t requests = 1);
  /// When take() succeeds if nobody else takes; not after `now` if it does now.
  [[nodiscard]] SteadyTime ready_at(SteadyTime now, std::size_t requests = 1) const;

  /// One that goes first: before all that take(), without their even pace, from the reserve as well. It
  /// succeeds whenever take() would; when the reserve is used up, as soon as a minute has room for one.
  bool take_first(SteadyTime now);
  [[nodiscard]] SteadyTime first_ready_at(SteadyTime now) const;
  /// For requests that nobody holds back: they count, and the others make up for it.
  void charge(SteadyTime now, std::size_t requests) { note(now, requests); }

  [[nodiscard]] std::size_t per_minute() const { return per_minute_; }
  /// What the reserve leaves.
  [[nodiscard]] std::size_t plain_per_minute() const { return plain_; }

 private:
  /// When a minute has room for so many more, of at most `most`.
  [[nodiscard]] SteadyTime room_at(SteadyTime now, std::size_t wanted, std::size_t most) const;
  void note(SteadyTime now, std::size_t requests);

  std::size_t burst_;
  std::size_t per_minute_ = 1;
  std::size_t plain_ = 1;
  std::chrono::nanoseconds spacing_{};
  std::chrono::nanoseconds slack_{};    ///< how far ahead of an even pace a burst may be
  SteadyTime even_{SteadyTime::min()};  ///< when the next one would go at an even pace
  std::deque<SteadyTime> lately_{};     ///< the last ones, at most per_minute_
};

}  // namespace rec
