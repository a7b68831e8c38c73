// When which channel is looked at next, where each look is a request and requests are few. Pure: time is
// passed in.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "ports/watcher.hpp"
#include "watch/request_budget.hpp"

namespace rec {

struct PollPolicy {
  Millis interval{30'000};  ///< between two looks at a channel
  Millis hurried{13'000};   ///< the same while a broadcast is about to begin, or has dropped
  std::size_t per_minute = 60;
  std::size_t at_once = 4;  ///< looks that may be under way together
};

/// Both clocks: announced times are UTC, the rest is measured.
struct PollTime {
  SteadyTime steady;
  Instant utc;
};

/// What came of a look, as far as the next one depends on it.
struct PollOutcome {
  enum class Kind {
    told,
    again,        ///< to be repeated at once, in another way
    unreachable,  ///< of this channel alone: later and later
    refused,      ///< the platform wants none of our requests for a while
  };
  Kind kind = Kind::told;
  bool upcoming = false;  ///< a broadcast is announced
  std::optional<Instant> scheduled{};
  std::optional<Millis> poll_delay{};   ///< the platform's own wish, of what is upcoming
  std::optional<Millis> retry_after{};  ///< unreachable, refused: what the platform said
  std::size_t next_cost = 1;            ///< requests that the next look may take
};

class PollSchedule {
 public:
  /// `budget`: where others take from it as well; null = policy.per_minute, for this schedule alone.
  explicit PollSchedule(PollPolicy policy, std::shared_ptr<RequestBudget> budget = nullptr);

  /// Whom to look at from now on. A new one is looked at as soon as the budget allows.
  void set(const std::vector<WatchTarget>& targets, PollTime now);
  /// The channel to be looked at now; its requests are taken from the budget, and finished() must follow.
  /// Nothing: come back at next_at(), or when a look has ended. Hurried is what is in grace, and what is
  /// scheduled, from half a minute before to five after; ten minutes before and an hour after as far as
  /// requests are left over. What is being recorded is looked at a third as often. Of those whose time has
  /// come, first what is scheduled within ten minutes or overdue by less than an hour, then what is in grace,
  /// was live lately, is waited for, the rest, and what is being recorded; among equals the one that has
  /// waited longest. What costs more than one request goes one at a time.
  std::optional<ChannelId> take(PollTime now);
  [[nodiscard]] SteadyTime next_at(PollTime now) const;
  void finished(const ChannelId& channel, const PollOutcome& outcome, PollTime now);

  /// For requests beside the looks themselves.
  bool spend(SteadyTime now) { return budget_->take(now); }
  [[nodiscard]] SteadyTime spend_at(SteadyTime now) const { return budget_->ready_at(now); }

  /// Between two looks at a channel for which nothing is urgent, as it follows from the budget.
  [[nodiscard]] Millis interval(PollTime now) const;
  /// Refused: nothing is taken before that. Then one look at a time goes, until one is not refused.
  [[nodiscard]] std::optional<SteadyTime> held_until(SteadyTime now) const;
  [[nodiscard]] bool refused() const { return refusals_ > 0; }

 private:
  enum class Rank { recording, idle, waiting, lately, grace, near };
  enum class Pace { recording, plain, soon, hurried };
  struct Entry {
    Urgency urgency = Urgency::idle;
    std::optional<Instant> scheduled{};
    std::optional<PollOutcome> seen{};           ///< of the last look that told anything
    int refusals = 0;                            ///< in a row, of this one
    std::optional<SteadyTime> upcoming_since{};  ///< when it was first told, without a time
    std::optional<SteadyTime> last{};            ///< when the last look began
    SteadyTime not_before{};
    int failures = 0;
    bool under_way = false;
    bool given_up = false;  ///< taken out while it was looked at
    std::size_t cost = 1;
    unsigned looks = 0;
  };
  /// How much longer than wished the intervals are.
  struct Stretch {
    double hurried = 1;
    double soon = 1;
    double others = 1;
  };
  struct Demand;
  using Entries = std::map<ChannelId, Entry>;
  [[nodiscard]] bool may_begin(const Entry& entry) const;
  [[nodiscard]] Entries::const_iterator first_in_line(PollTime now) const;
  /// Since its announced start, or since it was said to begin at any moment; below zero: it is to come.
  [[nodiscard]] static std::optional<std::chrono::nanoseconds> late(const Entry& entry, PollTime now);
  [[nodiscard]] Rank rank_of(const Entry& entry, PollTime now) const;
  [[nodiscard]] Pace pace_of(const Entry& entry, PollTime now) const;
  [[nodiscard]] Millis wished(const Entry& entry, Pace pace) const;
  [[nodiscard]] Demand demand(PollTime now) const;
  [[nodiscard]] Stretch stretch(PollTime now) const;
  [[nodiscard]] SteadyTime due(const ChannelId& id, const Entry& entry, const Stretch& by,
                               PollTime now) const;
  void note_failure(Entry& entry, const PollOutcome& outcome, SteadyTime now);
  void note_refusal(Entry& entry, const PollOutcome& outcome, SteadyTime now);
  void note_success();

  PollPolicy policy_;
  std::shared_ptr<RequestBudget> budget_;
  Entries entries_{};
  std::size_t under_way_ = 0;
  bool costly_under_way_ = false;
  int refusals_ = 0;  ///< in a row
  SteadyTime refused_at_{};
  SteadyTime held_until_{};
  std::size_t failures_in_a_row_ = 0;  ///< whichever channel's
};

}  // namespace rec
