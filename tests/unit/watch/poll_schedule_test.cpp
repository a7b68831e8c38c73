// Who is looked at when. Time stands still but where the test moves it.
#include "watch/poll_schedule.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <deque>
#include <functional>
#include <stdexcept>

namespace rec {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const Instant kNoon = from_unix_ms(1'795'000'000'000);

ChannelId numbered(std::size_t number) { return ChannelId("youtube:@c" + std::to_string(number)); }

/// A schedule, the list it follows, and a log of what it let through.
struct Polling {
  explicit Polling(PollPolicy policy = {}) : schedule(policy) {}

  PollTime now() const { return {SteadyTime{} + past, kNoon + std::chrono::duration_cast<Millis>(past)}; }
  WatchTarget& add(std::size_t number, Urgency urgency = Urgency::idle) {
    targets.push_back({{numbered(number), "youtube", "@c" + std::to_string(number)}, urgency});
    schedule.set(targets, now());
    return targets.back();
  }
  /// Each look is over `takes` later with `outcome`, until so much time has passed.
  void run_for(std::chrono::nanoseconds time, std::chrono::nanoseconds takes = Millis(200)) {
    const auto end = past + time;
    int rounds = 0;
    while (past < end) {
      if (++rounds > 1'000'000) throw std::logic_error("it spins");
      while (!under_way.empty() && under_way.front().second <= past) {
        schedule.finished(under_way.front().first, outcome_of(under_way.front().first), now());
        under_way.pop_front();
      }
      while (const auto next = schedule.take(now())) {
        looks.push_back({*next, past});
        under_way.emplace_back(*next, past + takes);
      }
      auto next = schedule.next_at(now()) - SteadyTime{};
      if (!under_way.empty()) next = std::min<std::chrono::nanoseconds>(next, under_way.front().second);
      past = std::min(end, std::max(next, past + std::chrono::nanoseconds(1)));
    }
  }
  struct Look {
    ChannelId channel;
    std::chrono::nanoseconds at;
  };
  [[nodiscard]] std::vector<std::chrono::nanoseconds> looks_at(std::size_t number) const {
    std::vector<std::chrono::nanoseconds> out;
    for (const auto& look : looks)
      if (look.channel == numbered(number)) out.push_back(look.at);
    return out;
  }
  /// The longest time between two looks at it, that since the last one included.
  [[nodiscard]] std::chrono::nanoseconds longest_pause(std::size_t number,
                                                       std::chrono::nanoseconds since = {}) const {
    std::chrono::nanoseconds longest{0};
    auto last = since;
    for (const auto& at : looks_at(number)) {
      if (at < since) continue;
      longest = std::max(longest, at - last);
      last = at;
    }
    return std::max(longest, past - last);
  }
  [[nodiscard]] std::size_t most_in(std::chrono::nanoseconds span) const {
    std::size_t most = 0;
    for (std::size_t first = 0, last = 0; last < looks.size(); ++last) {
      while (looks[last].at - looks[first].at >= span) ++first;
      most = std::max(most, last - first + 1);
    }
    return most;
  }

  PollSchedule schedule;
  std::vector<WatchTarget> targets{};
  std::chrono::nanoseconds past{minutes(60)};
  std::deque<std::pair<ChannelId, std::chrono::nanoseconds>> under_way{};
  std::vector<Look> looks{};
  std::function<PollOutcome(const ChannelId&)> outcome_of = [](const ChannelId&) { return PollOutcome{}; };
};

PollOutcome failing(PollOutcome::Kind kind) {
  PollOutcome outcome;
  outcome.kind = kind;
  return outcome;
}

TEST(PollSchedule, AFewChannelsAreLookedAtAsOftenAsAskedFor) {
  Polling polling;
  for (std::size_t i = 0; i < 10; ++i) polling.add(i);
  polling.run_for(minutes(10));
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_LE(polling.longest_pause(i, minutes(61)), seconds(35)) << i;
    EXPECT_LE(polling.looks_at(i).size(), 20U) << i;
  }
  EXPECT_EQ(polling.schedule.interval(polling.now()), seconds(30));
}

