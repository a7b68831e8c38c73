// What a SqliteStore holds: for the files that implement it, and nobody else.
#pragma once
#include <SQLiteCpp/Database.h>

#include <string>

#include "store/sqlite_store.hpp"

namespace rec {

struct SqliteStore::Impl {
  SQLite::Database database;
  std::string path;
};

}  // namespace rec
