// Requests about sessions, as doors carry them: to a running program and to the store alone.
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "app/service.hpp"
#include "app/session_channels.hpp"
#include "config_testing.hpp"
#include "runtime/virtual_clock.hpp"
#include "store/sqlite_store.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr Instant kSessionsNoon{Millis(1'800'000'000'000)};

session::Session kept_session(const std::string& id, const std::string& channel, session::Phase phase) {
  session::Session session;
  session.id = SessionId(id);
  session.channel = ChannelId("twitch:" + channel);
  session.channel_name = channel;
  session.title = "A title";
  session.folder = "/out/" + channel;
  session.started_at = kSessionsNoon;
  session.phase = phase;
  session.target.chat.id = -1001;
  session.status_marker = "#m";
  session.status_posted = true;
  session.parts = {{.number = 1, .state = session::PartState::ready}};
  return session;
}

class SessionRequests : public testing::Test {
 protected:
  SessionRequests() {
    settings.data_folder = "/data";
    Commit commit;
    commit.channels = {
        {ChannelId("twitch:ann"), "twitch", "ann", "", channel::Live{SessionId("0003-c"), {}}}};
    commit.sessions = {kept_session("0001-a", "ann", session::Phase::done),
                       kept_session("0002-b", "bob", session::Phase::finishing),
                       kept_session("0003-c", "ann", session::Phase::recording)};
    commit.effects = {{SessionId("0002-b"), session::PublishPost{1}}};
    commit.sessions[1].posts = {{.number = 1, .first_part = 1, .last_part = 1, .marker = "#p"}};
    EXPECT_TRUE(store->commit(commit));
    OutboxRow waiting;
    waiting.session = SessionId("0002-b");
    waiting.effect = session::PublishPost{1};
    waiting.attempts = 5;
    waiting.not_before = kSessionsNoon + std::chrono::hours(1);
    waiting.last_error = "denied\nfor now";
    EXPECT_TRUE(store->update(waiting));
  }
  Result<json::object> at_rest(const std::string& request, const json::object& arguments) {
    return sessions_at_rest(store.get(), Config(), settings, request, arguments, kSessionsNoon);
  }
  Result<json::object> act(const std::string& action, const std::string& id) {
    return at_rest("session_action", {{"session", id}, {"action", action}});
  }
  session::Session now_is(const std::string& id) {
    auto snapshot = store->load().value();
    for (auto& session : snapshot.sessions)
      if (session.id.str() == id) return session;
    for (auto& session : store->history(10).value())
      if (session.id.str() == id) return session;
    return {};
  }

  std::unique_ptr<Store> store = SqliteStore::open(":memory:").value();
  Settings settings;
};

TEST_F(SessionRequests, TheListIsNewestFirstAndOfOneChannelWhereThatIsAskedFor) {
  const auto all = at_rest("session_list", {}).value().at("sessions").as_array();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].at("id").as_string(), "0003-c");
  EXPECT_EQ(all[0].at("status").as_string(), "recording");
  EXPECT_EQ(all[2].at("status").as_string(), "done");
  const auto anns = at_rest("session_list", {{"channel", "ann"}}).value().at("sessions").as_array();
  EXPECT_EQ(anns.size(), 2U);
  EXPECT_EQ(at_rest("session_list", {{"limit", 0}}).error().code, Errc::invalid);
  EXPECT_EQ(at_rest("session_list", {{"colour", 0}}).error().code, Errc::invalid);
}

TEST_F(SessionRequests, TheListOfAChannelIsFoundByWhateverItsOtherCommandsTake) {
  const Config config = config_testing::loaded("twitch: {channels: [ann, dora]}").config;
  const auto ids_of = [&](const char* channel) {
    const auto told = sessions_at_rest(store.get(), config, settings, "session_list", {{"channel", channel}},
                                       kSessionsNoon);
    if (!told) return told.error().text;
    std::string ids;
    for (const auto& one : told->at("sessions").as_array())
      ids += std::string(one.at("id").as_string()) + " ";
    return ids;
  };
  for (const char* ann : {"ann", "twitch:ann", "https://www.twitch.tv/ann", "twitch.tv/Ann", "ANN", "an"})
    EXPECT_EQ(ids_of(ann), "0003-c 0001-a ") << ann;
  for (const char* bob : {"bob", "twitch:bob", "twitch.tv/bob"})
    EXPECT_EQ(ids_of(bob), "0002-b ") << bob << " is not watched any more";
  EXPECT_EQ(ids_of("dora"), "") << "nothing was recorded of it";
  EXPECT_EQ(ids_of("ana"), ChannelBook(config, {}).find("ana").error().text);
  EXPECT_EQ(ids_of("ana"), "no channel ana; did you mean ann?");
}

