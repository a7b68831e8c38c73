// What is known of each watched Twitch channel: its number, what it is called now, whether it is there at
// all.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ports/watcher.hpp"
#include "watch/twitch_names.hpp"

namespace rec {

/// What the platform said of a channel that was asked about.
struct ChannelNews {
  TwitchKey key{};  ///< as it was asked
  bool live = false;
  bool exists = true;  ///< false: the platform knows no such channel
  channel::Broadcast broadcast{};
  std::string id{};     ///< "" = not said
  std::string login{};  ///< "" = not said
};

class TwitchBook {
 public:
  struct Entry {
    WatchedChannel channel{};
    bool wanted = false;         ///< it was among the targets the last time
    std::string id{};            ///< "" = not known
    std::string login{};         ///< as the platform said last, "" = never
    std::optional<bool> live{};  ///< as the platform said last
    int missing = 0;             ///< how often in a row it was not there
    std::optional<SteadyTime> missed_at{};
    std::optional<SteadyTime> named_at{};  ///< when its number and login were last asked
    std::optional<SteadyTime> shown_at{};  ///< when its title and category were last asked, being offline

    [[nodiscard]] TwitchKey key() const;
  };

  /// Entries for those of the targets that are Twitch's and have a name or number that can be one; the others
  /// are complained of, once each. Forgets who is no target any more.
  void renew(const std::vector<WatchTarget>& targets);
  [[nodiscard]] std::map<ChannelId, Entry>& entries() { return entries_; }
  [[nodiscard]] const std::map<ChannelId, Entry>& entries() const { return entries_; }

  /// Takes down who and where it is (not whether it is live).
  static void learn(Entry& entry, const ChannelNews& news, SteadyTime now);
  /// All that is known of who it is, `note` included; offline, and nothing of a broadcast.
  static Sighting sighting(const Entry& entry);

 private:
  std::map<ChannelId, Entry> entries_{};
  std::map<ChannelId, std::string> complained_{};  ///< the name that can be none
};

/// Between two answers without a channel, before it is believed that there is none.
inline constexpr Millis kMissingAgainAfter{10'000};

}  // namespace rec
