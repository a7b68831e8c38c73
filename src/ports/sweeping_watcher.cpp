#include "ports/sweeping_watcher.hpp"

#include <utility>

namespace rec {

Task<> SweepingWatcher::watch(WatchList& list) {
  for (;;) {
    std::vector<WatchedChannel> channels;
    for (WatchTarget& target : list.targets()) channels.push_back(std::move(target.channel));
    auto sightings = co_await sweep(std::move(channels));
    for (Sighting& seen : sightings) list.saw(std::move(seen));
    co_await clock_.sleep(interval_);
  }
}

}  // namespace rec
