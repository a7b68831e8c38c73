// A recording that goes on in another session while its segments are on their way: what was begun for the one
// log and handed on after the change lies in the other.
#include "app/rolling_sink.hpp"

#include "app/names.hpp"
#include "ports/append_bytes.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using test::kChannel;
using test::kSession;

SegmentInfo two_seconds(std::int64_t sequence, std::uint32_t epoch = 1) {
  SegmentInfo info;
  info.sequence = sequence;
  info.epoch = epoch;
  info.identity = "/" + std::to_string(sequence) + ".ts";
  info.duration = 2s;
  return info;
}

SegmentInfo section(std::uint32_t epoch, std::uint8_t track = 0) {
  SegmentInfo info;
  info.epoch = epoch;
  info.identity = "/init.mp4";
  info.init = true;
  info.track = track;
  return info;
}

class RollingSinkTest : public test::LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    settings_.data_folder = temp_ / "data";
    settings_.part_limits = {.bytes = 1U << 20U, .duration = 1h};
    settings_.session_duration = 6s;
    ledger().on_close([this](const SessionId& id) { return sinks_.at(id)->tail(); });
    desk_->go_live();
    auto first = desk_->wait_for(open_sink(kSession));
    ASSERT_TRUE(first) << first.error().text;
    RollingSink::Needs needs{ledger(), desk_->clock, settings_,
                             [this](SessionId session) { return open_sink(std::move(session)); },
                             [this]() -> Result<void> {
                               if (full_) return fail(Errc::no_space, "no room here");
                               return {};
                             }};
    rolling_ = std::make_unique<RollingSink>(needs, kChannel, kSession, *first);
  }
  void TearDown() override {
    drafts_.clear();
    rolling_.reset();
    sinks_.clear();
  }
  Task<std::shared_ptr<SessionSink>> open_sink(SessionId session) {
    if (fail_open_) co_return fail(*fail_open_);
    const auto known = sinks_.find(session);
    if (known != sinks_.end()) co_return known->second;
    SessionSink::Needs needs{ledger(), *desk_->worker, ChunkPool::make(64), desk_->clock, settings_};
    REC_CO_TRY(auto opened, co_await SessionSink::open(needs, session));
    co_return sinks_[session] = std::move(opened);
  }
  /// A body that has arrived and is not handed on yet.
  void arrive(const std::string& body) {
    auto draft = rolling_->draft();
    draft->begin(200);
    draft->take(body);
    const auto settled = desk_->wait_for(draft->settle());
    ASSERT_TRUE(settled) << settled.error().text;
    drafts_.push_back(std::move(draft));
  }
  Result<void> hand_on(SegmentInfo info, std::size_t draft) {
    return desk_->wait_for(rolling_->append(std::move(info), drafts_.at(draft)));
  }
  Result<void> append(SegmentInfo info, std::string body) {
    return desk_->wait_for(append_bytes(*rolling_, std::move(info), std::move(body)));
  }
  /// "body body …", of what the session's log holds.
  [[nodiscard]] std::string log_of(const SessionId& session) const {
    const auto& log = *sinks_.at(session)->log();
    std::string all;
    for (const SegmentRecord& record : log.segments()) {
      const auto bytes = log.read({record.spans, record.bytes, record.checksum}, record.bytes);
      EXPECT_TRUE(bytes) << bytes.error().text;
      all += (all.empty() ? "" : " ") + bytes.value_or("?");
    }
    return all;
  }
  [[nodiscard]] const SessionId& now_in() const { return rolling_->session(); }

  test::TempFolder temp_;
  bool full_ = false;
  std::optional<Error> fail_open_;
  std::map<SessionId, std::shared_ptr<SessionSink>> sinks_;
  std::vector<std::shared_ptr<SegmentDraft>> drafts_;
  std::unique_ptr<RollingSink> rolling_;
};

TEST_F(RollingSinkTest, WhatWasOnItsWayWhenTheSessionChangedLiesInTheNewLogInOrder) {
  for (const char* body : {"one", "two", "three", "four", "five"}) arrive(body);
  for (std::size_t i = 0; i < 5; ++i)
    ASSERT_TRUE(hand_on(two_seconds(100 + static_cast<std::int64_t>(i), 7), i)) << "segment " << i;
  ASSERT_NE(now_in(), kSession);
  EXPECT_EQ(log_of(kSession), "one two three");
  EXPECT_EQ(log_of(now_in()), "four five");
  const auto& moved = sinks_.at(now_in())->log()->segments();
  EXPECT_EQ(moved[0].info.sequence, 103) << "numbers go on";
  EXPECT_EQ(moved[0].info.epoch, 7U);
}

TEST_F(RollingSinkTest, TheChangeIsOneCommitThatClosesTheOneAndOpensTheOther) {
  ASSERT_TRUE(
      desk_->wait_for(rolling_->playlist_opened("https://a.invalid/1.m3u8", Picture{1920, 1080, 60})));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(two_seconds(i), "x"));
  desk_->settle();
  const int commits = desk_->flaky.commits;
  ASSERT_TRUE(append(two_seconds(3), "x"));
  desk_->settle();
  EXPECT_LE(desk_->flaky.commits, commits + 2) << "the change, and that a first segment is there";
  const auto kept = stored();
  ASSERT_EQ(kept.sessions.size(), 2U);
  const auto& old = kept.sessions[0].id == kSession ? kept.sessions[0] : kept.sessions[1];
  const auto& fresh = kept.sessions[0].id == kSession ? kept.sessions[1] : kept.sessions[0];
  EXPECT_EQ(old.phase, session::Phase::finishing);
  ASSERT_EQ(old.parts.size(), 1U);
  EXPECT_EQ(old.parts[0].last_sequence, 2);
  EXPECT_EQ(fresh.phase, session::Phase::recording);
  EXPECT_EQ(fresh.continues, kSession);
  EXPECT_EQ(fresh.title, old.title);
  EXPECT_EQ(fresh.stream_id, old.stream_id);
  EXPECT_EQ(kept.channels[0].state, channel::State(channel::Live{fresh.id, {}}));
  const auto& takes = ledger().model().takes;
  EXPECT_EQ(takes.at(kSession).back().end_reason, "session_duration");
  EXPECT_EQ(takes.at(fresh.id).back().playlist_url, "https://a.invalid/1.m3u8") << "a restart opens it again";
  EXPECT_EQ(takes.at(fresh.id).back().end_reason, "");
}

