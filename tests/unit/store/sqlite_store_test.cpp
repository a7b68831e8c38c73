// What goes into the store comes out of it, also after it was closed, and nothing of it twice.
#include "store/sqlite_store.hpp"

#include <gtest/gtest.h>

#include "tests/support/temp_folder.hpp"
#include "tests/unit/store/rows.hpp"

namespace rec::test {
namespace {

using session::MakePart;
using session::Phase;
using session::PostStatus;
using session::PublishPost;
using session::RemoveRaw;

class SqliteStoreTest : public ::testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() {
    auto store = SqliteStore::open(temp_ / "data/state.db");
    if (store) return std::move(*store);
    ADD_FAILURE() << store.error().text;
    return nullptr;
  }
  static void commit(Store& store, const Commit& commit) {
    const auto done = store.commit(commit);
    ASSERT_TRUE(done) << done.error().text;
  }
  static StoreSnapshot load(Store& store) {
    auto snapshot = store.load();
    if (snapshot) return std::move(*snapshot);
    ADD_FAILURE() << snapshot.error().text;
    return {};
  }
  static std::vector<session::Effect> effects_in(Store& store) {
    std::vector<session::Effect> effects;
    for (const OutboxRow& row : load(store).outbox) effects.push_back(row.effect);
    return effects;
  }

