// SqliteStore, what is asked of sessions one by one and by words.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>

#include "store/row_columns.hpp"
#include "store/row_io.hpp"
#include "store/sql_error.hpp"
#include "store/store_impl.hpp"

namespace rec {
namespace {

constexpr int kMostFound = 500;

/// The text as a pattern that it is a part of.
std::string like_pattern(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + "%";
}

/// As a condition on a row of `sessions`.
std::string is_session(const SessionId& id) {
  std::string quoted = "id = '";
  for (const char c : id.str()) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

// SQLite's LIKE knows upper and lower case of ASCII alone: what else there is has to be typed as it stands.
constexpr const char* kFound = R"sql(
  SELECT id FROM sessions
  WHERE phase = 'done' AND NOT announcement
    AND (?1 IS NULL OR channel = ?1)
    AND (?2 IS NULL OR started_at < ?2)
    AND (?3 IS NULL OR ended_at >= ?3)
    AND (?4 IS NULL OR title LIKE ?4 ESCAPE '\' OR category LIKE ?4 ESCAPE '\'
      OR channel_name LIKE ?4 ESCAPE '\' OR channel LIKE ?4 ESCAPE '\' OR EXISTS (
        SELECT 1 FROM titles WHERE titles.session = sessions.id
          AND (titles.title LIKE ?4 ESCAPE '\' OR titles.category LIKE ?4 ESCAPE '\')))
  ORDER BY started_at DESC, id DESC LIMIT ?5)sql";

std::vector<SessionId> found_ids(SQLite::Database& database, const SessionQuery& query) {
  SQLite::Statement rows(database, kFound);
  using row_io::bind_one;
  if (!query.channel.empty()) bind_one(rows, 1, query.channel);
  bind_one(rows, 2, query.before);
  bind_one(rows, 3, query.ended_from);
  if (!query.text.empty()) bind_one(rows, 4, like_pattern(query.text));
  bind_one(rows, 5, std::clamp(query.limit, 0, kMostFound));
  std::vector<SessionId> ids;
  while (rows.executeStep()) ids.emplace_back(rows.getColumn(0).getString());
  return ids;
}

}  // namespace

Result<std::vector<SessionRecord>> SqliteStore::search(const SessionQuery& query) {
  SQLite::Database& database = impl_->database;
  return guard_sql(database, impl_->path, [&]() -> Result<std::vector<SessionRecord>> {
    const SQLite::Transaction one_view(database);
    std::vector<SessionRecord> records;
    for (const SessionId& id : found_ids(database, query)) {
      REC_TRY(auto sessions, row_io::read_sessions(database, is_session(id)));
      REC_TRY(auto gaps, row_io::read_gaps_of(database, id));
      records.push_back({std::move(sessions.at(0)), {}, std::move(gaps)});
    }
    return records;
  });
}

Result<SessionRecord> SqliteStore::record_of(const SessionId& session) {
  SQLite::Database& database = impl_->database;
  return guard_sql(database, impl_->path, [&]() -> Result<SessionRecord> {
    const SQLite::Transaction one_view(database);
    REC_TRY(auto sessions, row_io::read_sessions(database, is_session(session)));
    if (sessions.empty()) return fail(Errc::not_found, "there is no session " + session.str());
    REC_TRY(auto takes, row_io::read_takes(database, is_session(session)));
    REC_TRY(auto gaps, row_io::read_gaps_of(database, session));
    return SessionRecord{std::move(sessions.front()), std::move(takes), std::move(gaps)};
  });
}

}  // namespace rec
