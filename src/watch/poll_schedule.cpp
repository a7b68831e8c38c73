// Wished intervals by rank, stretched where the budget does not carry them.
#include "watch/poll_schedule.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <string_view>

namespace rec {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// Around an announced start, both ends counted from it.
struct StartWindow {
  std::chrono::seconds before;
  std::chrono::seconds after;
  [[nodiscard]] bool holds(std::chrono::nanoseconds late) const { return late >= -before && late < after; }
};
constexpr StartWindow kHurry{seconds(30), minutes(5)};
constexpr StartWindow kNear{minutes(10), minutes(60)};  // a room that nobody opens is not urgent for ever
constexpr Millis kAfterStart = seconds(1);              // scheduled times are whole seconds
constexpr int kRecordingFactor = 3;
constexpr Millis kLongestRecordingPause = minutes(2);
constexpr Millis kLongestPollDelay = minutes(5);
constexpr Millis kClosestLooks = seconds(5);
constexpr Millis kLongestBackoff = minutes(2);
constexpr Millis kLongestHurriedBackoff = seconds(30);
constexpr Millis kFirstHold = minutes(1);
constexpr Millis kLongestHold = minutes(15);
constexpr Millis kLongestToldHold = minutes(60);
constexpr double kHurriedShare = 0.75;     // of the budget, where the others want it too
constexpr std::size_t kFailuresOfAll = 3;  // in a row, of any channels: then it is the network

/// So that channels do not march in step: up to a twenty-fifth, at most a second.
Millis jitter(const ChannelId& id, unsigned looks, Millis pace) {
  const auto most = std::min<Millis>(pace / 25, seconds(1)).count();
  const auto mixed = std::hash<std::string_view>{}(id.str()) * 31 + looks * 2654435761U;
  return Millis(most == 0 ? 0 : static_cast<std::int64_t>(mixed % static_cast<std::size_t>(most + 1)));
}

Millis times(Millis length, double factor) {
  return std::chrono::round<Millis>(std::chrono::duration<double, std::milli>(length) * factor);
}

double per_minute(Millis interval) {
  return 60'000.0 / static_cast<double>(std::max<std::int64_t>(1, interval.count()));
}

/// As many refusals came before.
Millis hold_after(int refusals) {
  return std::min<Millis>(kLongestHold, kFirstHold * (1 << std::min(refusals, 6)));
}

}  // namespace

PollSchedule::PollSchedule(PollPolicy policy, std::shared_ptr<RequestBudget> budget)
    : policy_(policy),
      budget_(budget ? std::move(budget) : std::make_shared<RequestBudget>(policy.per_minute)) {
  policy_.per_minute = budget_->plain_per_minute();
}

void PollSchedule::set(const std::vector<WatchTarget>& targets, PollTime now) {
  std::set<ChannelId> wanted;
  for (const WatchTarget& target : targets) {
    wanted.insert(target.channel.id);
    auto [at, fresh] = entries_.try_emplace(target.channel.id);
    if (fresh) at->second.not_before = now.steady;
    at->second.urgency = target.urgency;
    at->second.scheduled = target.scheduled;
    at->second.given_up = false;
  }
  for (auto at = entries_.begin(); at != entries_.end();) {
    at->second.given_up = !wanted.contains(at->first);
    at = at->second.given_up && !at->second.under_way ? entries_.erase(at) : std::next(at);
  }
}

std::optional<std::chrono::nanoseconds> PollSchedule::late(const Entry& entry, PollTime now) {
  const bool upcoming = entry.seen && entry.seen->upcoming;
  const auto scheduled = upcoming ? entry.seen->scheduled : entry.scheduled;
  if (scheduled) return now.utc - *scheduled;
  if (upcoming) return now.steady - entry.upcoming_since.value_or(now.steady);
  return std::nullopt;
}

PollSchedule::Rank PollSchedule::rank_of(const Entry& entry, PollTime now) const {
  const auto behind = late(entry, now);
  if (behind && kNear.holds(*behind)) return Rank::near;
  switch (entry.urgency) {
    case Urgency::grace:
      return Rank::grace;
    case Urgency::lately_live:
      return Rank::lately;
    case Urgency::waiting:
      return Rank::waiting;
    case Urgency::recording:
      return Rank::recording;
    case Urgency::idle:
      break;
  }
  return Rank::idle;
}

