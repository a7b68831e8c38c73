#include "core/channel.hpp"

#include "core/overloaded.hpp"

namespace rec::channel {
namespace {

Step stay(State state) { return {std::move(state), {}}; }

// One function per state; each names every event, so a forgotten pair does not compile.

Step on(const Offline& self, const Event& event, const Policy&) {
  return std::visit(overloaded{
                        [&](const SeenLive& e) -> Step {
                          return {Live{e.fresh_session, {}},
                                  {OpenSession{e.fresh_session, e.at, e.broadcast, {}}}};
                        },
                        [&](const SeenOffline&) -> Step { return stay(self); },
                        [&](const SegmentArrived&) -> Step { return stay(self); },
                        [&](const CaptureEnded&) -> Step { return stay(self); },
                        [&](const LengthReached&) -> Step { return stay(self); },
                        [&](const Tick&) -> Step { return stay(self); },
                        [&](const Removed&) -> Step { return stay(self); },
                    },
                    event);
}

Step on(const Live& self, const Event& event, const Policy& policy) {
  return std::visit(
      overloaded{
          [&](const SeenLive&) -> Step { return stay(self); },
          [&](const SeenOffline&) -> Step { return stay(self); },
          [&](const SegmentArrived&) -> Step { return stay(Live{self.session, {}}); },
          [&](const CaptureEnded& e) -> Step {
            return stay(Grace{self.session, self.grace_ends.value_or(e.at + policy.offline_grace)});
          },
          [&](const LengthReached& e) -> Step {
            return {Live{e.fresh_session, self.grace_ends},
                    {CloseSession{self.session, e.at},
                     OpenSession{e.fresh_session, e.at, e.broadcast, self.session}}};
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
            return stay(Live{self.session, self.grace_ends});
          },
          [&](const SeenOffline&) -> Step { return stay(self); },
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
                        [](const Live& s) -> std::optional<SessionId> { return s.session; },
                        [](const Grace& s) -> std::optional<SessionId> { return s.session; },
                    },
                    state);
}

}  // namespace rec::channel
