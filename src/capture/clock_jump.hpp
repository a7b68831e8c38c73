// A playlist whose clock was set: the same segments, under the same names and numbers, all at another time.
// Pure; the half of the planner that does not take them for others.
#pragma once
#include <optional>

#include "capture/planner.hpp"

namespace rec::capture {

/// By how much all the times of what is listed again moved; nothing where they did not, or not alike. An
/// encoder that starts anew may reuse names and numbers, but not faster than it broadcasts: so there must be
/// more listed again than could have come since the newest segment was first listed (`since_newest`; unset:
/// nobody knows, and nothing is said).
std::optional<Millis> clock_jump(const Cursor& cursor, const Window& window,
                                 std::optional<Micros> since_newest);

}  // namespace rec::capture
