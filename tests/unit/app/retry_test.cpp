// What `retry` does to what just begins to be done.
#include <gtest/gtest.h>

#include <algorithm>

#include "app/effects.hpp"
#include "tests/support/idle_publisher.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/app/ledger_fixture.hpp"

namespace rec {
namespace {

using namespace std::chrono_literals;
using test::kSession;

/// Takes a minute for each post.
class SlowPublisher final : public test::IdlePublisher {
 public:
  explicit SlowPublisher(Clock& clock) : clock_(clock) {}
  Task<std::vector<std::int64_t>> publish(PostRequest request) override {
    REC_CO_CHECK(co_await request.about_to_send());
    co_await clock_.sleep(1min);
    co_return std::vector<std::int64_t>{1001};
  }

 private:
  Clock& clock_;
};

class NoMedia final : public MediaMaker {
 public:
  Task<session::PartFile> make_part(MakePartRequest) override { co_return fail(Errc::unavailable, "none"); }
};

/// A session of two parts: the second one waits to be made, the first one to be posted.
class RetryTest : public test::LedgerTest {
 protected:
  void SetUp() override {
    LedgerTest::SetUp();
    settings_.output_folder = folder_.path();
    desk_->go_live();
    ledger().session_event(kSession, session::Started{});
    ledger().session_event(kSession, session::PartSealed{0, 9, 0, 9});
    ledger().session_event(kSession, session::PartSealed{10, 19, 10, 19});
    desk_->settle();
    session::PartFile made;
    made.path = folder_ / "part1.mp4";
    test::write_bytes(made.path, "a part");
    over(session::PostStatus{}, session::StatusPosted{900, kNow});
    over(session::MakePart{1}, session::PartReady{1, made, kNow});
    publisher_ = std::make_unique<SlowPublisher>(desk_->clock);
    supervisor_ = std::make_unique<Supervisor>(
        desk_->io.get_executor(),
        [](const std::string&, const Error& error) { ADD_FAILURE() << error.text; });
    effects_ = std::make_unique<Effects>(needs());
  }
  void TearDown() override {
    supervisor_->cancel_all();
    desk_->settle();
  }
  Effects::Needs needs() {
    Effects::Needs all{ledger(), desk_->clock,     *chores_,  *supervisor_,
                       media_,   publisher_.get(), settings_, [](const auto&) { return StatusFacts(); },
                       {}};
    all.part_waits = [](const SessionId&, int) { return true; };
    return all;
  }
  void over(const session::Effect& effect, const session::Event& outcome) {
    ledger().effect_done(row(effect), outcome);
    desk_->settle();
  }
  [[nodiscard]] OutboxRow row(const session::Effect& effect) {
    const auto rows = stored().outbox;
    const auto found = std::ranges::find(rows, effect, &OutboxRow::effect);
    EXPECT_NE(found, rows.end());
    return found == rows.end() ? OutboxRow() : *found;
  }

  static constexpr Instant kNow = test::kDayOne;
  test::TempFolder folder_;
  NoMedia media_;
  std::unique_ptr<Worker> chores_ = make_inline_worker();
  std::unique_ptr<SlowPublisher> publisher_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<Effects> effects_;
};

TEST_F(RetryTest, WhatBeginsToUploadWhileItIsWrittenDownStaysKnownAsSentSoThatAKillDoesNotDoubleIt) {
  const session::Effect post = session::PublishPost{1};
  ASSERT_FALSE(row(post).submitted);
  desk_->worker->hold();
  const auto not_yet = desk_->wait_for(effects_->try_now(kSession));
  EXPECT_FALSE(not_yet) << "the store takes its time";
  effects_->start_due();
  desk_->settle();
  desk_->worker->let_go();
  desk_->settle();
  EXPECT_EQ(effects_->under_way(kSession), std::vector{post});
  EXPECT_TRUE(row(post).submitted) << "after a kill it is looked for, and not sent anew";
  desk_->clock.run_for(2min);
  EXPECT_EQ(desk_->session().parts[0].state, session::PartState::posted);
}

}  // namespace
}  // namespace rec
