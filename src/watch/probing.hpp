// Asks the playlists of channels that may be live although their platform says they are not: an API may leave
// a stream out for minutes. It only ever says live.
#pragma once
#include <functional>
#include <memory>

#include "ports/watcher.hpp"
#include "runtime/clock.hpp"

namespace rec {

struct ProbingOptions {
  Millis grace_every{10'000};    ///< a channel that waits for a dropped stream
  Millis hopeful_every{30'000};  ///< one that was live lately, or whose next broadcast is waited for
  Millis targets_every{2'000};   ///< how often the list is asked who these are
};

/// True: the channel's playlist gives segments now. An error is as good as false.
using Probe = std::function<Task<bool>(WatchedChannel)>;

/// Of the platform twitch; four channels at a time, those in grace first. A sighting has an empty stream_id,
/// for a playlist does not tell which broadcast it is. `clock` outlives it.
std::unique_ptr<Watcher> make_probing_watcher(Clock& clock, Probe probe, ProbingOptions options = {});

}  // namespace rec
