// Pauses that hundreds begin in the same moment, because one server that all of them ask went away. Known
// from the name of what is followed, so that a simulation is replayed by its seed.
#pragma once
#include <algorithm>
#include <cmath>
#include <functional>
#include <string_view>

#include "core/segment.hpp"

namespace rec::capture {

/// Of [0, 1).
inline double spread_of(std::string_view name) {
  constexpr std::size_t kSteps = 1024;
  return static_cast<double>(std::hash<std::string_view>{}(name) % kSteps) / kSteps;
}

/// One's own part of it: from half of it to all of it.
inline Micros own_part(Micros pause, double spread) {
  return pause - Micros(std::llround(static_cast<double>(pause.count()) * spread / 2));
}

/// Where a server asks for a pause of its own: never shorter than that.
inline Micros own_pause(Micros pause, Micros asked, double spread) {
  const Micros own = own_part(pause, spread);
  return asked > Micros{0} ? std::max(own, asked + (pause - own)) : own;
}

}  // namespace rec::capture
