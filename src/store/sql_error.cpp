// Which of our codes an SQLite code is, and the cure that goes with it.
#include "store/sql_error.hpp"

#include <sqlite3.h>

#include <cerrno>

namespace rec {
namespace {

// SQLite reports a full disk as SQLITE_FULL from write(2), but as an I/O error from fsync(2) and shared
// memory.
bool for_want_of_room(int code, SQLite::Database& database) {
  if (code == SQLITE_FULL) return true;
  const int why = sqlite3_system_errno(database.getHandle());
  return code == SQLITE_IOERR && (why == ENOSPC || why == EDQUOT);
}

}  // namespace

Error sql_error(const SQLite::Exception& thrown, SQLite::Database& database, const std::string& path) {
  const int code = thrown.getErrorCode() & 0xFF;
  const std::string text = path + ": " + thrown.what();
  if (for_want_of_room(code, database)) return {Errc::no_space, text + "; make room on its disk"};
  switch (code) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Errc::corrupt, text + "; stop the program, move the file aside and restore it from a backup"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Errc::conflict, text + "; another program holds it, close that"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return {Errc::denied,
              text + "; the user that runs streamrecorder must be able to write it and its folder"};
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
    case SQLITE_TOOBIG:
      return {Errc::invalid, text};
    case SQLITE_IOERR:
      return {Errc::unavailable, text + " (errno " +
                                     std::to_string(sqlite3_system_errno(database.getHandle())) +
                                     "); check the disk"};
    default:
      return {Errc::unavailable, text};
  }
}

}  // namespace rec
