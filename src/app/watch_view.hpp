// How the platforms are watched, as JSON for every door. The form is promised in docs/interface.md. Pure.
#pragma once
#include <vector>

#include <boost/json/array.hpp>

#include "ports/watcher.hpp"

namespace rec {

boost::json::array watch_json(const std::vector<WatchReport>& reports);

}  // namespace rec
