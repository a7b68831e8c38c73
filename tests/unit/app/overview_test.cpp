// The four questions: is all well, is anything missing, is it posted, what must I do?
#include "app/overview.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/session_story.hpp"

namespace rec {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Instant kNow{Millis(1'800'000'000'000)};

json::object live_session(Instant last) {
  json::object session =
      json::parse(R"({"id": "s1", "name": "somebody", "status": "recording", "posts_to_telegram": true,
    "segment_bytes": 1000, "parts": [{"number": 1, "state": "ready", "bytes": 400}], "gaps": [], "files": []})")
          .as_object();
  session["started_at"] = iso8601(kNow - 1h);
  session["last_segment_at"] = iso8601(last);
  return session;
}

OverviewFrom from_status(json::object session) {
  OverviewFrom from;
  from.now = kNow;
  from.day_began = kNow - 6h;
  from.status =
      json::parse(
          R"({"channels": [{"id": "c", "session": "s1", "dropped_until": null}], "disks": [], "watch": [],
    "queues": {"media": 0, "failing": []}})")
          .as_object();
  from.status["sessions"] = json::array{std::move(session)};
  return from;
}

std::vector<std::string> codes(const json::object& overview) {
  std::vector<std::string> out;
  for (const auto& problem : overview.at("problems").as_array())
    out.emplace_back(problem.at("code").as_string());
  return out;
}

TEST(Overview, AllIsGoodWhenWhatIsLiveGivesBytes) {
  const auto overview = overview_json(from_status(live_session(kNow - 2s)));
  EXPECT_EQ(overview.at("verdict").as_string(), "good");
  EXPECT_EQ(overview.at("live").as_int64(), 1);
  EXPECT_EQ(overview.at("recorded").as_int64(), 1);
  EXPECT_EQ(overview.at("unposted_bytes").as_uint64(), 1000u) << "a part's segments count once";
}

TEST(Overview, OneThatIsSilentIsSomethingBeingLost) {
  const auto overview = overview_json(from_status(live_session(kNow - 61s)));
  EXPECT_EQ(overview.at("verdict").as_string(), "bad");
  EXPECT_EQ(overview.at("recorded").as_int64(), 0);
  EXPECT_EQ(codes(overview), std::vector<std::string>{"silent"});
}

TEST(Overview, OfOneThatDroppedNothingIsExpected) {
  auto from = from_status(live_session(kNow - 61s));
  from.status["channels"].as_array()[0].as_object()["dropped_until"] = iso8601(kNow + 1min);
  const auto overview = overview_json(std::move(from));
  EXPECT_EQ(overview.at("verdict").as_string(), "good");
  EXPECT_EQ(overview.at("live").as_int64(), 0);
}

TEST(Overview, OnlyWhatIsMissingSinceMidnightCounts) {
  auto session = live_session(kNow);
  for (const auto before : {Millis(1h), Millis(7h)}) {
    json::object gap;
    gap["noticed_at"] = iso8601(kNow - before);
    gap["seconds"] = 5.0;
    session["gaps"].as_array().push_back(gap);
  }
  auto from = from_status(std::move(session));
  from.missed_earlier_s = 2;
  EXPECT_EQ(overview_json(std::move(from)).at("missing_today_s").as_double(), 7.0);
}

TEST(Overview, WhatMustBeDoneIsToldTheWorstFirst) {
  auto from = from_status(live_session(kNow));
  from.cookies = {{"cookies", Finding::Level::ok, "fine", ""},
                  {"cookies", Finding::Level::warning, "they expire", "export them"}};
  from.status["disks"] = json::parse(
      R"([{"folder": "/a", "paused": true, "left_s": null}, {"folder": "/b", "paused": false, "left_s": 3600}])");
  from.status["watch"] = json::parse(R"([{"platform": "twitch", "trouble": "no answer"}])");
  from.status["queues"] = json::parse(
      R"({"failing": [{"session": "s", "queue": "post", "number": 2, "attempts": 3, "error": "no"},
    {"session": "s", "queue": "post", "number": 3, "attempts": 2, "error": "no"}]})");
  from.status["incidents"] = json::parse(R"([
    {"kind": "telegram", "level": "error", "over_at": null, "once": false, "text": "no sign-in", "cure": "login"},
    {"kind": "clock", "level": "warning", "over_at": "2026-01-01T00:00:00Z", "once": false, "text": "over"},
    {"kind": "program.came_back", "level": "warning", "over_at": null, "once": true, "text": "happened"},
    {"kind": "cookies", "level": "warning", "over_at": null, "once": false, "text": "told above"}])");
  const auto overview = overview_json(std::move(from));
  EXPECT_EQ(overview.at("verdict").as_string(), "bad");
  EXPECT_EQ(codes(overview),
            (std::vector<std::string>{"disk_full", "watch", "incident", "disk_low", "cookies", "failing"}));
}

