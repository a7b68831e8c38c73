// The database's schema, as numbered steps. A step that was ever released is never changed: a new one is
// added.
#pragma once
#include "base/result.hpp"

namespace SQLite {
class Database;
}

namespace rec {

/// The number of the last step: what PRAGMA user_version says once all are done.
int newest_schema();

/// Does the steps the database has not had, each in a transaction of its own. conflict: it has had steps that
/// this program does not know. Throws SQLite::Exception.
Result<void> migrate(SQLite::Database& database);

}  // namespace rec
