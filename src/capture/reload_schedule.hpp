// When a live playlist is loaded next (RFC 8216bis, 6.3.4). Pure; an absolute schedule, so that the time a
// load takes does not add up.
#pragma once
#include <algorithm>

#include "base/time.hpp"
#include "capture/spread.hpp"
#include "core/segment.hpp"

namespace rec::capture {

class ReloadSchedule {
 public:
  /// `spread`: of what is followed (spread.hpp).
  explicit ReloadSchedule(SteadyTime start, double spread = 0) : due_(start), spread_(spread) {}

  [[nodiscard]] SteadyTime due() const { return due_; }

  /// After a load that brought something new: one segment's time later. After one that did not: half of it.
  void loaded(bool changed, Micros target_duration, Micros last_segment, SteadyTime now) {
    errors_ = 0;
    const auto longest = std::max<Micros>(target_duration, kLeast);
    patience_ = std::clamp<Micros>(target_duration, kLeastPatience, kMostPatience);
    const auto base = last_segment > Micros{0} ? std::clamp<Micros>(last_segment, kLeast, longest) : longest;
    next(changed ? base : std::max<Micros>(base / 2, kLeast), now);
  }
  /// After a load that failed: 0.5 s, doubling up to a target duration (2 s to 8 s), or what the server asked
  /// for, up to a minute. Longer, and what was still listed when an outage ended would be gone by then; but
  /// the channels of one server do not all ask in the moment that it comes back.
  void failed(Millis retry_after, SteadyTime now) {
    const auto pause = std::min(Micros(kLeast) * (1 << std::min(errors_++, 4)), patience_);
    due_ = now + own_pause(pause, std::min<Millis>(retry_after, std::chrono::minutes{1}), spread_);
  }
  /// At once, and from there on by the rule.
  void restart(SteadyTime now) { due_ = now; }

 private:
  /// Not the second that other players wait at least: where a window is one segment of a second, a load that
  /// comes just before its successor would find, a second later, the one behind that.
  static constexpr Millis kLeast{500};
  static constexpr Micros kLeastPatience{2'000'000}, kMostPatience{8'000'000};

  void next(Micros interval, SteadyTime now) { due_ = std::max<SteadyTime>(due_ + interval, now); }

  SteadyTime due_;
  double spread_;
  Micros patience_ = kMostPatience;
  int errors_ = 0;
};

}  // namespace rec::capture
