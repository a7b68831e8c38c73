// Decide, commit, do: nothing is done that is not durable, and nothing that is durable is forgotten.
#include "app/ledger.hpp"

#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using session::PartSealed;
using test::kChannel;
using test::kSession;

class LedgerOfASession : public test::LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    desk_->go_live();
  }
  [[nodiscard]] std::vector<session::Effect> outbox() const {
    std::vector<session::Effect> effects;
    for (const OutboxRow& row : desk_->ledger->model().outbox) effects.push_back(row.effect);
    return effects;
  }
};

using LedgerEffects = std::vector<session::Effect>;

TEST_F(LedgerOfASession, ABroadcastOpensASessionInTheSameCommit) {
  const StoreSnapshot snapshot = stored();
  ASSERT_EQ(snapshot.sessions.size(), 1U);
  EXPECT_EQ(snapshot.sessions[0].title, "A title");
  EXPECT_EQ(snapshot.sessions[0].stream_id, "stream-1");
  EXPECT_EQ(snapshot.sessions[0].folder, "/out/somebody/deadbeef");
  ASSERT_EQ(snapshot.channels.size(), 1U);
  EXPECT_EQ(channel::open_session(snapshot.channels[0].state), kSession);
}

TEST_F(LedgerOfASession, AnEffectIsSeenOnlyWhenItIsDurable) {
  int told = 0;
  ledger().on_effects([&] { ++told; });
  desk_->flaky.failure = Error{Errc::no_space, "no room"};
  ledger().session_event(kSession, session::Started{});
  desk_->settle();
  EXPECT_TRUE(outbox().empty());
  EXPECT_EQ(told, 0);
  EXPECT_TRUE(stored().outbox.empty());
  EXPECT_EQ(desk_->full, 1);

  desk_->flaky.failure.reset();
  desk_->clock.run_for(1s);
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}}));
  EXPECT_EQ(told, 1);
  EXPECT_EQ(stored().outbox.size(), 1U);
}

TEST_F(LedgerOfASession, AFullDiskIsToldOncePerTryAndWhatCameMeanwhileIsKept) {
  desk_->flaky.failure = Error{Errc::no_space, "no room"};
  ledger().session_event(kSession, session::Started{});
  desk_->clock.run_for(3500ms);
  EXPECT_EQ(desk_->full, 4);
  ledger().session_event(kSession, PartSealed{0, 9, 0, 9});
  desk_->flaky.failure.reset();
  desk_->clock.run_for(1s);
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}, session::MakePart{1}}));
  restart();
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}, session::MakePart{1}}));
}

TEST_F(LedgerOfASession, WhatIsSaidTogetherSharesOneCommit) {
  const int before = desk_->flaky.commits;
  ledger().session_event(kSession, session::Started{});
  ledger().session_event(kSession, PartSealed{0, 9, 0, 9});
  ledger().session_event(kSession, PartSealed{10, 19, 10, 19});
  desk_->settle();
  EXPECT_EQ(desk_->flaky.commits, before + 1);
  EXPECT_EQ(outbox().size(), 3U);
}

TEST_F(LedgerOfASession, WhatChangesNothingIsNotWritten) {
  const int before = desk_->flaky.commits;
  ledger().put_channel(ledger().model().channels.at(kChannel));
  ledger().channel_event(kChannel, channel::SeenLive{desk_->clock.now(), SessionId("other"), {}});
  ledger().channel_event(ChannelId("nobody"), channel::Tick{desk_->clock.now()});
  ledger().session_event(SessionId("nothing"), session::Started{});
  ledger().session_event(kSession, session::Tick{desk_->clock.now()});
  desk_->settle();
  EXPECT_EQ(desk_->flaky.commits, before);
}

TEST_F(LedgerOfASession, DurableReturnsWhenAllThatWasSaidIsOnDisk) {
  desk_->flaky.failure = Error{Errc::unavailable, "locked"};
  ledger().session_event(kSession, session::Started{});
  bool there = false;
  auto wait = [this, &there]() -> asio::awaitable<void> {
    co_await ledger().durable();
    there = true;
  };
  asio::co_spawn(desk_->io, wait(), asio::detached);
  desk_->clock.run_for(5s);
  EXPECT_FALSE(there);
  desk_->flaky.failure.reset();
  desk_->clock.run_for(1s);
  EXPECT_TRUE(there);
  EXPECT_EQ(stored().outbox.size(), 1U);
}

