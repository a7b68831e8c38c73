// Requests about sessions, as doors carry them.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/service.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Instant kViewsNoon{Millis(1'800'000'000'000)};

class SessionViews : public testing::Test {
 protected:
  SessionViews() {
    Commit commit;
    for (int i = 0; i < 3; ++i) {
      session::Session session;
      session.id = SessionId("s" + std::to_string(i));
      session.channel = ChannelId("twitch:a");
      session.channel_name = "a";
      session.title = "Evening " + std::to_string(i);
      session.started_at = kViewsNoon - 24h + i * 1h;
      session.ended_at = session.started_at + 30min;
      session.phase = i == 2 ? session::Phase::recording : session::Phase::done;
      session::Part part;
      part.number = 1;
      part.state = session::PartState::ready;
      part.file.path = "/srv/part001.mp4";
      part.file.bytes = 10;
      part.file.further = {part.file};
      part.file.further[0].path = "/srv/part001_02.mp4";
      session.parts = {part};
      commit.sessions.push_back(session);
    }
    EXPECT_TRUE(store->commit(commit));
    model.sessions[SessionId("s2")] = commit.sessions[2];
    model.sessions[SessionId("s2")].title = "Newer than the disk";
  }
  Result<json::object> call(std::string request, const char* arguments = "{}") {
    Service service({model, settings, clock, *store, *worker});
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(std::move(request), json::parse(arguments).as_object()),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  }

  asio::io_context io;
  VirtualClock clock{io, kViewsNoon};
  std::unique_ptr<Store> store = SqliteStore::open(":memory:").value();
  std::unique_ptr<Worker> worker = make_inline_worker();
  Settings settings;
  Model model;
};

TEST_F(SessionViews, HistoryComesInPagesWithoutItsLists) {
  const auto first = call("session_search", R"({"limit": "1"})");
  ASSERT_TRUE(first) << first.error().text;
  const auto& session = first->at("sessions").as_array().at(0).as_object();
  EXPECT_EQ(session.at("id").as_string(), "s1");
  EXPECT_EQ(session.at("part_count").to_number<int>(), 1);
  EXPECT_FALSE(session.contains("parts"));
  const std::string next = R"({"before": ")" + std::string(first->at("before").as_string()) + R"("})";
  const auto second = call("session_search", next.c_str());
  ASSERT_TRUE(second) << second.error().text;
  EXPECT_EQ(second->at("sessions").as_array().at(0).at("id").as_string(), "s0");
  EXPECT_TRUE(second->at("before").is_null());
  EXPECT_TRUE(call("session_search", R"({"text": "evening 7"})")->at("sessions").as_array().empty());
}

TEST_F(SessionViews, WhatIsNoneIsSaidSo) {
  for (const char* arguments :
       {R"({"limit": 500})", R"({"limit": "x"})", R"({"before": "yesterday"})", R"({"text": 7})"})
    EXPECT_EQ(call("session_search", arguments).error().code, Errc::invalid) << arguments;
  EXPECT_EQ(call("session_story", R"({"session": "nobody"})").error().code, Errc::not_found);
  EXPECT_EQ(call("part_file", R"({"session": "s0", "number": 2})").error().code, Errc::not_found);
  EXPECT_EQ(call("part_file", R"({"session": "s0", "number": 1, "file": 3})").error().code, Errc::not_found);
  EXPECT_EQ(call("part_file", R"({"session": "s0", "number": 1, "kind": "thumbnail"})").error().code,
            Errc::not_found);
}

TEST_F(SessionViews, AStoryIsThatOfMemoryWhereTheSessionGoesOn) {
  const auto told = call("session_story", R"({"session": "s2"})");
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_EQ(told->at("session").at("title").as_string(), "Newer than the disk");
  EXPECT_EQ(told->at("story").as_array().at(0).at("what").as_string(), "began");
}

TEST_F(SessionViews, FilesOfAPartAreFoundByNumber) {
  EXPECT_EQ(call("part_file", R"({"session": "s0", "number": "1"})")->at("path").as_string(),
            "/srv/part001.mp4");
  EXPECT_EQ(call("part_file", R"({"session": "s0", "number": 1, "file": "2"})")->at("path").as_string(),
            "/srv/part001_02.mp4");
}

TEST_F(SessionViews, TheOverviewIsTheStatusAndMore) {
  const auto told = call("overview");
  ASSERT_TRUE(told) << told.error().text;
  for (const char* member :
       {"running", "channels", "sessions", "queues", "verdict", "problems", "unposted_bytes"})
    EXPECT_TRUE(told->contains(member)) << member;
}

}  // namespace
}  // namespace rec
