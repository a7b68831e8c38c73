// The database as a file: its rights, its versions, damage, a full disk, another holder, a kill.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "store/migrations.hpp"
#include "store/sqlite_store.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/unit/store/rows.hpp"

namespace rec::test {
namespace {

using session::Phase;

unsigned mode_of(const std::string& path) {
  return static_cast<unsigned>(std::filesystem::status(path).permissions());
}

TEST(SqliteFile, FolderAndFilesAreForTheirOwnerOnly) {
  const TempFolder temp;
  auto store = SqliteStore::open(temp / "data/deep/state.db");
  ASSERT_TRUE(store) << store.error().text;
  ASSERT_TRUE((*store)->commit({.sessions = {full_session("s1", Phase::recording)}}));
  EXPECT_EQ(mode_of(temp / "data"), 0700u);
  EXPECT_EQ(mode_of(temp / "data/deep"), 0700u);
  EXPECT_EQ(mode_of(temp / "data/deep/state.db"), 0600u);
  EXPECT_EQ(mode_of(temp / "data/deep/state.db-wal"), 0600u);
}

TEST(SqliteFile, ItIsInWalModeAndOfTheNewestSchema) {
  const TempFolder temp;
  ASSERT_TRUE(SqliteStore::open(temp / "state.db"));
  SQLite::Database database(temp / "state.db");
  EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), newest_schema());
}

TEST(SqliteFile, ADatabaseOfANewerProgramIsAConflictAndStaysAsItIs) {
  const TempFolder temp;
  const std::string path = temp / "state.db";
  ASSERT_TRUE(SqliteStore::open(path));
  SQLite::Database(path, SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version = " + std::to_string(newest_schema() + 1));
  const auto store = SqliteStore::open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::conflict);
  EXPECT_NE(store.error().text.find("newer"), std::string::npos) << store.error().text;
  EXPECT_EQ(SQLite::Database(path).execAndGet("PRAGMA user_version").getInt(), newest_schema() + 1);
}

/// By name, without what differs between a column that was there from the beginning and one that was added.
std::map<std::string, std::string> tables_of(SQLite::Database& database) {
  std::map<std::string, std::string> tables;
  SQLite::Statement all(database, "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL");
  while (all.executeStep()) {
    std::string sql = all.getColumn(1).getString();
    std::erase_if(sql, [](char c) { return c == ' ' || c == '\n' || c == '"'; });
    tables[all.getColumn(0).getString()] = std::move(sql);
  }
  return tables;
}