TEST_F(LedgerOfASession, AnEffectsEndAndWhatFollowsFromItAreOneCommit) {
  ledger().session_event(kSession, session::Started{});
  ledger().session_event(kSession, PartSealed{0, 9, 0, 9});
  ledger().session_event(kSession, session::StatusPosted{900, desk_->clock.now()});
  desk_->settle();
  const OutboxRow made = ledger().model().outbox.at(1);
  ASSERT_EQ(made.effect, session::Effect(session::MakePart{1}));
  const int before = desk_->flaky.commits;
  ledger().effect_done(made, session::PartReady{1, {.path = "/out/1.mp4"}, desk_->clock.now()});
  desk_->settle();
  EXPECT_EQ(desk_->flaky.commits, before + 1);
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}, session::PublishPost{1}}));
  restart();
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}, session::PublishPost{1}}));
  EXPECT_EQ(desk_->session().parts[0].file.path, "/out/1.mp4");
  EXPECT_EQ(desk_->session().posts.size(), 1U);
}

TEST_F(LedgerOfASession, WhatAnEffectWentThroughSurvivesARestart) {
  ledger().session_event(kSession, session::Started{});
  desk_->settle();
  OutboxRow row = ledger().model().outbox.at(0);
  row.attempts = 3;
  row.submitted = true;
  row.not_before = desk_->clock.now() + 60s;
  row.last_error = "away";
  ASSERT_TRUE(desk_->wait_for(ledger().update(row)));
  restart();
  const OutboxRow& known = ledger().model().outbox.at(0);
  EXPECT_EQ(known.attempts, 3);
  EXPECT_TRUE(known.submitted);
  EXPECT_EQ(known.not_before, row.not_before);
  EXPECT_EQ(known.last_error, "away");
}

TEST_F(LedgerOfASession, TheTailIsSealedWhenTheChannelLetsGo) {
  ledger().on_close([](const SessionId&) { return PartSealed{0, 4, 100, 104}; });
  ledger().session_event(kSession, session::Started{});
  ledger().channel_event(kChannel, channel::Removed{desk_->clock.now()});
  desk_->settle();
  EXPECT_EQ(desk_->session().phase, session::Phase::finishing);
  ASSERT_EQ(desk_->session().parts.size(), 1U);
  EXPECT_EQ(desk_->session().parts[0].last_ordinal, 4U);
  EXPECT_EQ(outbox(), (LedgerEffects{session::PostStatus{}, session::MakePart{1}}));
}

TEST_F(LedgerOfASession, GapsAndTakesAreToldOnceAndKept) {
  Gap gap;
  gap.from_sequence = 7;
  gap.to_sequence = 9;
  gap.duration = 6s;
  ledger().add_gap(kSession, gap);
  ledger().add_gap(kSession, gap);
  TakeRow take{.session = kSession, .number = 1, .playlist_url = "https://a.invalid/p.m3u8"};
  ledger().put_take(take);
  take.end_reason = "endlist";
  ledger().put_take(take);
  desk_->settle();
  restart();
  EXPECT_EQ(ledger().model().gaps.at(kSession), (std::vector<Gap>{gap}));
  EXPECT_EQ(ledger().model().takes.at(kSession), (std::vector<TakeRow>{take}));
}

TEST_F(LedgerOfASession, ASessionThatHasSomethingToSayIsNotForgotten) {
  desk_->flaky.failure = Error{Errc::no_space, "no room"};
  ledger().put_channel({ChannelId("twitch:other"), "twitch", "other", "", {}});
  desk_->settle();  // this commit is stuck, so what follows waits for the next one
  ledger().channel_event(kChannel, channel::Removed{desk_->clock.now()});
  EXPECT_FALSE(ledger().forget(kSession));
  EXPECT_TRUE(ledger().model().sessions.contains(kSession));
  desk_->flaky.failure.reset();
  desk_->clock.run_for(2s);
  EXPECT_EQ(outbox(), (LedgerEffects{session::RemoveRaw{}}));
  ledger().effect_done(ledger().model().outbox.at(0), {});
  desk_->settle();
  EXPECT_TRUE(ledger().forget(kSession));
  EXPECT_TRUE(ledger().model().sessions.empty());
  restart();
  EXPECT_TRUE(ledger().model().sessions.empty());
  EXPECT_EQ(store_->history(9)->size(), 1U);
}

TEST_F(LedgerOfASession, WhatIsStillToBeDoneOfASessionIsDoneThoughTheDiskWasSlowToNoteIt) {
  desk_->flaky.failure = Error{Errc::unavailable, "busy"};
  ledger().channel_event(kChannel, channel::Removed{desk_->clock.now()});
  desk_->settle();  // done, with a removal that nobody sees before it is on the disk
  ASSERT_EQ(desk_->session().phase, session::Phase::done);
  ASSERT_EQ(outbox(), LedgerEffects{});
  EXPECT_FALSE(ledger().forget(kSession));
  desk_->flaky.failure.reset();
  desk_->clock.run_for(2s);
  EXPECT_EQ(outbox(), (LedgerEffects{session::RemoveRaw{}}));
  EXPECT_TRUE(ledger().model().sessions.contains(kSession))
      << "its removal would be of a session that is not there";
}

}  // namespace
}  // namespace rec
