#include "core/channel.hpp"

#include <algorithm>

#include "core/overloaded.hpp"

namespace rec::channel {
namespace {

Step stay(State state) { return {std::move(state), {}}; }

/// A broadcast that was announced for a time is waited for from then on.
std::optional<Instant> waiting_ends(const Announced& e, const Policy& policy) {
  if (policy.waiting_timeout == std::chrono::seconds(0)) return {};
  return std::max(e.at, e.scheduled.value_or(e.at)) + policy.waiting_timeout;
}

// One function per state; each names every event, so a forgotten pair does not compile.

Step on(const Offline& self, const Event& event, const Policy& policy) {
  return std::visit(overloaded{
                        [&](const SeenLive& e) -> Step {
                          return {Live{e.fresh_session, {}, e.source},
                                  {OpenSession{e.fresh_session, e.at, e.broadcast, {}, {}}}};
                        },
                        [&](const SeenOffline&) -> Step { return stay(self); },
                        [&](const Announced& e) -> Step {
                          return {Waiting{e.fresh_session, waiting_ends(e, policy)},
                                  {OpenAnnouncement{e.fresh_session, e.at, e.broadcast, e.scheduled}}};
                        },
                        [&](const Withdrawn&) -> Step { return stay(self); },
                        [&](const SegmentArrived&) -> Step { return stay(self); },
                        [&](const CaptureEnded&) -> Step { return stay(self); },
                        [&](const LengthReached&) -> Step { return stay(self); },
                        [&](const Tick&) -> Step { return stay(self); },
                        [&](const Removed&) -> Step { return stay(self); },
                    },
                    event);
}

Step on(const Waiting& self, const Event& event, const Policy& policy) {
  const auto no_more = [&](Instant at) -> Step {
    return {Offline{}, {CloseAnnouncement{self.announcement, at}}};
  };
  return std::visit(
      overloaded{
          [&](const SeenLive& e) -> Step {
            return {Live{e.fresh_session, {}, e.source},
                    {CloseAnnouncement{self.announcement, e.at},
                     OpenSession{e.fresh_session, e.at, e.broadcast, {}, self.announcement}}};
          },
          [&](const SeenOffline&) -> Step { return stay(self); },
          [&](const Announced& e) -> Step {
            return {Waiting{self.announcement, waiting_ends(e, policy)},
                    {ChangeAnnouncement{self.announcement, e.at, e.broadcast, e.scheduled}}};
          },
          [&](const Withdrawn& e) -> Step { return no_more(e.at); },
          [&](const SegmentArrived&) -> Step { return stay(self); },
          [&](const CaptureEnded&) -> Step { return stay(self); },
          [&](const LengthReached&) -> Step { return stay(self); },
          [&](const Tick& e) -> Step { return self.ends && e.at >= *self.ends ? no_more(e.at) : stay(self); },
          [&](const Removed& e) -> Step { return no_more(e.at); },
      },
      event);
}

Step on(const Live& self, const Event& event, const Policy& policy) {
  return std::visit(
      overloaded{
          [&](const SeenLive&) -> Step { return stay(self); },
          [&](const SeenOffline&) -> Step { return stay(self); },
          [&](const Announced&) -> Step { return stay(self); },
          [&](const Withdrawn&) -> Step { return stay(self); },
          [&](const SegmentArrived&) -> Step { return stay(Live{self.session, {}, self.source}); },
          [&](const CaptureEnded& e) -> Step {
            return stay(Grace{self.session, self.grace_ends.value_or(e.at + policy.offline_grace)});
          },
          [&](const LengthReached& e) -> Step {
            return {Live{e.fresh_session, self.grace_ends, self.source},
                    {CloseSession{self.session, e.at},
                     OpenSession{e.fresh_session, e.at, e.broadcast, self.session, {}}}};
          },
          [&](const Tick&) -> Step { return stay(self); },
          [&](const Removed& e) -> Step { return {Offline{}, {CloseSession{self.session, e.at}}}; },
      },
      event);
}

Step on(const Grace& self, const Event& event, const Policy&) {
  return std::visit(
      overloaded{
          [&](const SeenLive& e) -> Step {
            if (e.at >= self.grace_ends) return {Offline{}, {CloseSession{self.session, e.at}}};
            return stay(Live{self.session, self.grace_ends, e.source});
          },
          [&](const SeenOffline&) -> Step { return stay(self); },
          [&](const Announced&) -> Step { return stay(self); },
          [&](const Withdrawn&) -> Step { return stay(self); },
          [&](const SegmentArrived&) -> Step { return stay(self); },
          [&](const CaptureEnded&) -> Step { return stay(self); },
          [&](const LengthReached&) -> Step { return stay(self); },
          [&](const Tick& e) -> Step {
            return e.at < self.grace_ends ? stay(self) : Step{Offline{}, {CloseSession{self.session, e.at}}};
          },
          [&](const Removed& e) -> Step { return {Offline{}, {CloseSession{self.session, e.at}}}; },
      },
      event);
}

}  // namespace

Step step(const State& state, const Event& event, const Policy& policy) {
  return std::visit([&](const auto& self) { return on(self, event, policy); }, state);
}

std::optional<SessionId> open_session(const State& state) {
  return std::visit(overloaded{
                        [](const Offline&) -> std::optional<SessionId> { return {}; },
                        [](const Waiting&) -> std::optional<SessionId> { return {}; },
                        [](const Live& s) -> std::optional<SessionId> { return s.session; },
                        [](const Grace& s) -> std::optional<SessionId> { return s.session; },
                    },
                    state);
}

std::optional<SessionId> announcement_of(const State& state) {
  const auto* waiting = std::get_if<Waiting>(&state);
  return waiting == nullptr ? std::nullopt : std::optional(waiting->announcement);
}

}  // namespace rec::channel
