// The SQL of each table: writing rows and reading them back. Nothing here opens a transaction. Throws
// SQLite::Exception.
#pragma once
#include <SQLiteCpp/Database.h>

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "core/store_rows.hpp"
#include "store/statements.hpp"

namespace rec::row_io {

using Effects = std::vector<std::pair<SessionId, session::Effect>>;

void write_channels(Statements& statements, const std::vector<ChannelRow>& rows);
/// One that says nothing is deleted.
void write_orders(Statements& statements, const std::vector<ChannelOrder>& rows);
/// One that says nothing is deleted.
void write_target_orders(Statements& statements, const std::vector<TargetOrder>& rows);
/// With the parts, posts and files they hold. Posts behind those go; parts and files stay.
void write_sessions(Statements& statements, const std::vector<session::Session>& rows);
void write_chats(Statements& statements, const std::vector<ChatRow>& rows);
void write_takes(Statements& statements, const std::vector<TakeRow>& rows);
void write_gaps(Statements& statements, const std::vector<GapRow>& rows);
void add_effects(Statements& statements, const Effects& effects);
void remove_effects(Statements& statements, const Effects& effects);
/// false: there is no such row.
bool update_effect(Statements& statements, const OutboxRow& row);

// Errors: corrupt, for a word no version of this program wrote. `which` is a condition on a row of
// `sessions`.
Result<std::vector<ChannelRow>> read_channels(SQLite::Database& database);
/// In the order they came.
Result<std::vector<ChannelOrder>> read_orders(SQLite::Database& database);
Result<std::vector<TargetOrder>> read_target_orders(SQLite::Database& database);
/// By `which`, which may end in ORDER BY and LIMIT; with parts, posts and files.
Result<std::vector<session::Session>> read_sessions(SQLite::Database& database, const std::string& which);
Result<std::vector<TakeRow>> read_takes(SQLite::Database& database, const std::string& which);
Result<std::vector<GapRow>> read_gaps(SQLite::Database& database, const std::string& which);
Result<std::vector<Gap>> read_gaps_of(SQLite::Database& database, const SessionId& session);
std::vector<ChatRow> read_chats(SQLite::Database& database);
/// All of it, in the order it came.
Result<std::vector<OutboxRow>> read_outbox(SQLite::Database& database);

}  // namespace rec::row_io