TEST_F(SessionRequests, ASessionIsMeantByItsIdABeginningAnEndItsChannelOrLast) {
  const auto id_of = [&](const char* text) {
    const auto told = at_rest("session_details", {{"session", text}});
    return told ? std::string(told->at("id").as_string()) : told.error().text;
  };
  EXPECT_EQ(id_of("0002-b"), "0002-b");
  EXPECT_EQ(id_of("0002"), "0002-b");
  EXPECT_EQ(id_of("-b"), "0002-b");
  EXPECT_EQ(id_of("ann"), "0003-c") << "its newest";
  EXPECT_EQ(id_of("twitch:bob"), "0002-b");
  EXPECT_EQ(id_of("last"), "0003-c");
  EXPECT_NE(id_of("000").find("write more of it"), std::string::npos);
  EXPECT_NE(id_of("nobody").find("session list"), std::string::npos);
  EXPECT_NE(id_of("").find("no session"), std::string::npos);
}

TEST_F(SessionRequests, DetailsTellWhatWaitsAndWhereThingsAre) {
  const auto told = at_rest("session_details", {{"session", "bob"}}).value();
  EXPECT_EQ(told.at("segments").as_string(), "/data/segments/0002-b");
  EXPECT_EQ(told.at("folder").as_string(), "/out/bob");
  EXPECT_EQ(told.at("outbox").at(0).at("effect").as_string(), "publish_post");
  EXPECT_EQ(told.at("failing").at(0).at("error").as_string(), "denied for now");
  EXPECT_EQ(told.at("target").at("chat").as_string(), "-1001");
}

TEST_F(SessionRequests, AtRestACancelTakesBackWhatWaitsAndTellsWhereTheFilesAre) {
  const auto told = act("cancel", "bob").value();
  EXPECT_TRUE(told.at("changed").as_bool());
  EXPECT_FALSE(told.at("running").as_bool());
  EXPECT_NE(std::string(told.at("text").as_string()).find("/out/bob"), std::string::npos);
  EXPECT_TRUE(now_is("0002-b").flags.cancelled);
  const auto outbox = store->load().value().outbox;
  ASSERT_EQ(outbox.size(), 1U);
  EXPECT_EQ(outbox[0].effect, session::Effect(session::FinishStatus{}));
  EXPECT_FALSE(act("cancel", "bob").value().at("changed").as_bool());
}

TEST_F(SessionRequests, AtRestWhatMayHaveBeenSentIsNotTakenBack) {
  OutboxRow row = store->load().value().outbox.at(0);
  row.submitted = true;
  ASSERT_TRUE(store->update(row));
  ASSERT_TRUE(act("abort", "bob"));
  EXPECT_EQ(store->load().value().outbox.at(0).effect, session::Effect(session::PublishPost{1}));
}

TEST_F(SessionRequests, AtRestAStopHoldsForTheBroadcastAndTheNextStartClosesIt) {
  ASSERT_TRUE(act("stop", "last"));
  const auto row = store->load().value().channels.at(0);
  EXPECT_EQ(row.state, channel::State(channel::Offline{}));
  ASSERT_TRUE(row.stopped.has_value());
  EXPECT_EQ(now_is("0003-c").phase, session::Phase::recording) << "its last part is made at the next start";
  EXPECT_FALSE(act("stop", "last").value().at("changed").as_bool());
}

