// What a SqliteStore holds: for the files that implement it, and nobody else.
#pragma once
#include <SQLiteCpp/Database.h>

#include <string>

#include "store/sqlite_store.hpp"
#include "store/statements.hpp"

namespace rec {

struct SqliteStore::Impl {
  Impl(const std::string& file, int flags, int busy_timeout_ms)
      : database(file, flags, busy_timeout_ms), path(file) {}

  SQLite::Database database;
  std::string path;
  Statements statements{database};
};

}  // namespace rec
