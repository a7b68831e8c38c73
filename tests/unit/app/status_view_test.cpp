// What every door shows: is it recording now, is anything missing, is it posted.
#include "app/status_view.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/service.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr Instant kNoon{Millis(1'800'000'000'000)};
const SessionId kLiveSession{"019ab000-0000-7000-8000-000000000002"};
const SessionId kOldSession{"019ab000-0000-7000-8000-000000000001"};
const ChannelId kLive{"twitch:live"};

WatchedChannel watched(const std::string& name) {
  return {ChannelId("twitch:" + name), "twitch", name, "https://www.twitch.tv/" + name};
}

session::Session session_of(const SessionId& id, session::Phase phase, int parts, session::PartState state) {
  session::Session session;
  session.id = id;
  session.channel = kLive;
  session.channel_name = "live";
  session.title = "A title";
  session.started_at = kNoon - std::chrono::hours(1);
  session.phase = phase;
  for (int i = 1; i <= parts; ++i) {
    session::Part part;
    part.number = i;
    part.state = state;
    part.file.duration = std::chrono::minutes(10);
    part.file.bytes = 1000;
    session.parts.push_back(part);
  }
  return session;
}

Gap gap_of(GapCause cause, std::chrono::seconds length, std::int64_t sequence) {
  Gap gap;
  gap.cause = cause;
  gap.duration = length;
  gap.from_sequence = gap.to_sequence = sequence;
  gap.before_ordinal = static_cast<std::uint64_t>(sequence);
  return gap;
}

class StatusView : public testing::Test {
 protected:
  StatusView() {
    settings.channels = {watched("live"), watched("away")};
    model.channels[kLive] = {kLive, "twitch", "live", "", channel::Live{kLiveSession, {}}};
    model.sessions[kLiveSession] =
        session_of(kLiveSession, session::Phase::recording, 2, session::PartState::ready);
    model.sessions[kLiveSession].parts[0].state = session::PartState::posted;
  }
  [[nodiscard]] json::object shown(StatusFrom from) const {
    from.now = kNoon;
    from.running = true;
    // What is shown must survive the way to another process.
    return json::parse(json::serialize(status_json(from))).as_object();
  }
  [[nodiscard]] json::object shown() const { return shown({model, settings}); }

  Settings settings;
  Model model;
};

TEST_F(StatusView, ThePictureIsTheAnnouncedOneUntilAPartWasLookedAt) {
  EXPECT_TRUE(shown().at("sessions").at(0).at("picture").is_null());
  TakeRow take{kLiveSession, 1, "", kNoon, "", {}, {1920, 1080, 60}};
  model.takes[kLiveSession] = {take};
  EXPECT_EQ(shown().at("sessions").at(0).at("picture"), "1080p60");
  session::PartFile& made = model.sessions[kLiveSession].parts[0].file;
  made.width = 1280;
  made.height = 720;
  made.rate = 30;
  const auto session = shown().at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("picture"), "720p30");
  EXPECT_EQ(session.at("parts").at(0).at("picture"), "720p30");
  EXPECT_TRUE(session.at("parts").at(1).at("picture").is_null());
}

TEST_F(StatusView, AChannelThatIsRecordedNamesItsSession) {
  const auto status = shown();
  const auto& channels = status.at("channels").as_array();
  ASSERT_EQ(channels.size(), 2u);
  EXPECT_EQ(channels[0].at("platform").as_string(), "twitch");
  EXPECT_EQ(channels[0].at("name").as_string(), "live");
  EXPECT_EQ(channels[0].at("status").as_string(), "recording");
  EXPECT_EQ(channels[0].at("title").as_string(), "A title");
  EXPECT_EQ(channels[0].at("session").as_string(), kLiveSession.str());
  EXPECT_EQ(channels[1].at("name").as_string(), "away");
  EXPECT_EQ(channels[1].at("status").as_string(), "offline");
  EXPECT_TRUE(channels[1].at("session").is_null());
}

TEST_F(StatusView, ADroppedChannelSaysUntilWhenItIsWaitedFor) {
  model.channels[kLive].state = channel::Grace{kLiveSession, kNoon + std::chrono::minutes(3)};
  EXPECT_EQ(shown().at("channels").at(0).at("dropped_until").as_string(),
            iso8601(kNoon + std::chrono::minutes(3)));
}

TEST_F(StatusView, WithoutAGapZeroSecondsAreMissing) {
  const auto session = shown().at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("missing_s").to_number<double>(), 0);
  EXPECT_TRUE(session.at("gaps").as_array().empty());
}

