#include "capture/better_quality.hpp"

#include <algorithm>

namespace rec::capture {

std::optional<std::size_t> place_among(const PlaylistSource& followed,
                                       const std::vector<PlaylistSource>& offered) {
  auto found = std::ranges::find(offered, followed.url, &PlaylistSource::url);
  if (found == offered.end() && followed.picture != Picture{})
    found = std::ranges::find(offered, followed.picture, &PlaylistSource::picture);
  if (found == offered.end()) return std::nullopt;
  return static_cast<std::size_t>(found - offered.begin());
}

void LookSchedule::restart(bool worth_it, SteadyTime now) {
  looks_ = 0;
  pause_ = kFirst;
  next_.reset();
  if (worth_it) next_ = now + pause_;
}

void LookSchedule::looked(bool second_best, SteadyTime now) {
  pause_ = std::min(3 * pause_, kLongest);
  next_.reset();
  if (++looks_ < kTimes || second_best) next_ = now + pause_;
}

}  // namespace rec::capture
