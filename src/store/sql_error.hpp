// SQLite's failures as ours: what the caller can do about them.
#pragma once
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Exception.h>

#include <string>
#include <type_traits>

#include "base/result.hpp"

namespace rec {

/// no_space: SQLITE_FULL, or an I/O error for want of room; corrupt: a damaged file, or not a database;
/// conflict: locked by another process; denied: not readable or not writable; invalid: against a constraint;
/// else unavailable.
Error sql_error(const SQLite::Exception& thrown, SQLite::Database& database, const std::string& path);

/// Runs `work`, which returns a Result, and turns what it throws into an error.
template <class Work>
std::invoke_result_t<Work> guard_sql(SQLite::Database& database, const std::string& path, Work&& work) {
  try {
    return work();
  } catch (const SQLite::Exception& thrown) {
    return fail(sql_error(thrown, database, path));
  }
}

}  // namespace rec