TEST_F(StatusView, EveryMissingSecondHasItsCause) {
  model.gaps[kLiveSession] = {gap_of(GapCause::ad, std::chrono::seconds(30), 10),
                              gap_of(GapCause::offline, std::chrono::seconds(12), 50)};
  const auto session = shown().at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("missing_s").to_number<double>(), 42);
  EXPECT_EQ(session.at("gaps").at(0).at("cause").as_string(), "ad");
  EXPECT_EQ(session.at("gaps").at(1).at("seconds").to_number<double>(), 12);
  EXPECT_EQ(session.at("gaps").at(1).at("from_sequence").to_number<int>(), 50);
}

TEST_F(StatusView, PostedPartsAreCountedAndAnUploadShowsHowFarItIs) {
  StatusFrom from{model, settings};
  from.progress = [](const SessionId&) {
    SessionProgress progress;
    progress.recorded = std::chrono::minutes(25);
    progress.uploading_part = 2;
    progress.uploaded_bytes = 630;
    return progress;
  };
  const auto session = shown(std::move(from)).at("sessions").at(0).as_object();
  EXPECT_EQ(session.at("posted_parts").to_number<int>(), 1);
  EXPECT_EQ(session.at("recorded_s").to_number<double>(), 1500);
  EXPECT_EQ(session.at("parts").at(0).at("state").as_string(), "posted");
  EXPECT_EQ(session.at("parts").at(0).as_object().if_contains("uploaded_bytes"), nullptr);
  EXPECT_EQ(session.at("parts").at(1).at("uploaded_bytes").to_number<int>(), 630);
}

TEST_F(StatusView, SessionsStandNewestFirstAndEachOnce) {
  StatusFrom from{model, settings};
  from.history = {session_of(kOldSession, session::Phase::done, 3, session::PartState::posted),
                  session_of(kLiveSession, session::Phase::done, 9, session::PartState::posted)};
  from.history_gaps[kOldSession] = {gap_of(GapCause::disk, std::chrono::seconds(5), 7)};
  const auto sessions = shown(std::move(from)).at("sessions").as_array();
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0].at("id").as_string(), kLiveSession.str());
  EXPECT_EQ(sessions[0].at("status").as_string(), "recording") << "the newer knowledge counts";
  EXPECT_EQ(sessions[1].at("status").as_string(), "done");
  EXPECT_EQ(sessions[1].at("missing_s").to_number<double>(), 5);
}

TEST_F(StatusView, QueuesCountWhatIsToDoAndNameWhatFails) {
  OutboxRow made{kLiveSession, session::MakePart{2}};
  OutboxRow post{kLiveSession, session::PublishPost{1}};
  post.attempts = 4;
  post.last_error = "Telegram is away\nfor now";
  post.not_before = kNoon;
  model.outbox = {made, post, {kLiveSession, session::RemoveRaw{}}};
  const auto queues = shown().at("queues").as_object();
  EXPECT_EQ(queues.at("media").to_number<int>(), 1);
  EXPECT_EQ(queues.at("post").to_number<int>(), 1);
  EXPECT_EQ(queues.at("text").to_number<int>(), 0);
  EXPECT_EQ(queues.at("remove").to_number<int>(), 1);
  ASSERT_EQ(queues.at("failing").as_array().size(), 1u);
  const auto failing = queues.at("failing").at(0).as_object();
  EXPECT_EQ(failing.at("attempts").to_number<int>(), 4);
  EXPECT_EQ(failing.at("number").to_number<int>(), 1);
  EXPECT_EQ(failing.at("error").as_string(), "Telegram is away for now");
}

TEST_F(StatusView, ADiskThatStopsTheRecordingIsNamed) {
  StatusFrom from{model, settings};
  from.disks = {{"/srv", 3'000'000, true, std::nullopt},
                {"/data", 9'000'000, false, std::chrono::seconds(60)}};
  const auto disks = shown(std::move(from)).at("disks").as_array();
  ASSERT_EQ(disks.size(), 2u);
  EXPECT_TRUE(disks[0].at("paused").as_bool());
  EXPECT_EQ(disks[0].at("folder").as_string(), "/srv");
  EXPECT_EQ(disks[0].at("free_bytes").to_number<int>(), 3'000'000);
  EXPECT_TRUE(disks[0].at("left_s").is_null());
  EXPECT_EQ(disks[1].at("left_s").to_number<int>(), 60);
}

