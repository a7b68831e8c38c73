// Who is live, as the app asks it: a watcher looks by itself, whenever it thinks best, and tells what it saw.
#pragma once
#include <optional>
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
  std::string platform_id{};   ///< the platform's own id of it once that was seen: it outlives a rename
  std::string cookies_file{};  ///< for pages that want a sign-in, "" = none
  std::string proxy{};         ///< as HttpRequest::proxy
};

/// How much it matters to look soon, the least first.
enum class Urgency { idle, lately_live, recording, waiting, grace };

struct WatchTarget {
  WatchedChannel channel;
  Urgency urgency = Urgency::idle;
  std::optional<Instant> scheduled{};  ///< when an announced broadcast is to begin
};

struct Announcement {
  std::optional<Instant> scheduled{};  ///< unset: it was not said when
  bool operator==(const Announcement&) const = default;
};

/// One look at one channel. A channel that could not be told is not spoken of at all.
struct Sighting {
  ChannelId channel;
  bool live = false;
  /// Of what is live, or else of what the channel shows for its next one: empty strings are not told.
  channel::Broadcast broadcast{};
  std::optional<Announcement> announced{};  ///< not live, and the platform names a broadcast to come
  std::string platform_id{};                ///< "" = not told
  std::string name{};                       ///< what it is called now, "" = not told
  std::string note{};  ///< what its owner must know of it ("members only: …"), "" = nothing
  /// The page is that of one broadcast, and nothing more will come of it: it is not asked for any more.
  bool over = false;
};

/// What is to be watched, and who hears of it. Both on the decision thread; saw() never waits.
class WatchList {
 public:
  virtual ~WatchList() = default;
  /// As it is now: to be asked anew for each look, for channels come and go.
  [[nodiscard]] virtual std::vector<WatchTarget> targets() const = 0;
  virtual void saw(Sighting sighting) = 0;
};

/// How a watcher goes about it, for status and doctor.
struct WatchReport {
  std::string platform{};
  std::size_t channels = 0;
  std::chrono::milliseconds interval{0};  ///< between two looks at a channel for which nothing is urgent
  std::string note{};                     ///< "without a developer key …", "" = nothing
  std::string trouble{};                  ///< why it sees nothing now, "" = it sees
};

class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Looks at those of the list that are its platform's until it is cancelled. Failures are its own to
  /// try again; it says each new one once in the log, and in reports().
  virtual Task<> watch(WatchList& list) = 0;
  [[nodiscard]] virtual std::vector<WatchReport> reports() const { return {}; }
};

}  // namespace rec
