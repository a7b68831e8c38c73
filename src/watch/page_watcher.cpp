#include "watch/page_watcher.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace rec {
namespace {

constexpr auto kPageRenewal = std::chrono::seconds(1);
// Nothing but a person mends that: a site that nobody knows, a program that is missing.
constexpr Millis kHopelessPause = std::chrono::minutes(5);

PollPolicy page_policy(Millis interval) {
  PollPolicy policy;
  policy.interval = interval;
  policy.hurried = interval / 2;
  policy.at_once = 1;
  return policy;
}

}  // namespace

PageWatcher::PageWatcher(Clock& clock, PageWatchOptions options)
    : clock_(clock), options_(std::move(options)), schedule_(page_policy(options_.interval)) {}

Task<> PageWatcher::watch(WatchList& list) {
  for (;;) {
    renew(list);
    const auto next = schedule_.take(now());
    if (!next) {
      co_await clock_.sleep_until(std::min(schedule_.next_at(now()), clock_.steady() + kPageRenewal));
      continue;
    }
    WatchedChannel channel = channels_.at(*next);
    auto seen = co_await options_.ask(std::move(channel));
    renew(list);
    schedule_.finished(*next, take(*next, std::move(seen), list), now());
  }
}

void PageWatcher::renew(WatchList& list) {
  std::vector<WatchTarget> ours;
  channels_.clear();
  for (WatchTarget& target : list.targets()) {
    if (target.channel.platform != "url") continue;
    channels_[target.channel.id] = target.channel;
    ours.push_back(std::move(target));
  }
  schedule_.set(ours, now());
  std::erase_if(failing_, [this](const auto& one) { return !channels_.contains(one.first); });
}

PollOutcome PageWatcher::take(const ChannelId& channel, Result<Sighting> seen, WatchList& list) {
  PollOutcome outcome;
  if (!channels_.contains(channel)) return outcome;
  if (seen) {
    if (failing_.erase(channel) > 0) log::info("watch.page.told_again", {{"channel", channel}});
    list.saw(*std::move(seen));
    return outcome;
  }
  const Error& error = seen.error();
  if (std::exchange(failing_[channel], error.text) != error.text)
    log::warn("watch.page.failed", {{"channel", channel}, {"error", error.text}});
  outcome.kind = PollOutcome::Kind::unreachable;
  outcome.retry_after = error.retry_after;
  if (error.code == Errc::invalid) outcome.retry_after = kHopelessPause;
  return outcome;
}

std::vector<WatchReport> PageWatcher::reports() const {
  if (channels_.empty()) return {};
  WatchReport report;
  report.platform = "url";
  report.channels = channels_.size();
  report.interval = schedule_.interval(now());
  if (!failing_.empty() && failing_.size() < channels_.size())
    report.note =
        std::to_string(failing_.size()) + " of the pages cannot be told: " + failing_.begin()->second;
  if (failing_.size() == channels_.size()) report.trouble = failing_.begin()->second;
  return {report};
}

}  // namespace rec
