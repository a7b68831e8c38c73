// Does the Python program still run in a folder?
#pragma once
#include <sys/types.h>

#include <optional>
#include <string>

namespace rec::cli {

/// A Python process that works in that folder on its main.py. One in a container, or of another user, cannot
/// be seen. Blocking.
std::optional<pid_t> old_program_in(const std::string& folder);

}  // namespace rec::cli