TEST_F(RollingSinkTest, TheNewLogBeginsWithTheInitializationSectionOfEachTrack) {
  ASSERT_TRUE(append(section(1), "old picture"));
  ASSERT_TRUE(append(two_seconds(0, 1), "0"));
  ASSERT_TRUE(append(section(2), "picture"));
  ASSERT_TRUE(append(section(2, 1), "sound"));
  for (int i = 1; i < 4; ++i) ASSERT_TRUE(append(two_seconds(i, 2), std::to_string(i)));
  EXPECT_EQ(log_of(kSession), "old picture 0 picture sound 1 2");
  EXPECT_EQ(log_of(now_in()), "picture sound 3");
}

TEST_F(RollingSinkTest, SoundThatWasRecordedAheadOfItsPicturesIsCarriedOver) {
  const auto sound = [](std::int64_t sequence) {
    SegmentInfo info = two_seconds(sequence);
    info.track = 1;
    return info;
  };
  ASSERT_TRUE(append(section(1, 1), "sound init"));
  for (int i = 0; i < 90; ++i) ASSERT_TRUE(append(sound(i), "s" + std::to_string(i)));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(two_seconds(i), std::to_string(i)));
  EXPECT_EQ(now_in(), kSession) << "the length is that of the pictures";
  ASSERT_TRUE(append(two_seconds(3), "3"));
  ASSERT_NE(now_in(), kSession);
  const std::string log = log_of(now_in());
  EXPECT_TRUE(log.starts_with("sound init s30 s31 ")) << log;
  EXPECT_TRUE(log.ends_with(" s88 s89 3")) << log;
  EXPECT_EQ(sinks_.at(now_in())->media_segments(), 1U);
}

TEST_F(RollingSinkTest, WhatIsMissingCountsForTheLengthToo) {
  ASSERT_TRUE(append(two_seconds(0), "0"));
  Gap ads;
  ads.from_sequence = 1;
  ads.to_sequence = 2;
  ads.duration = 4s;
  ads.cause = GapCause::ad;
  ASSERT_TRUE(desk_->wait_for(rolling_->gap(ads)));
  ASSERT_TRUE(append(two_seconds(3), "3"));
  EXPECT_EQ(log_of(kSession), "0");
  EXPECT_EQ(log_of(now_in()), "3");
  EXPECT_EQ(ledger().model().gaps.at(kSession).size(), 1U) << "it lies at the end of the old one";
}

TEST_F(RollingSinkTest, ANewLogThatCannotBeOpenedYetIsTriedAgainAndNothingIsLost) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(two_seconds(i), std::to_string(i)));
  arrive("3");
  fail_open_ = Error{Errc::no_space, "full", {}};
  const auto refused = hand_on(two_seconds(3), 0);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  fail_open_.reset();
  ASSERT_TRUE(hand_on(two_seconds(3), 0));
  ASSERT_TRUE(append(two_seconds(4), "4"));
  EXPECT_EQ(log_of(kSession), "0 1 2");
  EXPECT_EQ(log_of(now_in()), "3 4");
  EXPECT_EQ(ledger().model().sessions.size(), 2U) << "opened once";
}

TEST_F(RollingSinkTest, AChannelThatIsWaitingForADroppedStreamGoesOnInItsSession) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(append(two_seconds(i), std::to_string(i)));
  ledger().channel_event(kChannel, channel::CaptureEnded{desk_->clock.now()});
  ASSERT_TRUE(append(two_seconds(3), "3"));
  EXPECT_EQ(now_in(), kSession);
}

TEST_F(RollingSinkTest, WithoutALengthASessionGoesOnForEver) {
  settings_.session_duration.reset();
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(append(two_seconds(i), "x"));
  EXPECT_EQ(now_in(), kSession);
  settings_.session_duration = 6s;
  settings_.session_duration_of[kChannel] = 1h;
  ASSERT_TRUE(append(two_seconds(30), "x"));
  EXPECT_EQ(now_in(), kSession) << "the channel's own goes before the general one";
}

TEST_F(RollingSinkTest, C74_WhileThereIsNoRoomDraftsAreRefusedAndWhatHasArrivedIsKept) {
  arrive("on its way");
  full_ = true;
  auto draft = rolling_->draft();
  draft->begin(200);
  EXPECT_TRUE(draft->take("refused"));
  const auto refused = desk_->wait_for(draft->settle());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::no_space);
  ASSERT_TRUE(hand_on(two_seconds(0), 0));
  full_ = false;
  ASSERT_TRUE(append(two_seconds(1), "and on"));
  EXPECT_EQ(log_of(kSession), "on its way and on");
}

}  // namespace
}  // namespace rec
