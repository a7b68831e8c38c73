// SqliteStore, what is asked of sessions one by one and by words.
#include <SQLiteCpp/SQLiteCpp.h>
#include <sqlite3.h>

#include <algorithm>
#include <string_view>

#include "store/row_columns.hpp"
#include "store/row_io.hpp"
#include "store/sql_error.hpp"
#include "store/store_impl.hpp"

namespace rec {
namespace {

constexpr int kMostFound = 500;

/// Capital letters of ASCII, Latin-1, Greek and Cyrillic as small ones; what is no UTF-8 stays as it is.
std::string folded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto lead = static_cast<unsigned char>(text[i]);
    if (lead < 0x80) {
      out += static_cast<char>(lead >= 'A' && lead <= 'Z' ? lead + 32 : lead);
      continue;
    }
    const bool two = (lead & 0xE0U) == 0xC0U && i + 1 < text.size();
    if (!two) {
      out += text[i];
      continue;
    }
    unsigned code = ((lead & 0x1FU) << 6U) | (static_cast<unsigned char>(text[++i]) & 0x3FU);
    const bool by_32 = (code >= 0xC0 && code <= 0xDE && code != 0xD7) || (code >= 0x391 && code <= 0x3A9) ||
                       (code >= 0x410 && code <= 0x42F);
    if (by_32) code += 32;
    if (code >= 0x400 && code <= 0x40F) code += 80;
    out += {static_cast<char>(0xC0U | (code >> 6U)), static_cast<char>(0x80U | (code & 0x3FU))};
  }
  return out;
}

void folded_in_sql(sqlite3_context* context, int, sqlite3_value** values) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  const std::string out = folded(text == nullptr ? "" : text);
  sqlite3_result_text(context, out.data(), static_cast<int>(out.size()), SQLITE_TRANSIENT);
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

// SQLite's own LIKE and lower() know the letters of ASCII alone.
constexpr const char* kFound = R"sql(
  SELECT id FROM sessions
  WHERE phase = 'done' AND NOT announcement
    AND (?1 IS NULL OR channel = ?1)
    AND (?2 IS NULL OR started_at < ?2)
    AND (?3 IS NULL OR ended_at >= ?3)
    AND (?6 IS NULL OR stream_id = ?6)
    AND (?4 IS NULL OR instr(folded(title), ?4) OR instr(folded(category), ?4)
      OR instr(folded(channel_name), ?4) OR instr(folded(channel), ?4) OR EXISTS (
        SELECT 1 FROM titles WHERE titles.session = sessions.id
          AND (instr(folded(titles.title), ?4) OR instr(folded(titles.category), ?4))))
  ORDER BY started_at DESC, id DESC LIMIT ?5)sql";

std::vector<SessionId> found_ids(SQLite::Database& database, const SessionQuery& query) {
  database.createFunction("folded", 1, true, nullptr, folded_in_sql, nullptr, nullptr, nullptr);
  SQLite::Statement rows(database, kFound);
  using row_io::bind_one;
  if (!query.channel.empty()) bind_one(rows, 1, query.channel);
  bind_one(rows, 2, query.before);
  bind_one(rows, 3, query.ended_from);
  if (!query.text.empty()) bind_one(rows, 4, folded(query.text));
  bind_one(rows, 5, std::clamp(query.limit, 0, kMostFound));
  if (!query.stream_id.empty()) bind_one(rows, 6, query.stream_id);
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
