// What is told of sessions and incidents, by the whole program on fakes: nothing missed, nothing told of what
// never was, whatever it is killed at.
#include "app/herald.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "app/names.hpp"
#include "app/settings_of.hpp"
#include "crash_steps.hpp"
#include "program.hpp"

namespace rec::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Somebody who is told; outlives the program.
class Listener final : public Messenger {
 public:
  Listener(World& world, std::string name, std::set<std::string> events, int most_tries = 0)
      : world_(world), name_(std::move(name)), events_(std::move(events)), most_tries_(most_tries) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool wants(const std::string& event) const override { return events_.contains(event); }
  [[nodiscard]] int most_tries() const override { return most_tries_; }
  Task<> tell(Notice notice, bool maybe_told, std::function<Task<>()> about_to_tell) override {
    REC_CO_CHECK(co_await about_to_tell());
    if (away) co_return fail(Errc::unavailable, "nobody listens");
    world_.burn();
    again += maybe_told ? 1 : 0;
    told.push_back(std::move(notice));
    world_.burn();
    co_return Result<void>();
  }

  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> list;
    for (const Notice& notice : told) list.push_back(notice.event);
    return list;
  }
  [[nodiscard]] std::set<std::string> ids() const {
    std::set<std::string> all;
    for (const Notice& notice : told) all.insert(notice.id);
    return all;
  }

  std::vector<Notice> told{};
  bool away = false;
  int again = 0;

 private:
  World& world_;
  std::string name_;
  std::set<std::string> events_;
  int most_tries_;
};

class StoppableWorker final : public Worker {
 public:
  explicit StoppableWorker(World& world) : world_(world) {}
  void post(std::function<void()> job) override {
    world_.burn();
    job();
    world_.burn();
  }

 private:
  World& world_;
};

/// What the store says of sessions that are done.
class Past final : public Store {
 public:
  explicit Past(Program& program) : program_(program) {}
  Result<StoreSnapshot> load() override { return program_.stored(); }
  Result<void> commit(const Commit&) override { return {}; }
  Result<void> update(const OutboxRow&) override { return {}; }
  Result<std::vector<session::Session>> history(int) override {
    if (unreadable-- > 0) return fail(Errc::unavailable, "the store cannot be read");
    return program_.history();
  }
  Result<std::vector<Gap>> gaps(const SessionId& session) override { return program_.gaps_of(session); }
  Result<std::vector<SessionRecord>> search(const SessionQuery&) override {
    return std::vector<SessionRecord>{};
  }
  Result<SessionRecord> record_of(const SessionId& session) override {
    return fail(Errc::not_found, "no session " + session.str());
  }

  int unreadable = 0;  ///< so many times

 private:
  Program& program_;
};

const std::set<std::string> kSessionEvents{"session.started", "part.ready", "post.published", "session.done"};

/// A program with a herald beside it.
class Told {
 public:
  explicit Told(const std::string& name) : program(name), past(program), chores_(program.world) {
    std::filesystem::create_directories(program.folder() / "data");
    program.person = [this](App& app, Clock& clock) { return herald(app, clock); };
  }
  void listen(Listener& listener, std::string digest = "") {
    tellers_.push_back({&listener, std::move(digest)});
  }
  void broadcast(int segments) {
    program.world.broadcasts.push_back({program.now() + seconds(5), segments, 0, "only", "1"});
  }

  Program program;
  Past past;
  bool ends_well = false;  ///< told that it ends, half a minute before the run is over
  seconds run_length{0};
  std::optional<SessionAction> late_action{};  ///< asked of the session when it is done for twenty minutes

  bool run_for(seconds duration) {
    run_length = duration;
    return program.run_for(duration);
  }

 private:
  asio::awaitable<void> herald(App& app, Clock& clock) {
    Herald::Needs needs{
        co_await asio::this_coro::executor, clock, chores_, past, chores_, app.model(), app.settings()};
    needs.tellers = tellers_;
    needs.loaded = [&app] { return app.loaded(); };
    needs.facts = [&app] {
      ConditionFacts facts;
      facts.disks = app.disks();
      return facts;
    };
    needs.progress = [&app](const SessionId& id) { return app.progress_of(id); };
    needs.durable = [&app] { return app.durable(); };
    needs.boot = "boot";
    Herald herald(std::move(needs));
    app.on_forget([&herald](const SessionId&) { herald.last_look(); });
    Supervisor runner(co_await asio::this_coro::executor,
                      [](const std::string&, const Error& error) { ADD_FAILURE() << error.text; });
    runner.start("herald", herald.run());
    if (late_action) {
      co_await clock.sleep(minutes(20));
      const SessionId id = program.history().at(0).id;
      auto outcome = co_await app.act_on_session(id, *late_action);
      EXPECT_TRUE(outcome && outcome->changed);
    }
    if (ends_well) {
      co_await clock.sleep(run_length - seconds(30));
      runner.cancel_all();
      co_await runner.join();
      co_await herald.close();
    }
    co_await runner.join();
  }

  StoppableWorker chores_;
  std::vector<Herald::Teller> tellers_{};
};

