// What is taken over from the Python program, and what is said of the rest.
#include "app/import_plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "store/old_database.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/old_program.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using test::old_session;
using ImportKind = ImportedSession::Kind;

class ImportPlanTest : public testing::Test {
 protected:
  test::TempFolder dir;
  test::OldProgramFolder old{fs::path(dir.path()) / "old"};
  Config config;
  std::unique_ptr<Store> store = *SqliteStore::open(":memory:");
  bool leftovers = false;

  ImportPlanTest() {
    config.state.path = dir / "data/state.db";
    config.recording.output_dir = dir / "out";
    config.telegram.api_id = 1;
    config.telegram.api_hash = Secret("x");
    config.telegram.channel_id = -100;
    write_config("");
  }
  void write_config(const std::string& more) const {
    old.write("config.yaml",
              "platform: twitch\ntelegram: {api_id: 1, api_hash: x, channel_id: -1001, session_name: s}\n"
              "twitch: {channels: [someone]}\nstate: {state_file: ./data/state.json}\n" +
                  more);
  }
  [[nodiscard]] ImportPlan plan() const {
    const ImportSources sources = read_import_sources(old.path(), "Europe/Berlin", old_rows);
    ImportWish wish{config};
    const StoreSnapshot kept = store->load().value();
    wish.kept_targets = kept.target_orders;
    wish.kept_channels = kept.orders;
    wish.is_here = [this](const SessionId& id) { return store->record_of(id).has_value(); };
    wish.now = Instant(std::chrono::seconds(1'800'000'000));
    wish.leftovers = leftovers;
    auto made = plan_import(sources, wish);
    EXPECT_TRUE(made) << made.error().text;
    return made ? *std::move(made) : ImportPlan{};
  }
  void take(const ImportPlan& plan) const {
    Commit commit;
    commit.target_orders = plan.target_orders;
    commit.orders = plan.orders;
    for (const PlannedSession& each : plan.sessions) {
      ASSERT_TRUE(lay_links(each.session));
      commit.sessions.push_back(each.session.session);
      for (const auto& effect : each.session.effects)
        commit.effects.emplace_back(each.session.session.id, effect);
    }
    const auto done = store->commit(commit);
    ASSERT_TRUE(done) << done.error().text;
  }
  static std::string lines_of(const ImportPlan& plan) { return json::serialize(import_json(plan.lines)); }
  static const ImportLine* line_about(const ImportPlan& plan, const std::string& text) {
    for (const ImportLine& line : plan.lines) {
      if ((line.name + " " + line.text).find(text) != std::string::npos) return &line;
    }
    ADD_FAILURE() << "no line about " << text << " in " << lines_of(plan);
    static const ImportLine kNone{};
    return &kNone;
  }
};

TEST_F(ImportPlanTest, HistoryBecomesHistoryWithItsPostsAndIsFoundAgainByItsTitle) {
  json::object past = old_session("someone", "done");
  past["completed_at"] = "2026-01-10T15:00:00";
  past["split_files"] = json::array{"temp/p1.mp4", "temp/p2.mp4"};
  test::set_uploaded(past, "temp/p1.mp4", 41);
  test::set_uploaded(past, "temp/p2.mp4", 42);
  past["message_ids"].as_object()["backup_msgs"] = json::array{5, 6};
  old.write_json({}, {past});
  take(plan());
  SessionQuery query;
  query.text = "first title";
  const auto found = store->search(query).value();
  ASSERT_EQ(found.size(), 1U);
  const session::Session& session = found[0].session;
  EXPECT_EQ(session.channel, ChannelId("twitch:someone"));
  EXPECT_EQ(session.ended_at.value() - session.started_at, std::chrono::hours(3));
  ASSERT_EQ(session.parts.size(), 2U);
  EXPECT_EQ(session.parts[1].message_id, std::int64_t{42} << 20);
  ASSERT_EQ(session.posts.size(), 1U);
  EXPECT_EQ(session.posts[0].copies,
            (std::vector<std::int64_t>{std::int64_t{5} << 20, std::int64_t{6} << 20}));
  EXPECT_EQ(session.target.chat.id, -1001) << "where its posts are, whatever is configured here";
  EXPECT_TRUE(store->load()->outbox.empty()) << "nothing is left to be done of it";
}

TEST_F(ImportPlanTest, FilesThatACancelledSessionOfTheHistoryLeftAreNamedAndNotPosted) {
  json::object past = old_session("someone", "uploading");
  past["cancel_requested"] = true;
  past["recording_files"] = json::array{old.write("recordings/a.ts", "a"), old.at("recordings/gone.ts")};
  old.write_json({}, {past});
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U);
  EXPECT_TRUE(made.sessions[0].session.links.empty() && made.sessions[0].session.effects.empty());
  EXPECT_NE(line_about(made, "recordings/a.ts")->text.find("was not posted"), std::string::npos);
  EXPECT_EQ(lines_of(made).find("gone.ts"), std::string::npos) << lines_of(made);
}

TEST_F(ImportPlanTest, DoneAgainItDoesNothing) {
  json::object open = old_session("someone", "processing");
  open["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  json::object waits = old_session("else", "waiting");
  waits["message_ids"].as_object()["waiting_msg"] = 9;
  old.write_json({open, waits}, {old_session("past", "done")});
  old.write_runtime({test::old_target("default", -1001), test::old_target("friends", -7)},
                    {test::old_source("twitch", "someone", "friends"), test::old_source("youtube", "@x")});
  const ImportPlan first = plan();
  EXPECT_EQ(first.sessions.size(), 3U) << lines_of(first);
  take(first);
  const ImportPlan again = plan();
  EXPECT_TRUE(again.sessions.empty() && again.orders.empty() && again.target_orders.empty())
      << lines_of(again);
  EXPECT_EQ(std::ranges::count(again.lines, ImportVerdict::take, &ImportLine::verdict), 0) << lines_of(again);
  Commit done;
  const StoreSnapshot kept = store->load().value();
  done.sessions = kept.sessions;
  for (auto& session : done.sessions) session.phase = session::Phase::done;
  for (const auto& row : kept.outbox) done.done.emplace_back(row.session, row.effect);
  ASSERT_TRUE(store->commit(done));
  EXPECT_TRUE(plan().sessions.empty()) << "nor when all of it is done";
}

TEST_F(ImportPlanTest, PartsThatWerePostedAreNotPostedAgainAndFilesThatAreGoneAreNamed) {
  json::object open = old_session("someone", "uploading");
  open["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  const std::string p2 = old.write("temp/p2.mp4", "p2");
  open["split_files"] = json::array{old.at("temp/p1.mp4"), p2, old.at("temp/p3.mp4")};
  test::set_uploaded(open, old.at("temp/p1.mp4"), 41);
  old.write_json({open}, {});
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U);
  const ImportedSession& imported = made.sessions[0].session;
  ASSERT_EQ(imported.session.parts.size(), 2U)
      << "the posted one and the lost one; the other is yet to be cut";
  EXPECT_EQ(imported.session.parts[0].state, session::PartState::posted);
  EXPECT_EQ(imported.session.parts[1].state, session::PartState::failed);
  ASSERT_EQ(imported.links.size(), 1U);
  EXPECT_EQ(imported.links[0].file, p2) << "and not the whole recording";
  EXPECT_NE(line_about(made, "p3.mp4")->text.find("not there any more"), std::string::npos);
}

TEST_F(ImportPlanTest, BothPlatformsFilesKeepTheirOrderAndAMovedFolderIsNoLoss) {
  json::object open = old_session("@maker", "processing");
  open["recording_files"] = json::array{"/app/recordings/youtube.mp4"};
  open["linked_channel"] = "someone";
  open["linked_recording_files"] = json::array{"/app/recordings/twitch 1.ts", "/app/recordings/twitch 2.ts"};
  for (const char* name : {"youtube.mp4", "twitch 1.ts", "twitch 2.ts"})
    old.write(std::string("recordings/") + name, name);
  old.write_json({open}, {});
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U) << lines_of(made);
  std::vector<std::string> files;
  for (const ImportLink& link : made.sessions[0].session.links) files.push_back(link.file);
  EXPECT_EQ(files,
            (std::vector<std::string>{old.at("recordings/youtube.mp4"), old.at("recordings/twitch 1.ts"),
                                      old.at("recordings/twitch 2.ts")}));
}

TEST_F(ImportPlanTest, WhatItWasRecordingIsFoundByItsNameAndAnotherChannelsFileIsNot) {
  json::object open = old_session("ninja", "recording");
  open["recording_files"] = json::array{old.write("recordings/ninja_2026-01-10_12-00-00_t.ts", "first")};
  old.write_json({open, old_session("ninja2", "done")}, {});
  const std::string own = old.write("temp/temp_ninja_2026-01-10_12-40-00_t.ts", "second");
  const std::string other = old.write("temp/temp_ninja2_2026-01-10_12-50-00_t.ts", "another channel's");
  const std::string older = old.write("temp/temp_ninja_2026-01-09_12-00-00_t.ts", "yesterday's");
  const ImportPlan made = plan();
  const auto found = std::ranges::find_if(
      made.sessions, [](const PlannedSession& each) { return each.session.kind == ImportKind::unfinished; });
  ASSERT_NE(found, made.sessions.end()) << lines_of(made);
  ASSERT_EQ(found->session.links.size(), 2U);
  EXPECT_EQ(found->session.links[1].file, own);
  for (const std::string& file : {other, older}) {
    EXPECT_EQ(line_about(made, file)->verdict, ImportVerdict::left);
    EXPECT_NE(line_about(made, file)->text.find("--leftovers"), std::string::npos);
  }
  leftovers = true;
  const ImportPlan all = plan();
  EXPECT_EQ(all.sessions.size(), made.sessions.size() + 2) << lines_of(all);
}

TEST_F(ImportPlanTest, AFinishedSessionThatItBroughtBackIsNotPostedAgain) {
  json::object back = old_session("someone", "uploading");
  back["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  json::object past = back;
  past["status"] = "done";
  old.write_sqlite({back}, {past, past});
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U) << lines_of(made);
  EXPECT_EQ(made.sessions[0].session.kind, ImportKind::history);
}

TEST_F(ImportPlanTest, TheNewerStateCountsAndTheOlderFileBesideItIsLeft) {
  json::object open = old_session("someone", "processing");
  open["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  old.write_json({open}, {});
  old.write_sqlite({}, {old_session("past", "done")});
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U) << lines_of(made);
  EXPECT_EQ(made.sessions[0].session.session.channel_name, "past");
  EXPECT_EQ(line_about(made, "which took it over")->verdict, ImportVerdict::left);
}

TEST_F(ImportPlanTest, ABrokenStateFileIsToldWithWhatMayBeWholeAndTheRestIsTaken) {
  old.write("data/state.json", R"({"active": {"someone": {"chan)");
  old.write("data/state.json.migrated-20260101_000000.bak", "{}");
  old.write_runtime({test::old_target("default", -1001)}, {test::old_source("twitch", "added")});
  const ImportPlan made = plan();
  const ImportLine* line = line_about(made, "breaks off");
  EXPECT_EQ(line->verdict, ImportVerdict::broken);
  EXPECT_NE(line->text.find(".bak"), std::string::npos) << line->text;
  ASSERT_FALSE(made.orders.empty()) << lines_of(made);
  EXPECT_EQ(made.orders[0].id, ChannelId("twitch:added"));
}

TEST_F(ImportPlanTest, ADamagedDatabaseGivesTheHistoryOfTheOlderFileAndNothingThatMayBePostedByNow) {
  json::object open = old_session("someone", "processing");
  open["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  old.write_json({open}, {old_session("past", "done")});
  old.write("data/state.sqlite3", "dear reader, this is no database at all");
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U) << lines_of(made);
  EXPECT_EQ(made.sessions[0].session.kind, ImportKind::history);
}

TEST_F(ImportPlanTest, TargetsAndChannelsOfItsCommandsAreOrdersOverAnUnchangedConfigYaml) {
  config.twitch.channels = {{"someone", {}}, {"dropped", {}}};
  json::object friends = test::old_target("my friends", -7);
  friends["backup_channel_id"] = -8;
  friends["compression_enabled"] = false;
  friends["splitting_default_size_gb"] = 1.5;
  old.write_runtime({test::old_target("default", -100), friends},
                    {test::old_source("twitch", "someone", "my friends"), test::old_source("twitch", "new"),
                     test::old_source("youtube", "@maker", "default", false)});
  const ImportPlan made = plan();
  ASSERT_EQ(made.target_orders.size(), 1U) << lines_of(made);
  EXPECT_EQ(made.target_orders[0].name, "my_friends");
  const TargetBook targets(config.telegram, made.target_orders);
  EXPECT_TRUE(targets.problems().empty());
  const TargetConfig& target = targets.entries().at("my_friends").target;
  EXPECT_EQ(std::get<std::int64_t>(*target.channel_id), -7);
  EXPECT_EQ(std::get<std::int64_t>(*target.backup_channel_id), -8);
  EXPECT_EQ(target.compression.enabled, false);
  EXPECT_EQ(target.default_size, std::uint64_t{3} << 29U);
  Config merged = config;
  merged.telegram = targets.telegram();
  const ChannelBook channels(merged, made.orders);
  EXPECT_TRUE(channels.problems().empty());
  EXPECT_EQ(channels.entry(ChannelId("twitch:someone"))->overrides.target, "my_friends");
  ASSERT_NE(channels.entry(ChannelId("twitch:new")), nullptr);
  EXPECT_TRUE(channels.entry(ChannelId("youtube:@maker"))->paused);
  EXPECT_TRUE(channels.entry(ChannelId("twitch:dropped"))->paused) << "it was not watched there any more";
}

TEST_F(ImportPlanTest, ARuntimeConfigurationInAJsonFileIsTakenTooListedOrByIds) {
  write_config("control: {runtime_config_file: ./data/commands.json}\n");
  const json::object friends = test::old_target("friends", -7);
  const json::object source = test::old_source("twitch", "new", "friends");
  json::object file{{"schema_version", 1}};
  for (const bool by_id : {false, true}) {
    file["targets"] =
        by_id ? json::value(json::object{{"friends", friends}}) : json::value(json::array{friends});
    file["sources"] =
        by_id ? json::value(json::object{{"twitch:new", source}}) : json::value(json::array{source});
    old.write("data/commands.json", json::serialize(file));
    const ImportPlan made = plan();
    ASSERT_EQ(made.target_orders.size(), 1U) << lines_of(made);
    EXPECT_EQ(made.target_orders[0].name, "friends");
    ASSERT_EQ(made.orders.size(), 1U) << lines_of(made);
    EXPECT_EQ(made.orders[0].id, ChannelId("twitch:new"));
  }
  old.write("data/commands.json", R"({"targets": [{"id": "fr)");
  const ImportPlan torn = plan();
  EXPECT_EQ(line_about(torn, "breaks off")->verdict, ImportVerdict::broken);
  old.write("data/commands.json", R"({"hello": 1})");
  const ImportPlan other = plan();
  EXPECT_EQ(line_about(other, "neither targets nor sources")->verdict, ImportVerdict::broken);
}

TEST_F(ImportPlanTest, ADatabaseOfTheRuntimeConfigurationGoesBeforeAJsonFileBesideIt) {
  old.write_runtime({test::old_target("default", -1001)}, {test::old_source("twitch", "new")});
  old.write("data/runtime_config.json",
            R"({"targets": [], "sources": [{"platform": "twitch", "handle": "old"}]})");
  const ImportPlan made = plan();
  ASSERT_EQ(made.orders.size(), 1U) << lines_of(made);
  EXPECT_EQ(made.orders[0].id, ChannelId("twitch:new"));
  EXPECT_EQ(line_about(made, "older than runtime_config.sqlite3")->verdict, ImportVerdict::left);
}

TEST_F(ImportPlanTest, WhatCommandsSaidHereStaysWhenItIsImportedAgain) {
  old.write_runtime({test::old_target("default", -1001)}, {test::old_source("twitch", "new")});
  take(plan());
  ChannelBook channels(config, store->load()->orders);
  const auto paused = channels.pause("twitch:new", Instant(Millis(5)));
  ASSERT_TRUE(paused);
  Commit commit;
  commit.orders = {*paused->order};
  ASSERT_TRUE(store->commit(commit));
  EXPECT_TRUE(plan().orders.empty()) << lines_of(plan());
}

TEST_F(ImportPlanTest, WhatTheOldProgramAssumedIsProposedAndWhatIsSaidIsNot) {
  const ImportPlan bare = plan();
  for (const char* key : {"language: ru", "post: after_end", "enabled: true", "timezone: Europe/Berlin"})
    EXPECT_EQ(line_about(bare, key)->verdict, ImportVerdict::advice);
  EXPECT_EQ(line_about(bare, "session_name")->verdict, ImportVerdict::left);
  write_config("language: en\ntimezone: UTC\ncompression: {enabled: no}\n");
  const std::string said = lines_of(plan());
  EXPECT_EQ(said.find("language: ru"), std::string::npos);
  EXPECT_EQ(said.find("timezone: Europe"), std::string::npos);
  EXPECT_EQ(said.find("enabled: true"), std::string::npos);
}

TEST_F(ImportPlanTest, WithoutTelegramHereWhatIsToBePostedWaitsAndHistoryDoesNot) {
  json::object open = old_session("someone", "processing");
  open["recording_files"] = json::array{old.write("recordings/a.ts", "a")};
  old.write_json({open}, {old_session("past", "done")});
  config.telegram = {};
  const ImportPlan made = plan();
  ASSERT_EQ(made.sessions.size(), 1U);
  EXPECT_EQ(made.sessions[0].session.kind, ImportKind::history);
  EXPECT_EQ(line_about(made, "no Telegram is set up")->verdict, ImportVerdict::left);
}

TEST_F(ImportPlanTest, AnEmptyFolderIsSaidToBeOneAndNothingIsDone) {
  fs::remove_all(old.path());
  fs::create_directories(old.path());
  const ImportPlan made = plan();
  EXPECT_TRUE(made.sessions.empty() && made.orders.empty());
  for (const ImportLine& line : made.lines) EXPECT_EQ(line.verdict, ImportVerdict::left) << line.text;
}

}  // namespace
}  // namespace rec