TEST(PollSchedule, FiftyChannelsShareSixtyRequestsAMinuteEvenly) {
  Polling polling;
  for (std::size_t i = 0; i < 50; ++i) polling.add(i);
  EXPECT_EQ(polling.schedule.interval(polling.now()), seconds(50)) << "so it can be said at the start";
  polling.run_for(minutes(20));
  EXPECT_LE(polling.most_in(minutes(1)), 60U);
  EXPECT_GE(polling.looks.size(), 1'140U) << "and the budget is used";
  for (std::size_t i = 0; i < 50; ++i) EXPECT_LE(polling.longest_pause(i, minutes(62)), seconds(55)) << i;
}

TEST(PollSchedule, AllChannelsAreLookedAtSoonAfterTheStartAndTheUrgentOnesFirst) {
  Polling polling;
  for (std::size_t i = 0; i < 40; ++i) polling.add(i);
  polling.add(40, Urgency::grace);
  polling.add(41).scheduled = kNoon + minutes(65);
  polling.schedule.set(polling.targets, polling.now());
  polling.run_for(seconds(60));
  EXPECT_EQ(polling.looks.front().channel, numbered(41));
  EXPECT_EQ(polling.looks.at(1).channel, numbered(40));
  for (std::size_t i = 0; i < 40; ++i) EXPECT_FALSE(polling.looks_at(i).empty()) << i;
}

TEST(PollSchedule, AnAnnouncedStreamIsLookedAtEveryFewSecondsAroundItsTimeHoweverManyOthersThereAre) {
  Polling polling;
  for (std::size_t i = 0; i < 50; ++i) polling.add(i);
  polling.outcome_of = [](const ChannelId& channel) {
    PollOutcome outcome;
    outcome.upcoming = channel == numbered(7);
    if (outcome.upcoming) outcome.scheduled = kNoon + minutes(80);
    return outcome;
  };
  polling.run_for(minutes(24));
  EXPECT_LE(polling.longest_pause(7, minutes(79) + seconds(45)), seconds(15));
  EXPECT_LE(polling.most_in(minutes(1)), 60U);
  for (std::size_t i = 8; i < 50; ++i)
    EXPECT_LE(polling.longest_pause(i, minutes(62)), seconds(58)) << "the others pay for it evenly: " << i;
}

TEST(PollSchedule, WhereRequestsAreLeftOverAnAnnouncedStreamMayBeginTenMinutesEarly) {
  Polling polling;
  for (std::size_t i = 0; i < 20; ++i) polling.add(i);
  polling.outcome_of = [](const ChannelId& channel) {
    PollOutcome outcome;
    outcome.upcoming = channel == numbered(7);
    if (outcome.upcoming) outcome.scheduled = kNoon + minutes(80);
    return outcome;
  };
  polling.run_for(minutes(30));
  EXPECT_LE(polling.longest_pause(7, minutes(71)), seconds(15));
  EXPECT_EQ(polling.schedule.interval(polling.now()), seconds(30));
  EXPECT_LE(polling.longest_pause(8, minutes(62)), seconds(35));
}

TEST(PollSchedule, WhatIsBeingRecordedLeavesItsRequestsToTheOthers) {
  Polling polling;
  for (std::size_t i = 0; i < 60; ++i) polling.add(i, i < 30 ? Urgency::recording : Urgency::idle);
  EXPECT_EQ(polling.schedule.interval(polling.now()), seconds(40));
  polling.run_for(minutes(20));
  EXPECT_LE(polling.longest_pause(45, minutes(62)), seconds(45));
  EXPECT_LE(polling.longest_pause(3, minutes(64)), seconds(160));
}

TEST(PollSchedule, TheMomentOfAnAnnouncedStartIsNotSleptThrough) {
  PollPolicy policy;
  policy.interval = minutes(30);
  Polling polling(policy);
  polling.add(0);
  polling.outcome_of = [](const ChannelId&) {
    PollOutcome outcome;
    outcome.upcoming = true;
    outcome.scheduled = kNoon + minutes(80);
    outcome.poll_delay = minutes(4);
    return outcome;
  };
  polling.run_for(minutes(25));
  const auto looks = polling.looks_at(0);
  EXPECT_TRUE(
      std::ranges::any_of(looks, [](auto at) { return at >= minutes(80) && at < minutes(80) + seconds(5); }));
}

TEST(PollSchedule, YouTubesOwnDelayIsKeptToWhereItIsLonger) {
  Polling polling;
  polling.add(0);
  polling.outcome_of = [](const ChannelId&) {
    PollOutcome outcome;
    outcome.upcoming = true;
    outcome.poll_delay = seconds(25);
    return outcome;
  };
  polling.run_for(minutes(10));
  const auto looks = polling.looks_at(0);
  ASSERT_GT(looks.size(), 15U) << "it was said to begin at any moment";
  for (std::size_t i = 1; i < looks.size(); ++i) EXPECT_GE(looks[i] - looks[i - 1], seconds(25));
}

TEST(PollSchedule, AWaitingRoomThatNobodyOpensIsNotUrgentForEver) {
  Polling polling;
  polling.add(0).scheduled = kNoon - minutes(30);
  polling.schedule.set(polling.targets, polling.now());
  polling.run_for(minutes(10));
  EXPECT_LE(polling.looks.size(), 22U);
}

TEST(PollSchedule, AChannelThatDoesNotAnswerIsAskedLaterAndLaterAndNobodyElseIs) {
  Polling polling;
  for (std::size_t i = 0; i < 3; ++i) polling.add(i);
  polling.outcome_of = [](const ChannelId& channel) {
    return failing(channel == numbered(1) ? PollOutcome::Kind::unreachable : PollOutcome::Kind::told);
  };
  polling.run_for(minutes(20));
  EXPECT_LE(polling.looks_at(1).size(), 13U);
  EXPECT_GE(polling.looks_at(1).size(), 9U) << "never given up";
  EXPECT_GE(polling.looks_at(0).size(), 36U);
}

TEST(PollSchedule, AfterAnOutageOfAllNobodyWaitsOutABackoff) {
  Polling polling;
  for (std::size_t i = 0; i < 8; ++i) polling.add(i);
  bool down = true;
  polling.outcome_of = [&](const ChannelId&) {
    return failing(down ? PollOutcome::Kind::unreachable : PollOutcome::Kind::told);
  };
  polling.run_for(minutes(15));
  down = false;
  polling.run_for(minutes(4));
  EXPECT_GE(std::ranges::count_if(polling.looks, [](const auto& look) { return look.at > minutes(75); }),
            8 * 4);
}

TEST(PollSchedule, ARefusalQuietsAllForAMinuteThenTwoThenFourUntilOneIsAnswered) {
  Polling polling;
  for (std::size_t i = 0; i < 20; ++i) polling.add(i);
  bool refuses = true;
  polling.outcome_of = [&](const ChannelId&) {
    return failing(refuses ? PollOutcome::Kind::refused : PollOutcome::Kind::told);
  };
  polling.run_for(minutes(70));
  std::vector<std::chrono::nanoseconds> pauses;
  for (std::size_t i = 1; i < polling.looks.size(); ++i) {
    const auto pause = polling.looks[i].at - polling.looks[i - 1].at;
    if (pause > seconds(30)) pauses.push_back(pause);
  }
  ASSERT_GE(pauses.size(), 6U);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(static_cast<double>(pauses[i] / seconds(1)), 60 << i, 2) << i;
  EXPECT_LE(pauses.back(), minutes(15) + seconds(2));
  EXPECT_LE(polling.looks.size(), 4U + pauses.size()) << "what was under way, and then one each time";
  refuses = false;
  polling.run_for(minutes(16));
  EXPECT_FALSE(polling.schedule.refused());
  EXPECT_GE(polling.looks_at(3).size(), 1U);
}

TEST(PollSchedule, WhoWouldBeAnsweredIsAskedThoughARefusedOneIsAlwaysMoreUrgent) {
  Polling polling;
  for (std::size_t i = 0; i < 5; ++i) polling.add(i);
  polling.targets[0].urgency = Urgency::grace;
  polling.schedule.set(polling.targets, polling.now());
  polling.outcome_of = [](const ChannelId& channel) {
    return failing(channel == numbered(4) ? PollOutcome::Kind::told : PollOutcome::Kind::refused);
  };
  polling.run_for(minutes(120));
  EXPECT_GE(polling.looks_at(4).size(), 2U) << "it has cookies or a proxy of its own";
  EXPECT_FALSE(polling.looks_at(0).empty());
}

TEST(PollSchedule, NotMoreAreUnderWayThanMayBeAndTheCostlyOnesGoAlone) {
  PollPolicy policy;
  policy.per_minute = 600;
  Polling polling(policy);
  for (std::size_t i = 0; i < 30; ++i) polling.add(i);
  polling.outcome_of = [](const ChannelId&) {
    PollOutcome outcome;
    outcome.next_cost = 5;
    return outcome;
  };
  polling.run_for(seconds(1), seconds(20));
  EXPECT_EQ(polling.under_way.size(), 4U);
  polling.run_for(minutes(3), seconds(20));
  EXPECT_EQ(polling.under_way.size(), 1U) << "all of them cost more than one now";
}

TEST(PollSchedule, OneThatIsTakenOutWhileItIsLookedAtIsForgotten) {
  Polling polling;
  polling.add(0);
  const auto taken = polling.schedule.take(polling.now());
  ASSERT_TRUE(taken.has_value());
  polling.targets.clear();
  polling.schedule.set(polling.targets, polling.now());
  polling.schedule.finished(*taken, {}, polling.now());
  EXPECT_EQ(polling.schedule.next_at(polling.now()), SteadyTime::max());
  polling.add(1);
  EXPECT_EQ(polling.schedule.take(polling.now()), numbered(1));
}

Urgency any_urgency() {
  return *rc::gen::element(Urgency::idle, Urgency::lately_live, Urgency::recording, Urgency::waiting,
                           Urgency::grace);
}

PollOutcome any_outcome() {
  using Kind = PollOutcome::Kind;
  PollOutcome outcome;
  outcome.kind = *rc::gen::weightedElement<Kind>(
      {{20, Kind::told}, {2, Kind::unreachable}, {1, Kind::again}, {1, Kind::refused}});
  outcome.upcoming = *rc::gen::inRange(0, 4) == 0;
  if (outcome.upcoming) outcome.scheduled = kNoon + minutes(*rc::gen::inRange(0, 120));
  outcome.next_cost = *rc::gen::weightedElement<std::size_t>({{9, 1}, {1, 5}});
  return outcome;
}

RC_GTEST_PROP(PollSchedule, InNoMinuteAreThereMoreRequestsThanTheBudgetHasWhateverHappens, ()) {
  PollPolicy policy;
  policy.per_minute = *rc::gen::inRange<std::size_t>(1, 90);
  policy.interval = seconds(*rc::gen::inRange(1, 60));
  Polling polling(policy);
  const auto channels = *rc::gen::inRange<std::size_t>(1, 40);
  for (std::size_t i = 0; i < channels; ++i) polling.add(i, any_urgency());
  polling.outcome_of = [](const ChannelId&) { return any_outcome(); };
  const auto stretches = *rc::gen::inRange(1, 5);
  for (int i = 0; i < stretches; ++i) {
    polling.run_for(seconds(*rc::gen::inRange(1, 90)), Millis(*rc::gen::inRange(1, 9'000)));
    if (*rc::gen::inRange(0, 3) == 0) polling.past += minutes(*rc::gen::inRange(1, 30));  // asleep
  }
  RC_ASSERT(polling.most_in(minutes(1)) <= policy.per_minute);
  RC_ASSERT(polling.most_in(Millis(1)) <= 3U);
}

RC_GTEST_PROP(PollSchedule, NoChannelIsForgottenWhateverIsUrgent, ()) {
  PollPolicy policy;
  policy.per_minute = 24;
  Polling polling(policy);
  const auto urgent = *rc::gen::inRange<std::size_t>(0, 24);
  const auto others = *rc::gen::inRange<std::size_t>(1, 24);
  for (std::size_t i = 0; i < urgent; ++i) polling.add(i, Urgency::grace);
  for (std::size_t i = 0; i < others; ++i) polling.add(urgent + i, any_urgency());
  polling.run_for(minutes(25));
  // What is being recorded is looked at a third as often, and stands behind all others whose time has come.
  const auto longest = polling.schedule.interval(polling.now()) * 5 + seconds(10);
  for (std::size_t i = 0; i < urgent + others; ++i)
    RC_ASSERT(polling.longest_pause(i, minutes(70)) <= longest);
}

}  // namespace
}  // namespace rec