TEST(Overview, APartThatWasLostIsToldForADayAfterTheEnd) {
  const auto told = [](const Millis since_end, const std::string& flags) {
    json::object session = live_session(kNow - since_end);
    session["status"] = "error";
    session["ended_at"] = iso8601(kNow - since_end);
    session["flags"] = json::parse(flags);
    session["parts"] =
        json::parse(R"([{"number": 2, "state": "failed", "bytes": 0, "error": "no pictures"}])");
    return overview_json(from_status(std::move(session)));
  };
  const auto overview = told(2h, "[]");
  EXPECT_EQ(overview.at("verdict").as_string(), "attention");
  EXPECT_EQ(codes(overview), std::vector<std::string>{"part_failed"});
  EXPECT_EQ(overview.at("problems").as_array()[0].at("session").as_string(), "s1");
  EXPECT_EQ(told(25h, "[]").at("verdict").as_string(), "good");
  EXPECT_EQ(told(2h, R"(["cancelled"])").at("verdict").as_string(), "good") << "somebody wanted that";
}

TEST(SessionStory, TellsWhatHappenedInOrderAndWhy) {
  SessionRecord record;
  record.session.started_at = kNow;
  record.session.titles = {{kNow, "A title", "Chess"}};
  record.session.ended_at = kNow + 1h;
  session::Part part;
  part.number = 1;
  part.ready_at = kNow + 30min;
  part.posted_at = kNow + 31min;
  part.message_id = 7;
  record.session.parts = {part};
  part = {};
  part.number = 2;
  part.state = session::PartState::failed;
  part.error = "no pictures";
  record.session.parts.push_back(part);
  record.session.flags.skip_upload = true;
  record.takes = {{record.session.id, 1, "", kNow + 1s, "", {}},
                  {record.session.id, 2, "", kNow + 20min, "endlist", {}}};
  Gap gap;
  gap.noticed_at = kNow + 20min;
  gap.duration = 42s;
  gap.cause = GapCause::offline;
  record.gaps = {gap};
  std::vector<std::string> told;
  for (const auto& one : story_json(record))
    told.push_back(std::string(one.at("what").as_string()) + ": " + std::string(one.at("text").as_string()));
  EXPECT_EQ(told, (std::vector<std::string>{
                      "began: the broadcast was seen", "title: A title · Chess", "take: recording run 1",
                      "take: recording run 2; the one before ended: the program was killed",
                      "gap: 42.0 s missing (offline)", "part_ready: part 1 was made",
                      "part_posted: part 1 was posted as message 7", "ended: it was over: endlist",
                      "part_failed: part 2: no pictures", "asked: skip-upload: the rest is not posted"}));
}

TEST(SessionStory, ACompressedVersionThatOnlyTheBackupRefusedWasMade) {
  SessionRecord record;
  session::Compressed& compressed = record.session.compressed;
  compressed.made = compressed.posted = session::Stage::done;
  compressed.copy = session::Stage::failed;
  compressed.error = "there is nothing to be copied";
  const auto told = story_json(record);
  EXPECT_EQ(told.back().at("what").as_string(), "copy_failed");
  EXPECT_EQ(told.back().at("text").as_string(),
            "the copy of the compressed version: there is nothing to be copied");
}

}  // namespace
}  // namespace rec
