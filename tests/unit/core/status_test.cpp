// The ten words, and which of them can be seen when.
#include "core/status.hpp"

#include <gtest/gtest.h>

#include <set>

namespace rec {
namespace {

using session::PartState;
using session::Phase;
constexpr session::Policy kTelegram{};
constexpr session::Policy kFilesOnly{.publish = false};

session::Session a_session(Phase phase, const std::vector<PartState>& parts = {}) {
  session::Session session;
  session.id = SessionId("a-session");
  session.phase = phase;
  for (const PartState state : parts) {
    session.parts.emplace_back();
    session.parts.back().state = state;
  }
  return session;
}

TEST(Status, AChannelThatIsNotLiveIsOffline) {
  EXPECT_EQ(status_of(channel::Offline{}, nullptr, kTelegram), StatusWord::offline);
  const auto last = a_session(Phase::finishing);
  EXPECT_EQ(status_of(channel::Offline{}, &last, kTelegram), StatusWord::offline);
  EXPECT_EQ(status_of(channel::Live{SessionId("a-session"), {}}, nullptr, kTelegram), StatusWord::offline);
}

TEST(Status, ALiveChannelIsWhatItsSessionIs) {
  const auto session = a_session(Phase::recording, {PartState::sealed});
  EXPECT_EQ(status_of(channel::Live{session.id, {}}, &session, kTelegram), StatusWord::recording);
  EXPECT_EQ(status_of(channel::Grace{session.id, {}}, &session, kTelegram), StatusWord::recording);
}

TEST(Status, WhenItHasEndedPartsAreMadeAndThenUploaded) {
  const auto making = a_session(Phase::finishing, {PartState::posted, PartState::ready, PartState::sealed});
  EXPECT_EQ(status_of(making, kTelegram), StatusWord::processing);
  const auto made = a_session(Phase::finishing, {PartState::posted, PartState::ready});
  EXPECT_EQ(status_of(made, kTelegram), StatusWord::uploading);
  EXPECT_EQ(status_of(made, kFilesOnly), StatusWord::processing);
}

TEST(Status, WhatIsOverIsDoneOrAnError) {
  EXPECT_EQ(status_of(a_session(Phase::done), kTelegram), StatusWord::done);
  EXPECT_EQ(status_of(a_session(Phase::done, {PartState::posted}), kTelegram), StatusWord::done);
  EXPECT_EQ(status_of(a_session(Phase::done, {PartState::ready}), kFilesOnly), StatusWord::done);
  EXPECT_EQ(status_of(a_session(Phase::done, {PartState::posted, PartState::failed}), kTelegram),
            StatusWord::error);
}

TEST(Status, TheTenWordsAreTheOnesPeopleKnow) {
  std::string all;
  for (int i = 0; i < 10; ++i) all += std::string(word(static_cast<StatusWord>(i))) + " ";
  EXPECT_EQ(all,
            "offline waiting recording processing uploading compressing sending_compressed forwarding done "
            "error ");
}

}  // namespace
}  // namespace rec
