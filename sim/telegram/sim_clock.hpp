// The simulated Telegram's clock: ours, or one that is wrong. One for the process.
#pragma once
#include <chrono>

namespace rec::sim {

std::chrono::system_clock::time_point server_now();
/// What the server's clock is ahead of ours; 0 after the start.
void set_clock_skew(std::chrono::seconds skew);

}  // namespace rec::sim
