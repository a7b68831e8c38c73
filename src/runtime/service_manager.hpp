// What systemd is told of a service of Type=notify: by one datagram each to the socket that it names in the
// environment, as sd_notify(3) describes. Without that socket nothing is said.
#pragma once
#include <chrono>
#include <optional>
#include <string>

#include "runtime/clock.hpp"

namespace rec::service_manager {

/// "READY=1", "STOPPING=1", "STATUS=…"; never blocks. A manager that does not listen is no error of ours.
void say(const std::string& state);
/// How long it waits for a sign of life, where it wants any from this process (WATCHDOG_USEC, WATCHDOG_PID).
std::optional<std::chrono::microseconds> watchdog_interval();
/// Gives a sign of life twice in that time, from the thread that decides, so that a hang is noticed; until it
/// is cancelled. Where none is wanted it returns.
Task<> feed_watchdog(Clock& clock);

}  // namespace rec::service_manager
