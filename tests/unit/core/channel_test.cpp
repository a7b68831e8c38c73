// The channel's life: every state with every event against what must always hold, then the stories people
// see.
#include "core/channel.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

namespace rec::channel {
namespace {

using namespace std::chrono_literals;
constexpr Instant kStart{Millis(1'800'000'000'000)};
constexpr Policy kThreeMinutes{.offline_grace = 180s};
const SessionId kRunning{"running"};
const SessionId kFresh{"fresh"};
const SessionId kNews{"news"};
const ChannelId kPartner{"twitch:x"};

Instant after(std::chrono::seconds passed) { return kStart + passed; }

std::vector<State> every_state() {
  return {Offline{},
          Waiting{kNews, after(60s)},
          Waiting{kNews, {}},
          Live{kRunning, {}, {}},
          Live{kRunning, after(60s), kPartner},
          Grace{kRunning, after(60s)}};
}

std::vector<Event> every_event(std::chrono::seconds passed) {
  const Instant at = after(passed);
  return {SeenLive{at, kFresh, {}, {}},
          SeenLive{at, kFresh, {}, kPartner},
          SeenOffline{at},
          Announced{at, kFresh, {}, {}},
          Withdrawn{at},
          SegmentArrived{at},
          CaptureEnded{at},
          LengthReached{at, kFresh, {}},
          Tick{at},
          Removed{at}};
}

template <class T>
std::vector<T> all_of(const Step& step) {
  std::vector<T> found;
  for (const Effect& effect : step.effects) {
    if (const auto* one = std::get_if<T>(&effect)) found.push_back(*one);
  }
  return found;
}

// A session is opened exactly when it begins to be the channel's, and closed exactly when it ceases to be.
void expect_sessions_balance(const State& before, const Step& step) {
  const auto old_session = open_session(before);
  const auto new_session = open_session(step.next);
  std::vector<SessionId> opened;
  std::vector<SessionId> closed;
  for (const auto& effect : all_of<OpenSession>(step)) opened.push_back(effect.session);
  for (const auto& effect : all_of<CloseSession>(step)) closed.push_back(effect.session);
  std::vector<SessionId> must_open;
  std::vector<SessionId> must_close;
  if (new_session && new_session != old_session) must_open.push_back(*new_session);
  if (old_session && new_session != old_session) must_close.push_back(*old_session);
  EXPECT_EQ(opened, must_open);
  EXPECT_EQ(closed, must_close);
}

// A waiting message stands exactly while the channel waits.
void expect_announcements_balance(const State& before, const Step& step) {
  const auto old_one = announcement_of(before);
  const auto new_one = announcement_of(step.next);
  const auto opened = all_of<OpenAnnouncement>(step);
  const auto closed = all_of<CloseAnnouncement>(step);
  EXPECT_EQ(opened.size(), new_one && new_one != old_one ? 1U : 0U);
  EXPECT_EQ(closed.size(), old_one && new_one != old_one ? 1U : 0U);
  if (!closed.empty()) EXPECT_EQ(closed[0].announcement, *old_one);
}

TEST(Channel, EveryStateAndEventKeepSessionsBalanced) {
  for (const State& state : every_state()) {
    for (const auto passed : {0s, 59s, 60s, 61s, 100'000s}) {
      for (const Event& event : every_event(passed)) {
        SCOPED_TRACE(::testing::Message() << "state " << state.index() << ", event " << event.index()
                                          << ", second " << passed.count());
        expect_sessions_balance(state, step(state, event, kThreeMinutes));
        expect_announcements_balance(state, step(state, event, kThreeMinutes));
      }
    }
  }
}

TEST(Channel, EveryStateIsReachableFromOffline) {
  std::set<std::size_t> seen{State{Offline{}}.index()};
  std::vector<State> frontier{Offline{}};
  while (!frontier.empty()) {
    const State state = frontier.back();
    frontier.pop_back();
    for (const Event& event : every_event(0s)) {
      const State next = step(state, event, kThreeMinutes).next;
      if (seen.insert(next.index()).second) frontier.push_back(next);
    }
  }
  EXPECT_EQ(seen.size(), std::variant_size_v<State>);
}

TEST(Channel, TakingAChannelOutClosesWhatIsOpenFromAnyState) {
  for (const State& state : every_state()) {
    const Step taken_out = step(state, Removed{after(1s)}, kThreeMinutes);
    EXPECT_EQ(taken_out.next, State{Offline{}});
    EXPECT_EQ(all_of<CloseSession>(taken_out).size(), open_session(state) ? 1u : 0u);
  }
}

TEST(Channel, SeenLiveOpensASessionWithTheBroadcastAsItWasSeen) {
  const Broadcast broadcast{"42", "Title", "Chess"};
  const Step opened = step(Offline{}, SeenLive{after(5s), kFresh, broadcast}, kThreeMinutes);
  EXPECT_EQ(opened.next, (State{Live{kFresh, {}}}));
  EXPECT_EQ(opened.effects, (std::vector<Effect>{OpenSession{kFresh, after(5s), broadcast, {}, {}}}));
}

TEST(Channel, ThePlatformSayingOfflineOrLiveDoesNotTouchARunningCapture) {
  const State live = Live{kRunning, {}};
  EXPECT_EQ(step(live, SeenOffline{after(0s)}, kThreeMinutes).next, live);
  EXPECT_EQ(step(live, SeenLive{after(0s), kFresh, {}}, kThreeMinutes).next, live);
}

TEST(Channel, ADropShorterThanTheGraceContinuesTheSameSession) {
  const State dropped = step(Live{kRunning, {}}, CaptureEnded{after(0s)}, kThreeMinutes).next;
  EXPECT_EQ(dropped, (State{Grace{kRunning, after(180s)}}));
  const Step back = step(dropped, SeenLive{after(179s), kFresh, {}}, kThreeMinutes);
  EXPECT_EQ(open_session(back.next), kRunning);
  EXPECT_TRUE(std::holds_alternative<Live>(back.next));
  EXPECT_TRUE(back.effects.empty());
  EXPECT_EQ(step(back.next, SegmentArrived{after(179s)}, kThreeMinutes).next, (State{Live{kRunning, {}}}));
}

TEST(Channel, TheSessionIsClosedAtTheEndOfTheGraceAndNotBefore) {
  const State waiting = Grace{kRunning, after(180s)};
  EXPECT_EQ(step(waiting, Tick{after(179s)}, kThreeMinutes).next, waiting);
  EXPECT_EQ(step(waiting, Tick{after(180s)}, kThreeMinutes).next, State{Offline{}});
}

TEST(Channel, ABroadcastSeenAfterTheGraceWasOverIsAnotherSession) {
  const Step late = step(Grace{kRunning, after(180s)}, SeenLive{after(180s), kFresh, {}}, kThreeMinutes);
  EXPECT_EQ(late.effects, (std::vector<Effect>{CloseSession{kRunning, after(180s)}}));
  const Step again = step(late.next, SeenLive{after(181s), kFresh, {}}, kThreeMinutes);
  EXPECT_EQ(open_session(again.next), kFresh);
}

TEST(Channel, FlappingWithoutASegmentDoesNotProlongTheGrace) {
  State state = Live{kRunning, {}};
  for (auto passed = 0s; passed < 180s; passed += 20s) {
    state = step(state, CaptureEnded{after(passed)}, kThreeMinutes).next;
    ASSERT_EQ(state, (State{Grace{kRunning, after(180s)}}));
    state = step(state, SeenLive{after(passed + 10s), kFresh, {}}, kThreeMinutes).next;
    ASSERT_EQ(open_session(state), kRunning);
  }
  state = step(state, CaptureEnded{after(181s)}, kThreeMinutes).next;
  EXPECT_EQ(step(state, Tick{after(181s)}, kThreeMinutes).next, State{Offline{}});
}

TEST(Channel, ASegmentGivesTheNextDropAWholeGraceAgain) {
  State state = Live{kRunning, after(180s)};
  state = step(state, SegmentArrived{after(170s)}, kThreeMinutes).next;
  state = step(state, CaptureEnded{after(300s)}, kThreeMinutes).next;
  EXPECT_EQ(state, (State{Grace{kRunning, after(480s)}}));
}

TEST(Channel, WithoutAGraceTheFirstTickAfterADropClosesTheSession) {
  const Policy none{.offline_grace = 0s};
  const State dropped = step(Live{kRunning, {}}, CaptureEnded{after(7s)}, none).next;
  EXPECT_EQ(step(dropped, Tick{after(7s)}, none).next, State{Offline{}});
}

TEST(Channel, ARecordingThatIsLongEnoughGoesOnInAnotherSessionInOneStep) {
  const Broadcast broadcast{"42", "Title", "Chess"};
  const Step rolled =
      step(Live{kRunning, {}}, LengthReached{after(86'400s), kFresh, broadcast}, kThreeMinutes);
  EXPECT_EQ(rolled.next, (State{Live{kFresh, {}}})) << "capture is not stopped";
  EXPECT_EQ(rolled.effects,
            (std::vector<Effect>{CloseSession{kRunning, after(86'400s)},
                                 OpenSession{kFresh, after(86'400s), broadcast, kRunning, {}}}));
}

TEST(Channel, ASessionThatIsNotRecordedNowIsNeverGoneOnWith) {
  for (const State& state : {State{Offline{}}, State{Grace{kRunning, after(60s)}}}) {
    const Step same = step(state, LengthReached{after(1s), kFresh, {}}, kThreeMinutes);
    EXPECT_EQ(same.next, state);
    EXPECT_TRUE(same.effects.empty());
  }
}

// Any story, told with a clock that never goes back: sessions open and close in pairs, one at a time, and
// without segments none outlives its grace by more than the capture that was still trying.
RC_GTEST_PROP(Channel, InAnyStorySessionsOpenAndCloseInPairs, ()) {
  State state = Offline{};
  std::optional<SessionId> open;
  std::optional<SessionId> announced;
  std::chrono::seconds passed = 0s;
  const auto drawn = *rc::gen::container<std::vector<std::pair<int, int>>>(
      rc::gen::pair(rc::gen::inRange(0, 10), rc::gen::inRange(0, 120)));
  int n = 0;
  for (const auto& [which, wait] : drawn) {
    passed += std::chrono::seconds(wait);
    Event event = every_event(passed)[static_cast<std::size_t>(which)];
    if (auto* live = std::get_if<SeenLive>(&event)) live->fresh_session = SessionId{std::to_string(++n)};
    if (auto* news = std::get_if<Announced>(&event)) news->fresh_session = SessionId{std::to_string(++n)};
    if (auto* length = std::get_if<LengthReached>(&event))
      length->fresh_session = SessionId{std::to_string(++n)};
    const Step next = step(state, event, kThreeMinutes);
    for (const Effect& effect : next.effects) {
      if (const auto* opened = std::get_if<OpenSession>(&effect)) {
        RC_ASSERT(!open);
        open = opened->session;
      } else if (const auto* closed = std::get_if<CloseSession>(&effect)) {
        RC_ASSERT(open == closed->session);
        open.reset();
      } else if (const auto* told = std::get_if<OpenAnnouncement>(&effect)) {
        RC_ASSERT(!open && !announced);
        announced = told->announcement;
      } else if (const auto* over = std::get_if<CloseAnnouncement>(&effect)) {
        RC_ASSERT(announced == over->announcement);
        announced.reset();
      }
    }
    state = next.next;
    RC_ASSERT(open_session(state) == open);
    RC_ASSERT(announcement_of(state) == announced);
    const auto* grace = std::get_if<Grace>(&state);
    if (grace != nullptr) RC_ASSERT(grace->grace_ends <= after(passed) + kThreeMinutes.offline_grace);
  }
}

TEST(Channel, WaitsFromTheNewsOnAndNoLongerThanItsTime) {
  const Policy hours{.offline_grace = 180s, .waiting_timeout = 6h};
  const Step told = step(Offline{}, Announced{after(0s), kNews, {"", "Soon", ""}, {}}, hours);
  EXPECT_EQ(told.next, (State{Waiting{kNews, after(6h)}}));
  EXPECT_EQ(step(told.next, Tick{after(6h - 1s)}, hours).next, told.next);
  const Step over = step(told.next, Tick{after(6h)}, hours);
  EXPECT_EQ(over.next, State{Offline{}});
  EXPECT_EQ(over.effects, (std::vector<Effect>{CloseAnnouncement{kNews, after(6h)}}));
}

TEST(Channel, WhatWasAnnouncedForTomorrowIsWaitedForUntilThen) {
  const Policy hours{.offline_grace = 180s, .waiting_timeout = 6h};
  const Step told = step(Offline{}, Announced{after(0s), kNews, {}, after(24h)}, hours);
  EXPECT_EQ(told.next, (State{Waiting{kNews, after(30h)}}));
  const Policy never{.offline_grace = 180s, .waiting_timeout = 0s};
  EXPECT_EQ(step(Offline{}, Announced{after(0s), kNews, {}, after(24h)}, never).next,
            (State{Waiting{kNews, {}}}));
}

TEST(Channel, TheWaitingMessageGoesWhenTheStreamBegins) {
  const Step live = step(Waiting{kNews, {}}, SeenLive{after(1s), kFresh, {}, {}}, kThreeMinutes);
  EXPECT_EQ(live.next, (State{Live{kFresh, {}, {}}}));
  EXPECT_EQ(live.effects, (std::vector<Effect>{CloseAnnouncement{kNews, after(1s)},
                                               OpenSession{kFresh, after(1s), {}, {}, kNews}}));
}

TEST(Channel, FurtherNewsChangeTheMessageAndDoNotAddOne) {
  const Step again =
      step(Waiting{kNews, after(60s)}, Announced{after(30s), kFresh, {"", "Other", ""}, {}}, kThreeMinutes);
  EXPECT_EQ(announcement_of(again.next), kNews);
  EXPECT_EQ(again.effects,
            (std::vector<Effect>{ChangeAnnouncement{kNews, after(30s), {"", "Other", ""}, {}}}));
}

TEST(Channel, ABroadcastThatMovedIsTheSameSessionAndMayMoveBack) {
  State state = step(Live{kRunning, {}, {}}, CaptureEnded{after(0s)}, kThreeMinutes).next;
  state = step(state, SeenLive{after(5s), kFresh, {}, kPartner}, kThreeMinutes).next;
  EXPECT_EQ(state, (State{Live{kRunning, after(180s), kPartner}}));
  state = step(state, SegmentArrived{after(6s)}, kThreeMinutes).next;
  EXPECT_EQ(state, (State{Live{kRunning, {}, kPartner}}));
  state = step(state, CaptureEnded{after(100s)}, kThreeMinutes).next;
  state = step(state, SeenLive{after(101s), kFresh, {}, {}}, kThreeMinutes).next;
  EXPECT_EQ(state, (State{Live{kRunning, after(280s), {}}}));
}

}  // namespace
}  // namespace rec::channel