PollSchedule::Pace PollSchedule::pace_of(const Entry& entry, PollTime now) const {
  const auto behind = late(entry, now);
  if (entry.urgency == Urgency::grace || (behind && kHurry.holds(*behind))) return Pace::hurried;
  if (behind && kNear.holds(*behind)) return Pace::soon;
  return entry.urgency == Urgency::recording ? Pace::recording : Pace::plain;
}

Millis PollSchedule::wished(const Entry& entry, Pace pace) const {
  Millis time = policy_.interval;
  if (pace >= Pace::soon) time = std::min(time, policy_.hurried);
  if (pace == Pace::recording)
    time = std::max(time, std::min<Millis>(kRecordingFactor * time, kLongestRecordingPause));
  const auto delay =
      entry.seen && entry.seen->upcoming ? entry.seen->poll_delay.value_or(Millis(0)) : Millis(0);
  return std::max(time, std::min(delay, kLongestPollDelay));
}

/// Requests a minute.
struct PollSchedule::Demand {
  double hurried = 0;
  double soon = 0;
  double soon_plainly = 0;  ///< of the same, where there is no room for hurry
  double others = 0;
};

PollSchedule::Demand PollSchedule::demand(PollTime now) const {
  Demand all;
  for (const auto& [id, entry] : entries_) {
    const auto pace = pace_of(entry, now);
    const auto wanted = [&](Pace which) {
      return per_minute(wished(entry, which)) * static_cast<double>(entry.cost);
    };
    if (pace == Pace::hurried) all.hurried += wanted(pace);
    if (pace == Pace::soon) all.soon += wanted(pace);
    if (pace == Pace::soon) all.soon_plainly += wanted(Pace::plain);
    if (pace < Pace::soon) all.others += wanted(pace);
  }
  return all;
}

PollSchedule::Stretch PollSchedule::stretch(PollTime now) const {
  const auto all = demand(now);
  const auto budget = static_cast<double>(policy_.per_minute);
  const double plain = all.others + all.soon_plainly;
  Stretch by;
  const double allowed = plain == 0 ? budget : std::max(budget - plain, budget * kHurriedShare);
  by.hurried = std::max(1.0, all.hurried / allowed);
  const double rest = budget - all.hurried / by.hurried;
  if (all.soon + all.others <= rest) return by;
  by.others = std::max(1.0, plain / rest);
  by.soon = all.soon /
            (by.others > 1 ? all.soon_plainly / by.others : std::max(rest - all.others, all.soon_plainly));
  return by;
}

SteadyTime PollSchedule::due(const ChannelId& id, const Entry& entry, const Stretch& by, PollTime now) const {
  if (!entry.last) return entry.not_before;
  const auto kind = pace_of(entry, now);
  const bool hurried = kind == Pace::hurried;
  auto pace = times(wished(entry, kind), hurried ? by.hurried : kind == Pace::soon ? by.soon : by.others);
  if (entry.failures > 0) {
    const auto longest = std::max(pace, hurried ? kLongestHurriedBackoff : kLongestBackoff);
    pace = std::min(longest, pace * (1 << (std::min(entry.failures, 7) - 1)));
  }
  auto at = *entry.last + pace + jitter(id, entry.looks, pace);
  if (entry.seen && entry.seen->scheduled && entry.failures == 0) {
    const auto begins = now.steady + (*entry.seen->scheduled - now.utc) + kAfterStart;
    if (begins > *entry.last)
      at = std::min<SteadyTime>(at, std::max<SteadyTime>(begins, *entry.last + kClosestLooks));
  }
  return std::max(at, entry.not_before);
}

bool PollSchedule::may_begin(const Entry& entry) const {
  return !entry.under_way && (entry.cost == 1 || !costly_under_way_);
}

// The first of those whose time has come, whether or not there are requests left for it.
PollSchedule::Entries::const_iterator PollSchedule::first_in_line(PollTime now) const {
  const auto by = stretch(now);
  auto best = entries_.end();
  Rank best_rank{};
  SteadyTime best_due{};
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (!may_begin(at->second)) continue;
    const auto when = due(at->first, at->second, by, now);
    if (when > now.steady) continue;
    // While the address is refused one look goes at a time, and whoever is refused is due again at once: by
    // turns, or those who would be answered (by cookies or a proxy of their own) would never be asked.
    const auto rank = refused() || at->second.refusals > 1 ? Rank{} : rank_of(at->second, now);
    if (best != entries_.end() && (rank < best_rank || (rank == best_rank && when >= best_due))) continue;
    best = at;
    best_rank = rank;
    best_due = when;
  }
  return best;
}

