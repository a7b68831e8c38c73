// Statements that change rows, each prepared once: preparing one takes longer than running it.
#pragma once
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <unordered_map>

namespace rec {

class Statements {
 public:
  /// The database must live longer, and in the same place.
  explicit Statements(SQLite::Database& database) : database_(database) {}
  Statements(const Statements&) = delete;
  Statements& operator=(const Statements&) = delete;

  /// `sql` is a literal: its address is what it is known by. To be run by row_io::run(). Throws
  /// SQLite::Exception.
  SQLite::Statement& of(const char* sql) { return prepared_.try_emplace(sql, database_, sql).first->second; }

 private:
  SQLite::Database& database_;
  std::unordered_map<const char*, SQLite::Statement> prepared_{};
};

}  // namespace rec
