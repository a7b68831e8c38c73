// One request to the media worker, in a niced child of its own. Inside src/media only.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/task.hpp"

namespace rec::media {

/// What the worker answered. `argv` starts it; `bytes` is how much it has to read and `encode` whether it may
/// have to encode: the time it gets goes by them. `about` names the work in errors. corrupt: it crashed over
/// its input; unavailable: it was killed from outside; timed_out. Decision thread only.
Task<std::string> ask_worker(std::vector<std::string> argv, std::string request, std::uint64_t bytes,
                             bool encode, std::string about);

}  // namespace rec::media