std::optional<ChannelId> PollSchedule::take(PollTime now) {
  if (held_until(now.steady) || under_way_ >= (refused() ? 1 : policy_.at_once)) return std::nullopt;
  const auto first = first_in_line(now);
  if (first == entries_.end() || !budget_->take(now.steady, first->second.cost)) return std::nullopt;
  ChannelId id = first->first;
  Entry& entry = entries_.at(id);
  entry.under_way = true;
  entry.last = now.steady;
  ++entry.looks;
  ++under_way_;
  if (entry.cost > 1) costly_under_way_ = true;
  return id;
}

SteadyTime PollSchedule::next_at(PollTime now) const {
  if (under_way_ >= (refused() ? 1 : policy_.at_once)) return SteadyTime::max();
  const auto held = held_until(now.steady);
  const auto first = first_in_line(now);
  if (first != entries_.end())
    return std::max(budget_->ready_at(now.steady, first->second.cost), held.value_or(now.steady));
  const auto by = stretch(now);
  auto next = SteadyTime::max();
  for (const auto& [id, entry] : entries_)
    if (may_begin(entry)) next = std::min(next, due(id, entry, by, now));
  return std::max(next, held.value_or(next));
}

void PollSchedule::finished(const ChannelId& channel, const PollOutcome& outcome, PollTime now) {
  const auto found = entries_.find(channel);
  if (found == entries_.end() || !found->second.under_way) return;
  Entry& entry = found->second;
  --under_way_;
  entry.under_way = false;
  if (entry.cost > 1) costly_under_way_ = false;
  entry.cost = std::max<std::size_t>(outcome.next_cost, 1);
  switch (outcome.kind) {
    case PollOutcome::Kind::told:
    case PollOutcome::Kind::again:
      entry.failures = 0;
      entry.refusals = 0;
      if (refused() && *entry.last >= refused_at_) refusals_ = 0;
      note_success();
      break;
    case PollOutcome::Kind::unreachable:
      note_failure(entry, outcome, now.steady);
      break;
    case PollOutcome::Kind::refused:
      note_refusal(entry, outcome, now.steady);
      break;
  }
  if (outcome.kind == PollOutcome::Kind::again) {
    entry.last.reset();
    entry.not_before = now.steady;
  }
  if (outcome.kind == PollOutcome::Kind::told) {
    entry.seen = outcome;
    if (!outcome.upcoming || outcome.scheduled)
      entry.upcoming_since.reset();
    else if (!entry.upcoming_since)
      entry.upcoming_since = now.steady;
  }
  if (entry.given_up) entries_.erase(found);
}

void PollSchedule::note_failure(Entry& entry, const PollOutcome& outcome, SteadyTime now) {
  ++entry.failures;
  ++failures_in_a_row_;
  if (outcome.retry_after) entry.not_before = now + std::min(*outcome.retry_after, kLongestHold);
}

// What was under way when the first of them came back is no further refusal.
void PollSchedule::note_refusal(Entry& entry, const PollOutcome& outcome, SteadyTime now) {
  // Whoever is refused while others are answered must not hold them up each time it is due.
  entry.not_before = now + hold_after(entry.refusals++);
  if (refused() && *entry.last < refused_at_) return;
  const auto hold = hold_after(refusals_);
  ++refusals_;
  refused_at_ = now;
  held_until_ = now + std::max(hold, std::min(outcome.retry_after.value_or(Millis(0)), kLongestToldHold));
}

// After an outage of the network nobody waits out a backoff of their own.
void PollSchedule::note_success() {
  if (failures_in_a_row_ >= kFailuresOfAll)
    for (auto& [id, entry] : entries_) entry.failures = std::min(entry.failures, 1);
  failures_in_a_row_ = 0;
}

Millis PollSchedule::interval(PollTime now) const { return times(policy_.interval, stretch(now).others); }

std::optional<SteadyTime> PollSchedule::held_until(SteadyTime now) const {
  return refused() && held_until_ > now ? std::optional(held_until_) : std::nullopt;
}

}  // namespace rec