TEST_F(StatusView, WhatStrangersTypedComesThroughAsOneLineOfText) {
  auto& session = model.sessions[kLiveSession];
  session.title = "\x1b[2Jred\nalert \xff\xfe \"quoted\"";
  session.parts[1].state = session::PartState::failed;
  session.parts[1].error = "ffmpeg: \xc3\x28";
  const auto status = shown();
  const std::string title(status.at("channels").at(0).at("title").as_string());
  EXPECT_EQ(title.find('\x1b'), std::string::npos) << title;
  EXPECT_EQ(title.find('\n'), std::string::npos) << title;
  EXPECT_EQ(status.at("sessions").at(0).at("parts").at(1).at("state").as_string(), "failed");
}

TEST_F(StatusView, AChannelThatIsWatchedNoMoreIsShownWhileItsSessionIsOpen) {
  settings.channels = {watched("away")};
  const auto open = shown().at("channels").as_array();
  ASSERT_EQ(open.size(), 2u);
  EXPECT_EQ(open[1].at("id").as_string(), kLive.str());
  model.channels[kLive].state = channel::Offline{};
  EXPECT_EQ(shown().at("channels").as_array().size(), 1u);
}

TEST_F(StatusView, APausedChannelAndOneThatIsDeniedSaySo) {
  settings.paused = {watched("resting")};
  StatusFrom from{model, settings};
  from.news = [](const ChannelId& id) {
    return id.str() == "twitch:away" ? ChannelNote{"live, not recorded: outside of its hours", {}}
                                     : ChannelNote();
  };
  const auto channels = shown(std::move(from)).at("channels").as_array();
  ASSERT_EQ(channels.size(), 3u);
  EXPECT_TRUE(channels[0].at("note").is_null());
  EXPECT_EQ(channels[1].at("note").as_string(), "live, not recorded: outside of its hours");
  EXPECT_FALSE(channels[1].at("paused").as_bool());
  EXPECT_EQ(channels[2].at("name").as_string(), "resting");
  EXPECT_TRUE(channels[2].at("paused").as_bool());
}

TEST_F(StatusView, AtRestItIsWhatTheStoreHolds) {
  auto store = SqliteStore::open(":memory:");
  ASSERT_TRUE(store);
  Commit commit;
  commit.channels = {model.channels[kLive]};
  commit.sessions = {model.sessions[kLiveSession],
                     session_of(kOldSession, session::Phase::done, 1, session::PartState::posted)};
  commit.gaps = {{kOldSession, gap_of(GapCause::ad, std::chrono::seconds(9), 3)}};
  ASSERT_TRUE((*store)->commit(commit));
  const auto status = status_at_rest(store->get(), settings, kNoon);
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_FALSE(status->at("running").as_bool());
  EXPECT_TRUE(status->at("pid").is_null());
  ASSERT_EQ(status->at("sessions").as_array().size(), 2u);
  EXPECT_EQ(status->at("sessions").at(1).at("missing_s").to_number<double>(), 9);
  const auto nothing = status_at_rest(nullptr, settings, kNoon);
  ASSERT_TRUE(nothing);
  EXPECT_EQ(nothing->at("channels").as_array().size(), 2u);
  EXPECT_TRUE(nothing->at("sessions").as_array().empty());
}

class ServiceCalls : public StatusView {
 protected:
  Result<json::object> call(std::string request, json::object arguments = {}) {
    auto store = SqliteStore::open(":memory:");
    const auto worker = make_inline_worker();
    asio::io_context io;
    VirtualClock clock(io, kNoon);
    Service service({model, settings, clock, **store, *worker, {}, {}});
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(std::move(request), std::move(arguments)),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  }
};

TEST_F(ServiceCalls, StatusIsTheSameForEveryDoor) {
  const auto status = call("status");
  ASSERT_TRUE(status) << status.error().text;
  EXPECT_TRUE(status->at("running").as_bool());
  EXPECT_EQ(status->at("at").as_string(), iso8601(kNoon));
  EXPECT_EQ(status->at("channels").as_array().size(), 2u);
}

TEST_F(ServiceCalls, WhatNobodyKnowsIsRefused) {
  EXPECT_EQ(call("reboot").error().code, Errc::not_found);
  EXPECT_EQ(call("status", {{"shell", "rm"}}).error().code, Errc::invalid);
}

}  // namespace
}  // namespace rec
