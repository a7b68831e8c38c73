// A ledger over a real store, with a clock that stands still until it is run, and one live session.
#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "app/ledger.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"

namespace rec::test {

inline constexpr Instant kDayOne{Millis(1'800'000'000'000)};
inline const ChannelId kChannel{"twitch:somebody"};
inline const SessionId kSession{"019ab000-0000-7000-8000-0000deadbeef"};

/// A store that can be told to fail, and counts what it is asked.
class FlakyStore final : public Store {
 public:
  explicit FlakyStore(Store& real) : real_(real) {}
  Result<StoreSnapshot> load() override { return real_.load(); }
  Result<void> commit(const Commit& commit) override {
    ++commits;
    if (failure) return fail(*failure);
    return real_.commit(commit);
  }
  Result<void> update(const OutboxRow& row) override { return real_.update(row); }
  Result<std::vector<session::Session>> history(int limit) override { return real_.history(limit); }
  Result<std::vector<Gap>> gaps(const SessionId& session) override { return real_.gaps(session); }
  Result<std::vector<SessionRecord>> search(const SessionQuery& query) override {
    return real_.search(query);
  }
  Result<SessionRecord> record_of(const SessionId& session) override { return real_.record_of(session); }

  int commits = 0;
  std::optional<Error> failure{};

 private:
  Store& real_;
};

/// Runs each job at once, unless it is told to hold them.
class PatientWorker final : public Worker {
 public:
  void post(std::function<void()> job) override {
    if (!holds_) return job();
    waiting_.push_back(std::move(job));
  }
  void hold() { holds_ = true; }
  void let_go() {
    holds_ = false;
    for (const auto& job : std::exchange(waiting_, {})) job();
  }

 private:
  bool holds_ = false;
  std::deque<std::function<void()>> waiting_;
};

/// The program's memory: dies with a crash, while the store lives on.
struct Desk {
  Desk(Store& store, const Settings& settings, Instant start) : flaky(store), clock(io, start) {
    ledger = std::make_unique<Ledger>(
        Ledger::Needs{flaky, *worker, clock, io.get_executor(), settings, [this](const Error&) { ++full; }});
    EXPECT_TRUE(wait_for(ledger->load()));
    asio::co_spawn(io, ledger->run(), asio::detached);
    settle();
  }
  /// What the task gives; it must come to an end without time passing.
  template <class T>
  Result<T> wait_for(Task<T> task) {
    auto slot = std::make_shared<std::optional<Result<T>>>();
    auto body = [](Task<T> given, std::shared_ptr<std::optional<Result<T>>> into) -> asio::awaitable<void> {
      into->emplace(co_await std::move(given));
    };
    asio::co_spawn(io, body(std::move(task), slot), asio::detached);
    settle();
    if (*slot) return std::move(**slot);
    return fail(Errc::timed_out, "the task has not ended");
  }
  void settle() { clock.run_for(std::chrono::nanoseconds(0)); }
  /// The channel is live, in the session `kSession`.
  void go_live() {
    ledger->put_channel({kChannel, "twitch", "somebody", "https://twitch.invalid/somebody", {}});
    ledger->channel_event(kChannel, channel::SeenLive{clock.now(), kSession, {"stream-1", "A title", ""}});
    settle();
  }
  [[nodiscard]] const session::Session& session() const { return ledger->model().sessions.at(kSession); }

  asio::io_context io;
  FlakyStore flaky;
  std::unique_ptr<PatientWorker> worker = std::make_unique<PatientWorker>();
  VirtualClock clock;
  int full = 0;
  std::unique_ptr<Ledger> ledger;
};

class LedgerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto opened = SqliteStore::open(":memory:");
    ASSERT_TRUE(opened) << opened.error().text;
    store_ = *std::move(opened);
    settings_.output_folder = "/out";
    settings_.target.target.chat.id = -1001;
    settings_.path_template = "{channel}/{id}";
    start();
  }
  void start() { desk_ = std::make_unique<Desk>(*store_, settings_, kDayOne); }
  /// Nothing of the program's memory is left; what the store has is loaded again.
  void restart() {
    const Instant now = desk_->clock.now();
    desk_.reset();
    desk_ = std::make_unique<Desk>(*store_, settings_, now);
  }
  StoreSnapshot stored() {
    auto snapshot = store_->load();
    EXPECT_TRUE(snapshot);
    return snapshot ? *std::move(snapshot) : StoreSnapshot{};
  }
  Ledger& ledger() { return *desk_->ledger; }

  Settings settings_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<Desk> desk_;
};

}  // namespace rec::test
