#include "ports/sweeping_watcher.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace rec {

Task<> SweepingWatcher::watch(WatchList& list) {
  for (;;) {
    std::vector<WatchedChannel> channels;
    for (WatchTarget& target : list.targets()) channels.push_back(std::move(target.channel));
    auto sightings = co_await sweep(std::move(channels));
    if (!sightings) {
      if (std::exchange(trouble_, sightings.error().text) != trouble_)
        log::warn("watch.failed", {{"error", trouble_}});
    } else {
      if (!std::exchange(trouble_, std::string()).empty()) log::info("watch.recovered");
      for (Sighting& seen : *sightings) list.saw(std::move(seen));
    }
    co_await clock_.sleep(pause_after(sightings));
  }
}

std::chrono::milliseconds SweepingWatcher::pause_after(const Result<std::vector<Sighting>>& sightings) const {
  auto pause = interval_;
  if (sightings) return pause;
  const Error& error = sightings.error();
  if (error.code == Errc::denied)
    pause = std::max<std::chrono::milliseconds>(pause, std::chrono::seconds(30));
  if (error.retry_after) pause = std::max<std::chrono::milliseconds>(pause, *error.retry_after);
  return pause;
}

}  // namespace rec
