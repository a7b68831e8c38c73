// Watches pages of no platform of its own (`url`): whatever resolves them is asked, one after the other.
#pragma once
#include <map>
#include <memory>
#include <string>

#include "runtime/clock.hpp"
#include "runtime/signal.hpp"
#include "watch/ask_page.hpp"
#include "watch/poll_schedule.hpp"

namespace rec {

struct PageWatchOptions {
  Millis interval{60'000};  ///< between two looks at a page; a look may take seconds, and a process
  AskPage ask{};
};

/// One page at a time: what is urgent first (see PollSchedule), twice as often while a broadcast is about to
/// begin or has dropped; pages that cannot be told are asked later and later. Each new cause is said once a
/// channel, and when it is over.
class PageWatcher final : public Watcher {
 public:
  /// `clock` outlives it.
  PageWatcher(Clock& clock, PageWatchOptions options);

  Task<> watch(WatchList& list) override;
  [[nodiscard]] std::vector<WatchReport> reports() const override;

 private:
  void renew(WatchList& list);
  PollOutcome take(const ChannelId& channel, Result<Sighting> seen, WatchList& list);
  [[nodiscard]] PollTime now() const { return {clock_.steady(), clock_.now()}; }

  Clock& clock_;
  PageWatchOptions options_;
  PollSchedule schedule_;
  std::map<ChannelId, WatchedChannel> channels_{};
  std::map<ChannelId, std::string> failing_{};  ///< why
};

}  // namespace rec
