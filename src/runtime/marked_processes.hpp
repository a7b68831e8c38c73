// Processes that carry a mark in their environment: how children are found again whose parent was killed. A
// number alone would not do: it is written down after the start, and may belong to somebody else by now.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

namespace rec {

/// Those of this user whose environment has exactly this entry ("NAME=value"), children of children included.
/// Zombies have no environment any more, and are not among them. Reads all of /proc: blocking, milliseconds.
std::vector<pid_t> processes_with(const std::string& entry);

/// Sends the signal to each of them that still carries the mark.
void signal_processes_with(const std::string& entry, int number);

}  // namespace rec
