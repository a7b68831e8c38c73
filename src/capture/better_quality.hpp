// Is something on offer that is wanted more than what is being recorded, and when is that worth a question?
// Pure.
#pragma once
#include <optional>
#include <vector>

#include "capture/playlist_load.hpp"

namespace rec::capture {

/// Where the playlist that is followed stands in what a page offers now, the best first: by its URL, else by
/// what it was announced to show, for most pages give other URLs each time. nullopt: not in there, or nobody
/// can tell.
std::optional<std::size_t> place_among(const PlaylistSource& followed,
                                       const std::vector<PlaylistSource>& offered);

/// When the page is asked for something better, counted from when a playlist was opened: after 1, 4 and 13
/// minutes, for sources and transcodes that a broadcast begins without come within its first minutes; and
/// where something better is listed and could not be had, then every half an hour.
class LookSchedule {
 public:
  /// Another playlist is followed; `worth_it`: a look could show something better, and tell it.
  void restart(bool worth_it, SteadyTime now);
  /// The page is being asked.
  void looked(bool second_best, SteadyTime now);
  [[nodiscard]] bool due(SteadyTime now) const { return next_ && now >= *next_; }

 private:
  static constexpr std::chrono::minutes kFirst{1}, kLongest{30};
  static constexpr int kTimes = 3;

  std::optional<SteadyTime> next_;
  std::chrono::minutes pause_ = kFirst;
  int looks_ = 0;
};

}  // namespace rec::capture
