// A broadcast that a person stopped: it is not taken up again. Pure.
#pragma once
#include <string>

#include "core/channel.hpp"

namespace rec {

struct StoppedBroadcast {
  std::string stream_id{};    ///< "" = the platform tells none
  bool went_offline = false;  ///< the channel was seen offline since
  bool operator==(const StoppedBroadcast&) const = default;
};

/// Where the platform numbers its broadcasts, the number tells: it may leave one out for minutes, while its
/// playlist alone says that the channel is live. Else one that is seen before the channel was offline, or
/// (where it has numbers) before it was silent for long, is still the same.
inline bool is_same(const StoppedBroadcast& stopped, const channel::Broadcast& seen, Millis silent_for) {
  if (!stopped.stream_id.empty() && !seen.stream_id.empty()) return stopped.stream_id == seen.stream_id;
  if (!stopped.went_offline) return true;
  return !stopped.stream_id.empty() && silent_for < std::chrono::minutes(30);
}

}  // namespace rec