TEST(Herald, ASessionIsToldFromItsBeginningToItsEnd) {
  Told told("herald");
  Listener hook(told.program.world, "hook", kSessionEvents);
  told.listen(hook);
  told.broadcast(15);
  told.run_for(seconds(300));
  ASSERT_EQ(told.program.history().size(), 1U);
  EXPECT_THAT(hook.events(), ElementsAre("session.started", "part.ready", "post.published", "part.ready",
                                         "post.published", "part.ready", "post.published", "session.done"));
  EXPECT_THAT(hook.told.back().json, HasSubstr("\"missing_s\":0"));
  EXPECT_THAT(hook.told[1].json, HasSubstr("\"number\":1"));
}

TEST(Herald, TwoEntriesThatNameOneReceiverTellItNothingTwice) {
  Told told("herald-twice");
  Listener one(told.program.world, "hook", {"session.started", "session.done"});
  Listener other(told.program.world, "hook", {"session.done", "part.ready"});
  told.listen(one);
  told.listen(other);
  told.broadcast(6);
  told.run_for(seconds(300));
  std::vector<std::string> all = one.events();
  for (const std::string& event : other.events()) all.push_back(event);
  EXPECT_EQ(std::ranges::count(all, "session.done"), 1) << testing::PrintToString(all);
  EXPECT_EQ(std::ranges::count(all, "part.ready"), 2) << testing::PrintToString(all);
}

TEST(Herald, WhatIsAskedOfASessionLongDoneTellsNothingOfItAgain) {
  Told told("herald-recalled");
  Listener hook(told.program.world, "hook", kSessionEvents);
  told.listen(hook);
  told.broadcast(15);
  told.program.world.unusable = {"<only/5><only/6><only/7><only/8><only/9>"};
  told.late_action = SessionAction::reprocess;
  told.run_for(minutes(25));
  std::vector<std::string> started = hook.events();
  std::erase_if(started, [](const std::string& event) { return event != "session.started"; });
  EXPECT_EQ(started.size(), 1U) << testing::PrintToString(hook.events());
  EXPECT_EQ(hook.told.size(), hook.ids().size() + 1)
      << "done, and done again: " << testing::PrintToString(hook.events());
}

TEST(Herald, AKillAtAnyStepLosesNoEventAndInventsNone) {
  const auto go = [](Told& told, Listener& hook, int fuse) {
    told.listen(hook);
    told.run_for(seconds(5));  // it knows its own file from here on
    told.broadcast(12);
    told.program.world.fuse = fuse;
    told.program.world.steps = 0;
    told.program.run_until(told.program.now() + seconds(400), seconds(1));
  };
  Told untouched("herald-kill");
  Listener all(untouched.program.world, "hook", kSessionEvents);
  go(untouched, all, -1);
  const int steps = untouched.program.world.steps;
  ASSERT_EQ(all.told.size(), all.ids().size()) << "nothing twice";
  ASSERT_GT(steps, 60);
  for (int k = 0; k < steps; k = next_crash(k, 9)) {
    SCOPED_TRACE(::testing::Message() << "killed at step " << k);
    Told told("herald-kill");
    Listener hook(told.program.world, "hook", kSessionEvents);
    go(told, hook, k);
    std::set<std::string> expected;
    for (const session::Session& session : told.program.history()) {
      expected.insert(session.id.str() + "/session.started");
      expected.insert(session.id.str() + "/session.done");
      for (const auto& part : session.parts)
        expected.insert(session.id.str() + "/part.ready/" + std::to_string(part.number));
      for (const auto& post : session.posts)
        expected.insert(session.id.str() + "/post.published/" + std::to_string(post.number));
    }
    EXPECT_EQ(hook.ids(), expected);
    EXPECT_LE(hook.told.size(), expected.size() + 1) << "but what was on its way";
    if (testing::Test::HasFailure()) break;
  }
}

TEST(Herald, AFullDiskIsToldOnceAndOnceWhenThereIsRoomAlsoOverRestarts) {
  Told told("herald-disk");
  told.program.settings.min_free = 1'000'000'000;
  Listener phone(told.program.world, "phone", {"incident", "incident.over"});
  told.listen(phone);
  told.ends_well = true;
  told.run_for(minutes(2));
  told.program.world.free_bytes = [](Instant) { return 1000; };
  told.run_for(minutes(5));
  told.run_for(minutes(5));
  ASSERT_THAT(phone.events(), ElementsAre("incident"));
  EXPECT_THAT(phone.told[0].json, HasSubstr("\"kind\":\"disk.paused\""));
  EXPECT_THAT(phone.told[0].text, HasSubstr("make room"));
  told.program.world.free_bytes = [](Instant) { return 1ULL << 40U; };
  told.run_for(minutes(5));
  told.run_for(minutes(5));
  EXPECT_THAT(phone.events(), ElementsAre("incident", "incident.over"));
}

