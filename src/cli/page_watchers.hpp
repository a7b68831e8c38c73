// The watchers that read pages, put together of what the house has: YouTube's, and those of any other site.
#pragma once
#include "cli/house.hpp"

namespace rec::cli {

/// The house outlives them.
void add_page_watchers(std::vector<std::unique_ptr<Watcher>>& watchers, House& house);

}  // namespace rec::cli
