// The watchers that read pages, put together of what the house has: YouTube's, and those of any other site.
#pragma once
#include "cli/house.hpp"

namespace rec::cli {

void add_page_watchers(House& house, const Config& config);

}  // namespace rec::cli
