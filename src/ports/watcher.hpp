// Who is live, as the app asks it.
#pragma once
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "core/channel.hpp"
#include "runtime/task.hpp"

namespace rec {

struct WatchedChannel {
  ChannelId id;
  std::string platform{};  ///< twitch, youtube, url
  std::string name{};      ///< login or handle, as the platform spells it
  std::string page_url{};
};

struct Sighting {
  ChannelId channel;
  bool live = false;
  channel::Broadcast broadcast{};
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Looks at all of them once, batched. A channel that is missing in the answer could not be told: not a
  /// word on it.
  virtual Task<std::vector<Sighting>> sweep(std::vector<WatchedChannel> channels) = 0;
};

}  // namespace rec