TEST(SqliteFile, OneThatWasUpdatedFromTheFirstVersionOnIsTheSameAsANewOne) {
  SQLite::Database updated(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  take_steps(updated, 0);
  SQLite::Database fresh(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  ASSERT_TRUE(migrate(fresh));
  EXPECT_EQ(tables_of(updated), tables_of(fresh));
  EXPECT_GT(tables_of(fresh).size(), 13U);
  EXPECT_EQ(updated.execAndGet("PRAGMA user_version").getInt(), newest_schema());
  EXPECT_EQ(fresh.execAndGet("PRAGMA user_version").getInt(), newest_schema());
}

TEST(SqliteFile, ADatabaseOfTheFirstVersionKeepsItsPartsAndTakesFiles) {
  const TempFolder temp;
  const std::string path = temp / "state.db";
  auto old = full_session("s1", Phase::recording);
  old.files.clear();
  old.parts[1].file_take = 0;
  old.continues = {};
  old.titles.clear();
  old.scheduled.reset();
  for (auto& part : old.parts) {
    part.file.further.clear();
    part.file.encoded = false;
    part.file.rate = 0;
    part.behind = 0;
    part.most_bytes = 0;
    part.whole.clear();
  }
  for (auto& post : old.posts)
    post = {post.number, post.first_part, post.last_part, post.marker, post.posted};
  old.target = {};
  old.flags = {};
  old.place = {};
  old.compressed = {};
  {
    auto store = SqliteStore::open(path);
    ASSERT_TRUE(store &&
                (*store)->commit({.sessions = {old}, .takes = {full_take("s1")}, .gaps = {full_gap("s1")}}));
  }
  {
    SQLite::Database database(path, SQLite::OPEN_READWRITE);
    database.exec(
        "DROP TABLE titles; ALTER TABLE sessions DROP COLUMN announcement; "
        "ALTER TABLE sessions DROP COLUMN scheduled_at; ALTER TABLE takes DROP COLUMN source; "
        "ALTER TABLE channels DROP COLUMN scheduled_at; ALTER TABLE channels RENAME COLUMN ends_at TO "
        "grace_ends_at; "
        "DROP TABLE channel_orders; DROP TABLE file_takes; ALTER TABLE parts DROP COLUMN file_take");
    database.exec("ALTER TABLE parts DROP COLUMN further; ALTER TABLE parts DROP COLUMN encoded");
    for (const char* column :
         {"sessions DROP COLUMN target", "sessions DROP COLUMN ending", "parts DROP COLUMN behind",
          "parts DROP COLUMN most_bytes", "parts DROP COLUMN whole", "posts DROP COLUMN messages",
          "posts DROP COLUMN caption", "posts DROP COLUMN copy", "posts DROP COLUMN copies",
          "posts DROP COLUMN error", "outbox DROP COLUMN after_message", "parts DROP COLUMN rate",
          "takes DROP COLUMN width", "takes DROP COLUMN height", "takes DROP COLUMN rate"})
      database.exec(std::string("ALTER TABLE ") + column);
    database.exec(
        "DROP TABLE chats; DROP TABLE target_orders; ALTER TABLE sessions DROP COLUMN continues; PRAGMA "
        "user_version = 1");
  }
  auto store = SqliteStore::open(path);
  ASSERT_TRUE(store) << store.error().text;
  EXPECT_EQ((*store)->load()->sessions.at(0), old);
  EXPECT_EQ((*store)->load()->gaps, std::vector{full_gap("s1")});
  TakeRow take = full_take("s1");
  take.picture = {};
  EXPECT_EQ((*store)->load()->takes, std::vector{take});
  const auto now = full_session("s1", Phase::recording);
  ASSERT_TRUE((*store)->commit({.sessions = {now}}));
  EXPECT_EQ((*store)->load()->sessions.at(0), now);
}

TEST(SqliteFile, AFileThatIsNoDatabaseIsCorruptAndNamesTheCure) {
  const TempFolder temp;
  const std::string text(5000, 'x');
  write_bytes(temp / "state.db", text);
  const auto store = SqliteStore::open(temp / "state.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_NE(store.error().text.find("state.db"), std::string::npos);
  EXPECT_NE(store.error().text.find("backup"), std::string::npos) << store.error().text;
  EXPECT_EQ(read_bytes(temp / "state.db"), text);
}

TEST(SqliteFile, ADatabaseWithAPageOverwrittenIsCorrupt) {
  const TempFolder temp;
  const std::string path = temp / "state.db";
  {
    auto store = SqliteStore::open(path);
    ASSERT_TRUE(store);
    Commit many;
    for (int i = 0; i < 200; ++i) many.sessions.push_back(full_session("s" + std::to_string(i), Phase::done));
    ASSERT_TRUE((*store)->commit(many));
  }
  std::string bytes = read_bytes(path);
  ASSERT_GT(bytes.size(), 100'000u);
  std::fill(bytes.begin() + 40'960, bytes.begin() + 45'056, '\x55');
  write_bytes(path, bytes);
  const auto store = SqliteStore::open(path);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Errc::corrupt);
  EXPECT_EQ(store.error().text.find('\n'), std::string::npos) << store.error().text;
}

TEST(SqliteFile, AFileInPlaceOfTheFolderIsAnErrorNotACrash) {
  const TempFolder temp;
  write_bytes(temp / "data", "x");
  EXPECT_FALSE(SqliteStore::open(temp / "data/state.db"));
  EXPECT_FALSE(SqliteStore::open(temp.path()));
}

TEST(SqliteFile, OnAFullDiskACommitSaysNoSpaceLeavesTheStoreAsItWasAndWorksOnceThereIsRoom) {
  const SmallDisk disk(1U << 20U);
  if (!disk.refusal().empty()) GTEST_SKIP() << "no small disk: " << disk.refusal();
  auto opened = SqliteStore::open(disk / "state.db");
  ASSERT_TRUE(opened) << opened.error().text;
  SqliteStore& store = **opened;
  ASSERT_TRUE(store.commit({.sessions = {full_session("s0", Phase::recording)}}));
  write_bytes(disk / "filler", std::string(500'000, 'x'));
  int kept = 1;
  Result<void> last;
  while (kept < 1000) {
    auto session = full_session("s" + std::to_string(kept), Phase::recording);
    session.title.assign(10'000, 't');
    last = store.commit({.sessions = {session}});
    if (!last) break;
    ++kept;
  }
  ASSERT_FALSE(last) << "the disk never filled";
  EXPECT_EQ(last.error().code, Errc::no_space) << last.error().text;
  EXPECT_EQ(store.load()->sessions.size(), static_cast<std::size_t>(kept));
  std::filesystem::remove(disk / "filler");
  ASSERT_TRUE(store.commit({.sessions = {full_session("after", Phase::recording)}}));
  EXPECT_EQ(store.load()->sessions.size(), static_cast<std::size_t>(kept) + 1);
}

TEST(SqliteFile, WhatWasCommittedBeforeAKillIsThereAndNothingElse) {
  const TempFolder temp;
  const std::string path = temp / "state.db";
  int told[2];
  ASSERT_EQ(pipe2(told, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = SqliteStore::open(path);
    for (char i = 0; store && i < 100; ++i) {
      const auto session = full_session("s" + std::to_string(i), Phase::recording);
      const Commit row{.sessions = {session}, .effects = {{session.id, session::MakePart{i}}}};
      if (!(*store)->commit(row) || write(told[1], &i, 1) != 1) break;
    }
    _exit(1);
  }
  close(told[1]);
  char confirmed = -1;
  while (confirmed < 20 && read(told[0], &confirmed, 1) == 1) {
  }
  kill(child, SIGKILL);
  char more = 0;
  while (read(told[0], &more, 1) == 1) confirmed = more;
  close(told[0]);
  waitpid(child, nullptr, 0);
  auto store = SqliteStore::open(path);
  ASSERT_TRUE(store) << store.error().text;
  const auto snapshot = (*store)->load();
  ASSERT_GE(confirmed, 20);
  const auto kept = snapshot->sessions.size();
  EXPECT_GE(kept, static_cast<std::size_t>(confirmed) + 1);
  EXPECT_LE(kept, static_cast<std::size_t>(confirmed) + 2) << "at most the one that was under way";
  EXPECT_EQ(snapshot->outbox.size(), kept);
}

}  // namespace
}  // namespace rec::test
