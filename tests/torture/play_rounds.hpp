// Several rounds at a time: they mostly wait for broadcasts.
#pragma once
#include <functional>

namespace rec::torture {

/// Calls `play` with 0, 1, 2 … on so many threads until it says false on each. A round stays on its thread:
/// its program dies with the thread that started it.
void play_rounds(int at_once, const std::function<bool(unsigned)>& play);

}  // namespace rec::torture