TEST(Herald, APartThatFailsLastIsToldOfThoughNobodyWaitsForAPost) {
  Told told("herald-last-part");
  Listener phone(told.program.world, "phone", {"incident", "session.done"});
  told.listen(phone);
  told.program.settings.session_policy.publish = false;
  told.broadcast(15);
  told.program.world.unmakable = {"<only/10><only/11><only/12><only/13><only/14>"};
  told.run_for(minutes(5));
  ASSERT_EQ(told.program.history().at(0).parts.back().state, session::PartState::failed);
  ASSERT_THAT(phone.events(), testing::UnorderedElementsAre("incident", "session.done"));
  EXPECT_THAT(phone.told[0].json + phone.told[1].json, HasSubstr("\"kind\":\"part.failed\""));
}

TEST(Herald, AStoreThatCannotBeReadAtTheStartSilencesNobody) {
  Told told("herald-unreadable");
  Listener hook(told.program.world, "hook", {"session.started", "session.done"});
  told.listen(hook);
  told.broadcast(6);
  told.run_for(minutes(2));
  told.past.unreadable = 3;
  told.program.world.broadcasts.push_back({told.program.now() + seconds(60), 6, 0, "next", "2"});
  told.run_for(minutes(5));
  EXPECT_LE(told.past.unreadable, 0);
  EXPECT_EQ(std::ranges::count(hook.events(), "session.started"), 2) << testing::PrintToString(hook.events());
}

TEST(Herald, AProgramThatWasKilledTellsSoWhenItIsBack) {
  Told told("herald-back");
  Listener phone(told.program.world, "phone", {"incident", "incident.over"});
  told.listen(phone);
  told.run_for(minutes(2));
  ASSERT_TRUE(phone.told.empty());
  told.program.skip(minutes(3));
  told.ends_well = true;
  told.run_for(minutes(2));
  ASSERT_THAT(phone.events(), ElementsAre("incident"));
  EXPECT_THAT(phone.told[0].json, HasSubstr("program.came_back"));
  told.run_for(minutes(2));
  EXPECT_EQ(phone.told.size(), 1U) << "that one ended well";
}

TEST(Herald, WhoIsAwayIsToldLaterInOrderAndHoldsUpNobody) {
  Told told("herald-away");
  Listener phone(told.program.world, "phone", {"session.started", "session.done"});
  Listener hook(told.program.world, "hook", {"session.started", "session.done", "incident"});
  told.listen(phone);
  told.listen(hook);
  phone.away = true;
  told.broadcast(10);
  told.run_for(minutes(10));
  EXPECT_TRUE(phone.told.empty());
  EXPECT_THAT(hook.events(), Contains("session.done"));
  EXPECT_THAT(hook.events(), Contains("incident")) << "the others hear of it";
  phone.away = false;
  told.run_for(minutes(20));
  EXPECT_THAT(phone.events(), ElementsAre("session.started", "session.done"));
  EXPECT_GT(phone.again, 0);
}

TEST(Herald, WhatFailsForItsOwnSakeIsGivenUpAndTheNextIsTold) {
  Told told("herald-hook");
  Listener hook(told.program.world, "hook", {"session.started", "session.done"}, 3);
  told.listen(hook);
  hook.away = true;
  told.broadcast(5);
  told.run_for(seconds(40));
  EXPECT_TRUE(hook.told.empty());
  hook.away = false;
  told.run_for(minutes(3));
  EXPECT_THAT(hook.events(), ElementsAre("session.done"));
}

/// How often the day is told in three hours of the night in which Berlin's clocks are changed.
std::size_t days_told_in_the_night_of(std::chrono::year_month_day date, const std::string& at) {
  ::setenv("TZ", "Europe/Berlin", 1);
  ::tzset();
  Told told("herald-night");
  told.program.skip(
      std::chrono::floor<seconds>(std::chrono::sys_days(date) + minutes(10) - told.program.now()));
  Listener phone(told.program.world, "phone", {});
  told.listen(phone, at);
  told.broadcast(5);
  told.run_for(minutes(180));
  ::unsetenv("TZ");
  ::tzset();
  return phone.told.size();
}

TEST(Herald, TheDayIsToldOnceAlsoWhenTheClocksAreChanged) {
  using namespace std::chrono_literals;
  for (const char* at : {"01:30", "02:00", "02:30", "03:00"}) {
    EXPECT_EQ(days_told_in_the_night_of(2027y / std::chrono::March / 28, at), 1U) << at << " in spring";
    EXPECT_EQ(days_told_in_the_night_of(2027y / std::chrono::October / 31, at), 1U) << at << " in autumn";
  }
}

TEST(Herald, TheDayIsToldOnceADay) {
  Told told("herald-day");
  Listener phone(told.program.world, "phone", {});
  told.listen(phone, local_time(told.program.now() + minutes(30), "%H:%M"));
  told.broadcast(15);
  told.ends_well = true;
  told.run_for(minutes(40));
  ASSERT_THAT(phone.events(), ElementsAre("digest"));
  EXPECT_THAT(phone.told[0].text, HasSubstr("Recordings: 1\n"));
  EXPECT_THAT(phone.told[0].text, HasSubstr("Parts posted: 3/3\n"));
  told.run_for(minutes(40));
  EXPECT_EQ(phone.told.size(), 1U) << "also over a restart";
}

}  // namespace
}  // namespace rec::simulation
