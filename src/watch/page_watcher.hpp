// Watches pages of no platform of its own (`url`): whatever resolves them is asked, one after the other.
#pragma once
#include <map>
#include <memory>
#include <set>
#include <string>

#include "runtime/clock.hpp"
#include "runtime/signal.hpp"
#include "watch/ask_page.hpp"
#include "watch/poll_schedule.hpp"
#include "watch/watch_memory.hpp"

namespace rec {

struct PageWatchOptions {
  Millis interval{60'000};  ///< between two looks at a page; a look may take seconds, and a process
  AskPage ask{};            ///< says of a page of one broadcast whether that is over
  std::shared_ptr<WatchMemory> memory{};  ///< keeps over a restart which are over
};

/// One page at a time: what is urgent first (see PollSchedule), twice as often while a broadcast is about to
/// begin or has dropped; pages that cannot be told are asked later and later. Each new cause is said once a
/// channel, and when it is over. A page whose one broadcast is over, as three looks in a row say while
/// nothing of it is being recorded, is not asked for any more, until it is taken out and comes back.
class PageWatcher final : public Watcher {
 public:
  /// `clock` outlives it.
  PageWatcher(Clock& clock, PageWatchOptions options);

  Task<> watch(WatchList& list) override;
  [[nodiscard]] std::vector<WatchReport> reports() const override;

 private:
  void renew(WatchList& list);
  PollOutcome take(const ChannelId& channel, Result<Sighting> seen, WatchList& list);
  [[nodiscard]] static Sighting end_of(const ChannelId& channel);
  void note_end(const ChannelId& channel, Sighting& seen);
  [[nodiscard]] PollTime now() const { return {clock_.steady(), clock_.now()}; }

  Clock& clock_;
  PageWatchOptions options_;
  PollSchedule schedule_;
  std::map<ChannelId, WatchedChannel> channels_{};
  std::map<ChannelId, std::string> failing_{};  ///< why
  std::set<ChannelId> going_on_{};              ///< something of them is being recorded, or has dropped
  std::map<ChannelId, int> ended_{};            ///< looks in a row that found them over
  std::set<ChannelId> over_{};
  std::set<ChannelId> told_over_{};  ///< of over_: the list has heard of it
};

}  // namespace rec