  TempFolder temp_;
};

TEST_F(SqliteStoreTest, EveryFieldOfEveryRowIsThereAfterAReopening) {
  Commit all;
  all.channels = {{ChannelId("a"), "twitch", "A", "https://a.invalid", channel::Offline{}},
                  {ChannelId("b"), "youtube", "B", "", channel::Live{SessionId("s1"), {}}},
                  {ChannelId("c"), "url", "C", "", channel::Live{SessionId("s1"), at_second(5)}},
                  {ChannelId("d"), "url", "D", "", channel::Grace{SessionId("s1"), at_second(6)}},
                  {ChannelId("e"),
                   "youtube",
                   "@e",
                   "",
                   channel::Waiting{SessionId("s3"), at_second(7)},
                   "UC7",
                   {"video", "Title", "Category"},
                   at_second(8)}};
  all.channels[0].stopped = StoppedBroadcast{"", true};
  all.channels[1].stopped = StoppedBroadcast{"77", false};
  all.chats = {{"@a", -1001}, {"t.me/b", -1002}};
  session::Session bare;
  bare.id = SessionId("s2");
  all.sessions = {full_session("s1", Phase::finishing), bare};
  all.takes = {full_take("s1")};
  all.gaps = {full_gap("s1")};
  commit(*open(), all);
  auto store = open();
  const StoreSnapshot snapshot = load(*store);
  EXPECT_EQ(snapshot.channels, all.channels);
  EXPECT_EQ(snapshot.sessions, all.sessions);
  EXPECT_EQ(snapshot.takes, all.takes);
  EXPECT_EQ(snapshot.gaps, all.gaps);
  EXPECT_EQ(snapshot.chats, all.chats);
  EXPECT_TRUE(snapshot.outbox.empty());
}

TEST_F(SqliteStoreTest, WhatWasSaidOfAChannelStaysInItsOrderUntilItIsTakenBack) {
  ChannelOrder added{ChannelId("twitch:z"), "https://twitch.tv/z", true, {}, {}, at_second(1)};
  ChannelOrder paused{ChannelId("a"), "", false, true, {}, at_second(2)};
  ChannelOrder resumed{ChannelId("b"), "", false, false, {}, at_second(2)};
  ChannelOrder changed{
      ChannelId("c"), "", false, {}, {{"quality", "720p"}, {"title_filter", "\"\xff\n'; --"}}, at_second(3)};
  Commit all;
  all.orders = {changed, resumed, paused, added};
  commit(*open(), all);
  EXPECT_EQ(load(*open()).orders, (std::vector{added, paused, resumed, changed}));
  Commit back;
  changed.overrides.clear();
  added.paused = true;
  back.orders = {changed, added};
  commit(*open(), back);
  EXPECT_EQ(load(*open()).orders, (std::vector{added, paused, resumed}));
}

TEST_F(SqliteStoreTest, TheSameCommitTwiceIsHarmless) {
  auto store = open();
  Commit all;
  all.channels = {{ChannelId("a"), "twitch", "A", "", channel::Offline{}}};
  all.sessions = {full_session("s1", Phase::recording)};
  all.takes = {full_take("s1")};
  all.gaps = {full_gap("s1")};
  all.effects = {{SessionId("s1"), PostStatus{}}, {SessionId("s1"), MakePart{1}}};
  commit(*store, all);
  commit(*store, all);
  const StoreSnapshot snapshot = load(*store);
  EXPECT_EQ(snapshot.channels, all.channels);
  EXPECT_EQ(snapshot.sessions, all.sessions);
  EXPECT_EQ(snapshot.takes, all.takes);
  EXPECT_EQ(snapshot.gaps, all.gaps);
  EXPECT_EQ(snapshot.outbox.size(), 2u);
}

TEST_F(SqliteStoreTest, ALaterRowReplacesAnEarlierOneAndPartsThatAreNotNamedStay) {
  auto store = open();
  commit(*store, {.channels = {{ChannelId("a"), "twitch", "A", "", channel::Live{SessionId("s1"), {}}}},
                  .sessions = {full_session("s1", Phase::recording)},
                  .takes = {full_take("s1")}});
  session::Session changed = full_session("s1", Phase::finishing);
  changed.title = "another";
  changed.ended_at.reset();
  changed.parts.erase(changed.parts.begin());
  changed.parts[0].state = session::PartState::failed;
  changed.parts[0].file = {};
  changed.parts[0].ready_at.reset();
  changed.posts.clear();
  TakeRow ended = full_take("s1");
  ended.end_reason = "offline";
  const ChannelRow offline{ChannelId("a"), "twitch", "A2", "page", channel::Offline{}};
  commit(*store, {.channels = {offline}, .sessions = {changed}, .takes = {ended}});
  const StoreSnapshot snapshot = load(*store);
  session::Session expected = changed;
  expected.parts.insert(expected.parts.begin(), full_part(1));
  EXPECT_EQ(snapshot.sessions, std::vector{expected});
  EXPECT_EQ(snapshot.channels, std::vector{offline});
  EXPECT_EQ(snapshot.takes, std::vector{ended});
}

TEST_F(SqliteStoreTest, AGapThatCoversOthersTakesTheirPlace) {
  auto store = open();
  commit(*store, {.sessions = {full_session("s1", Phase::recording)}, .gaps = {full_gap("s1")}});
  commit(*store, {.gaps = {full_gap("s1")}});
  EXPECT_EQ(load(*store).gaps, std::vector{full_gap("s1")}) << "told again";
  GapRow grown = full_gap("s1");
  grown.gap.to_sequence = 50;
  GapRow beside = full_gap("s1");
  beside.gap.before_ordinal = 10;
  commit(*store, {.gaps = {grown, beside}});
  EXPECT_EQ(load(*store).gaps, (std::vector{beside, grown}));
}

TEST_F(SqliteStoreTest, WhatWasSaidOfATargetStaysUntilItIsTakenBack) {
  const TargetOrder first{"vip", {{"channel_id", "@vip_\xC3\xA4"}, {"compression", "true"}}, at_second(1)};
  const TargetOrder second{"default", {{"backup_channel_id", "-1001"}}, at_second(2)};
  Commit all;
  all.target_orders = {second, first};
  commit(*open(), all);
  EXPECT_EQ(load(*open()).target_orders, (std::vector{first, second}));
  Commit back;
  back.target_orders = {TargetOrder{"vip", {}, {}}};
  commit(*open(), back);
  EXPECT_EQ(load(*open()).target_orders, std::vector{second});
}

TEST_F(SqliteStoreTest, EffectsComeBackInTheOrderTheyWereDecided) {
  auto store = open();
  const SessionId s1("s1");
  const std::vector<session::Effect> order = {
      PublishPost{2},         RemoveRaw{}, MakePart{3}, PostStatus{}, session::FinishStatus{},
      session::RemovePart{3}, MakePart{1}};
  Commit decided{.sessions = {full_session("s1", Phase::recording)}};
  for (const session::Effect& effect : order) decided.effects.emplace_back(s1, effect);
  commit(*store, decided);
  EXPECT_EQ(effects_in(*store), order);
}

TEST_F(SqliteStoreTest, AnEffectThatIsDoneIsGoneAndOneDecidedAgainInTheSameCommitStays) {
  auto store = open();
  const SessionId s1("s1");
  commit(*store, {.sessions = {full_session("s1", Phase::recording)},
                  .effects = {{s1, MakePart{1}}, {s1, PublishPost{1}}}});
  commit(*store, {.effects = {{s1, PublishPost{1}}}, .done = {{s1, MakePart{1}}, {s1, PublishPost{1}}}});
  EXPECT_EQ(effects_in(*store), std::vector<session::Effect>{PublishPost{1}});
}

TEST_F(SqliteStoreTest, AnEffectThatIsDecidedTwiceKeepsWhatIsKnownOfItsTries) {
  auto store = open();
  const SessionId s1("s1");
  commit(*store, {.sessions = {full_session("s1", Phase::recording)}, .effects = {{s1, PublishPost{1}}}});
  OutboxRow tried{.session = s1,
                  .effect = PublishPost{1},
                  .attempts = 3,
                  .not_before = at_second(50),
                  .submitted = true,
                  .last_error = "it said no",
                  .after_message = 5'000'000'007};
  ASSERT_TRUE(store->update(tried));
  commit(*store, {.effects = {{s1, PublishPost{1}}}});
  const auto outbox = load(*store).outbox;
  ASSERT_EQ(outbox.size(), 1u);
  EXPECT_EQ(outbox[0].session, s1);
  EXPECT_EQ(outbox[0].attempts, 3);
  EXPECT_EQ(outbox[0].not_before, at_second(50));
  EXPECT_TRUE(outbox[0].submitted);
  EXPECT_EQ(outbox[0].last_error, "it said no");
  EXPECT_EQ(outbox[0].after_message, 5'000'000'007);
}

TEST_F(SqliteStoreTest, ChangingARowThatIsNotThereIsNotFoundAndNamesIt) {
  auto store = open();
  const auto changed = store->update({.session = SessionId("s9"), .effect = MakePart{4}});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Errc::not_found);
  EXPECT_NE(changed.error().text.find("make_part 4 of session s9"), std::string::npos)
      << changed.error().text;
}

TEST_F(SqliteStoreTest, OnlyWhatIsUnfinishedIsLoaded) {
  auto store = open();
  commit(*store, {.sessions = {full_session("done", Phase::done), full_session("tidying", Phase::done),
                               full_session("running", Phase::recording)},
                  .takes = {full_take("done"), full_take("running")},
                  .gaps = {full_gap("done"), full_gap("running")},
                  .effects = {{SessionId("tidying"), RemoveRaw{}}}});
  const StoreSnapshot snapshot = load(*store);
  ASSERT_EQ(snapshot.sessions.size(), 2u);
  EXPECT_EQ(snapshot.sessions[0].id, SessionId("running"));
  EXPECT_EQ(snapshot.sessions[1].id, SessionId("tidying")) << "its effect still needs it";
  EXPECT_EQ(snapshot.takes, std::vector{full_take("running")});
  EXPECT_EQ(snapshot.gaps, std::vector{full_gap("running")});
}

TEST_F(SqliteStoreTest, HistoryIsTheNewestDoneSessionsWithTheirParts) {
  auto store = open();
  std::vector<session::Session> sessions;
  for (int i = 0; i < 5; ++i) {
    sessions.push_back(full_session("s" + std::to_string(i), i == 4 ? Phase::recording : Phase::done));
    sessions.back().started_at = at_second(i == 0 ? 100 : i);
  }
  commit(*store, {.sessions = sessions});
  const auto newest = store->history(2);
  ASSERT_TRUE(newest);
  EXPECT_EQ(*newest, (std::vector{sessions[0], sessions[3]}));
  EXPECT_EQ(store->history(100)->size(), 4u);
  EXPECT_TRUE(store->history(0)->empty());
}

TEST_F(SqliteStoreTest, ACommitWithOneBadRowLeavesEverythingAsItWas) {
  auto store = open();
  const Commit bad{.channels = {{ChannelId("a"), "twitch", "A", "", channel::Offline{}}},
                   .sessions = {full_session("s1", Phase::recording)},
                   .effects = {{SessionId("no such session"), MakePart{1}}}};
  const auto refused = store->commit(bad);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid);
  EXPECT_TRUE(load(*store).channels.empty());
  EXPECT_TRUE(load(*store).sessions.empty());
}

TEST(SqliteStore, InMemoryWorksWithoutAFile) {
  auto store = SqliteStore::open(":memory:");
  ASSERT_TRUE(store) << store.error().text;
  ASSERT_TRUE((*store)->commit({.sessions = {full_session("s1", Phase::recording)}}));
  EXPECT_EQ((*store)->load()->sessions.size(), 1u);
}

}  // namespace
}  // namespace rec::test
