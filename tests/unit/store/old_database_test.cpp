// The Python program's SQLite files are read, and stay as they are.
#include "store/old_database.hpp"

#include <gtest/gtest.h>

#include "tests/support/old_program.hpp"
#include "tests/support/temp_folder.hpp"

namespace rec {
namespace {

std::string bytes_at(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

TEST(OldDatabase, ItsRowsAreReadInOrder) {
  const test::TempFolder dir;
  const test::OldProgramFolder old(dir.path());
  old.write_sqlite({}, {test::old_session("b", "done"), test::old_session("a", "done")});
  const auto rows = old_rows(old.at("data/state.sqlite3"), "stream_history");
  ASSERT_TRUE(rows) << rows.error().text;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_NE((*rows)[0].find("\"channel\":\"b\""), std::string::npos);
  EXPECT_TRUE(old_rows(old.at("data/state.sqlite3"), "active_streams")->empty());
}

TEST(OldDatabase, WhatWasNotYetFoldedInIsReadTooAndNothingIsFoldedIn) {
  const test::TempFolder dir;
  const std::string path = dir / "state.sqlite3";
  SQLite::Database writer(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  writer.exec("PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE t (data TEXT)");
  writer.exec("INSERT INTO t VALUES ('late')");
  const std::string before = bytes_at(path);
  const std::string log = bytes_at(path + "-wal");
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(*old_rows(path, "t"), std::vector<std::string>{"late"});
  EXPECT_EQ(bytes_at(path), before);
  EXPECT_EQ(bytes_at(path + "-wal"), log);
}

TEST(OldDatabase, WhatIsNoneOrDamagedIsTold) {
  const test::TempFolder dir;
  const test::OldProgramFolder old(dir.path());
  EXPECT_EQ(old_rows(old.at("gone.sqlite3"), "t").error().code, Errc::not_found);
  const std::string letter =
      old.write("letter.sqlite3", "dear reader, this is no database at all, not one page");
  EXPECT_EQ(old_rows(letter, "t").error().code, Errc::corrupt);
  old.write_sqlite({}, {test::old_session("a", "done")});
  EXPECT_EQ(old_rows(old.at("data/state.sqlite3"), "runtime_targets").error().code, Errc::not_found);
  const std::string whole = bytes_at(old.at("data/state.sqlite3"));
  const std::string torn = old.write("torn.sqlite3", std::string_view(whole).substr(0, whole.size() / 2));
  EXPECT_FALSE(old_rows(torn, "stream_history"));
}

}  // namespace
}  // namespace rec
