#include "watch/page_watcher.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace rec {
namespace {

constexpr auto kPageRenewal = std::chrono::seconds(1);
constexpr int kEndedUntilOver = 3;
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
    : clock_(clock), options_(std::move(options)), schedule_(page_policy(options_.interval)) {
  if (options_.memory) over_ = options_.memory->over();
}

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
  going_on_.clear();
  for (WatchTarget& target : list.targets()) {
    if (target.channel.platform != "url") continue;
    const ChannelId id = target.channel.id;
    channels_[id] = target.channel;
    if (target.urgency == Urgency::recording || target.urgency == Urgency::grace) going_on_.insert(id);
    if (over_.contains(id) && !going_on_.contains(id)) {
      if (told_over_.insert(id).second) list.saw(end_of(id));
      continue;
    }
    ours.push_back(std::move(target));
  }
  schedule_.set(ours, now());
  std::erase_if(failing_, [this](const auto& one) { return !channels_.contains(one.first); });
  std::erase_if(ended_, [this](const auto& one) { return !channels_.contains(one.first); });
  for (auto* ids : {&over_, &told_over_})
    std::erase_if(*ids, [this](const ChannelId& id) { return !channels_.contains(id); });
  if (options_.memory) options_.memory->keep_over(over_);
}

Sighting PageWatcher::end_of(const ChannelId& channel) {
  Sighting end;
  end.channel = channel;
  end.over = true;
  end.note = "over, or never live: this page is not asked for any more; remove it, or add its channel";
  return end;
}

// One look may be the site's mistake, and what dropped may come back.
void PageWatcher::note_end(const ChannelId& channel, Sighting& seen) {
  if (!seen.over) {
    ended_.erase(channel);
    return;
  }
  const bool sure = ++ended_[channel] >= kEndedUntilOver && !going_on_.contains(channel);
  seen.over = sure;
  if (!sure) {
    if (!going_on_.contains(channel)) seen.note = "over, or never live, as it seems; it is looked at again";
    return;
  }
  over_.insert(channel);
  told_over_.insert(channel);
  failing_.erase(channel);
  seen = end_of(channel);
  log::info("watch.page.over", {{"channel", channel}});
  if (options_.memory) options_.memory->keep_over(over_);
}

PollOutcome PageWatcher::take(const ChannelId& channel, Result<Sighting> seen, WatchList& list) {
  PollOutcome outcome;
  if (!channels_.contains(channel)) return outcome;
  if (seen) {
    if (failing_.erase(channel) > 0) log::info("watch.page.told_again", {{"channel", channel}});
    note_end(channel, *seen);
    outcome.upcoming = seen->announced.has_value();
    if (outcome.upcoming) outcome.scheduled = seen->announced->scheduled;
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
  const std::size_t asked = channels_.size() - told_over_.size();
  if (asked == 0) return {};
  WatchReport report;
  report.platform = "url";
  report.channels = asked;
  report.interval = schedule_.interval(now());
  if (!failing_.empty() && failing_.size() < asked)
    report.note =
        std::to_string(failing_.size()) + " of the pages cannot be told: " + failing_.begin()->second;
  if (failing_.size() == asked) report.trouble = failing_.begin()->second;
  return {report};
}

}  // namespace rec
