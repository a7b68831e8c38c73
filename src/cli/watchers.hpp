// Who looks which channels are live, put together of what the house has and what its configuration says.
#pragma once
#include <memory>
#include <vector>

#include "cli/house.hpp"

namespace rec::cli {

/// The house outlives them.
std::vector<std::unique_ptr<Watcher>> watchers_for(House& house);

}  // namespace rec::cli
