// A lost answer, a killed process, or both, at every call of a whole publishing session; and a session in
// which a third of all calls go wrong. All must be on Telegram once, and in order.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/unit/publish/session_stage.hpp"

namespace rec::test {
namespace {

using sim::Strike;

bool long_run() { return std::getenv("REC_LONG") != nullptr; }

/// What befalls the k-th call: the strike, and whether the process is killed then.
struct Blow {
  const char* name;
  Strike strike;
  bool kill;
};
constexpr Blow kBlows[] = {{"the answer is lost", Strike::lose_reply, false},
                           {"killed before it acted", Strike::ignore, true},
                           {"killed when it had acted", Strike::mute, true}};

class SessionCrash : public testing::TestWithParam<bool> {
 protected:
  /// The method that was struck; "" when the session has no such call.
  static std::string strike(int k, const Blow& blow) {
    SessionStage stage(GetParam());
    auto& server = stage.server();
    server.strike_at(k, blow.strike);
    const auto struck = [&server] { return !server.struck().empty(); };
    auto said = blow.kill ? stage.run(struck) : stage.run();
    const auto method = server.struck();
    if (said.empty()) said = stage.run();
    EXPECT_EQ(said, "complete") << "call " << k << ", " << method << ": " << blow.name;
    EXPECT_EQ(stage.fault(), "") << "call " << k << ", " << method << ": " << blow.name;
    return method;
  }
};

TEST_P(SessionCrash, WhateverIsStruckAllIsPostedOnceAndInOrder) {
  // One after the other, each in each way; in the default run every few calls, in turns.
  int blow = 0;
  for (int k = 1; k < 500; k += long_run() ? 1 : 20) {
    bool more = true;
    if (long_run()) {
      for (const Blow& each : kBlows) more = !strike(k, each).empty() && more;
    } else {
      more = !strike(k, kBlows[static_cast<std::size_t>(blow++ % 3)]).empty();
    }
    if (!more) return;
  }
  FAIL() << "the session never ends";
}

TEST_P(SessionCrash, WithAThirdOfAllCallsGoingWrongAllIsPostedOnceAndInOrder) {
  constexpr double kShare = 0.3;
  constexpr std::uint64_t kWindow = 4U << 20U;
  const int rounds = long_run() ? 10 : 1;
  for (int seed = 1; seed <= rounds; ++seed) {
    SessionStage stage(GetParam(), 400'000);
    auto& server = stage.server();
    server.fail_by_chance(kShare, static_cast<std::uint64_t>(seed));
    EXPECT_EQ(stage.run(), "complete") << "seed " << seed;
    EXPECT_EQ(stage.fault(), "") << "seed " << seed;
    const std::string part = "upload.saveFilePart";
    const double failed = static_cast<double>(server.failed(part)) / server.count(part);
    EXPECT_GT(server.failed(part), 0);
    EXPECT_LT(static_cast<double>(server.bytes_received()),
              1.05 * static_cast<double>(stage.bytes_of_files()) / (1 - failed) + kWindow);
  }
}

INSTANTIATE_TEST_SUITE_P(Accounts, SessionCrash, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "User" : "Bot"; });

}  // namespace
}  // namespace rec::test