TEST_F(SessionRequests, AtRestARetryIsTriedAtTheNextStart) {
  EXPECT_TRUE(act("retry-upload", "bob").value().at("changed").as_bool());
  const auto row = store->load().value().outbox.at(0);
  EXPECT_EQ(row.attempts, 0);
  EXPECT_LT(row.not_before, kSessionsNoon);
  EXPECT_FALSE(act("retry", "last").value().at("changed").as_bool());
}

TEST_F(SessionRequests, AnUnknownActionNamesThoseThatThereAre) {
  const auto told = act("explode", "last");
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code, Errc::invalid);
  EXPECT_NE(told.error().text.find("stop, cancel, retry, skip-upload"), std::string::npos)
      << told.error().text;
}

TEST_F(SessionRequests, WithoutAStoreThereIsNoSession) {
  const json::object nothing;
  const auto list = sessions_at_rest(nullptr, Config(), settings, "session_list", nothing, kSessionsNoon);
  EXPECT_TRUE(list.value().at("sessions").as_array().empty());
  const auto details =
      sessions_at_rest(nullptr, Config(), settings, "session_details", {{"session", "last"}}, kSessionsNoon);
  EXPECT_EQ(details.error().code, Errc::not_found);
}

TEST(SessionActionWords, ThePredecessorsWordsAreUnderstood) {
  EXPECT_EQ(session_action_of("skip_upload").value(), SessionAction::skip_upload);
  EXPECT_EQ(session_action_of("stop-compression").value(), SessionAction::skip_compression);
  EXPECT_EQ(session_action_of("cancel-forwarding").value(), SessionAction::skip_forwarding);
  EXPECT_EQ(session_action_of("abort").value(), SessionAction::cancel);
  EXPECT_EQ(session_action_of("recover").value(), SessionAction::retry);
  EXPECT_EQ(session_action_of("retry-forwarding").value(), SessionAction::retry);
}

TEST_F(SessionRequests, TheRunningProgramIsAskedAndAnswersWithWhatCameOfIt) {
  asio::io_context io;
  VirtualClock clock(io, kSessionsNoon);
  const auto worker = make_inline_worker();
  const Model model = model_of(store->load().value());
  std::vector<std::pair<SessionId, SessionAction>> asked;
  ChannelBook book(config_testing::loaded("twitch: {channels: [ann]}").config, {});
  Service::Needs needs{model, settings, clock, *store, *worker};
  needs.book = &book;
  needs.act_on_session = [&asked](const SessionId& id, SessionAction action) -> Task<SessionOutcome> {
    asked.emplace_back(id, action);
    SessionOutcome outcome{true, "done so"};
    co_return outcome;
  };
  Service service(std::move(needs));
  const auto call = [&](const char* request, json::object arguments) {
    std::optional<Result<json::object>> outcome;
    asio::co_spawn(
        io, service.call(request, std::move(arguments)),
        [&](const std::exception_ptr&, Result<json::object> result) { outcome.emplace(std::move(result)); });
    clock.run_for(std::chrono::nanoseconds(0));
    return outcome ? std::move(*outcome) : Result<json::object>(fail(Errc::timed_out, "it has not ended"));
  };
  const auto told = call("session_action", {{"session", "0001"}, {"action", "clear-flags"}}).value();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].first, SessionId("0001-a")) << "one that is done is found in the store";
  EXPECT_EQ(asked[0].second, SessionAction::clear_flags);
  EXPECT_EQ(told.at("text").as_string(), "done so");
  EXPECT_TRUE(told.at("running").as_bool());
  EXPECT_EQ(call("session_list", {}).value().at("sessions").as_array().size(), 3U);
  const auto anns = call("session_list", {{"channel", "twitch.tv/ann"}}).value().at("sessions").as_array();
  EXPECT_EQ(anns.size(), 2U);
  EXPECT_EQ(call("session_list", {{"channel", "cid"}}).error().code, Errc::not_found);
  EXPECT_EQ(call("session_details", {{"session", "ann"}}).value().at("id").as_string(), "0003-c");
  EXPECT_EQ(call("session_action", {{"session", "ann"}}).error().code, Errc::invalid);
}

}  // namespace
}  // namespace rec
