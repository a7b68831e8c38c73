// Asking about a channel by whatever way its page is resolved.
#pragma once
#include <functional>

#include "ports/watcher.hpp"

namespace rec {

/// What is seen of one channel. An error: it could not be told.
using AskPage = std::function<Task<Sighting>(WatchedChannel)>;

}  // namespace rec
