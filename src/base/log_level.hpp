// How much is logged, changed while the program runs. Thread-safe.
#pragma once
#include "base/log.hpp"

namespace rec::log {

/// From the next line on.
void set_level(Level level);

}  // namespace rec::log
