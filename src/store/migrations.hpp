// The database's schema, as numbered steps. A step that was ever released is never changed: a new one is
// added, and what it brings also to schema.cpp.
#pragma once
#include "base/result.hpp"

namespace SQLite {
class Database;
}

namespace rec {

/// The number of the last step: what PRAGMA user_version says once all are done.
int newest_schema();

/// A new database gets the whole schema at once; any other takes the steps that it has not had. conflict: it
/// has had steps that this program does not know. Throws SQLite::Exception.
Result<void> migrate(SQLite::Database& database);

/// The steps behind the first `had`, each in a transaction of its own. Throws SQLite::Exception.
void take_steps(SQLite::Database& database, int had);

}  // namespace rec
