// Selects, and words back into variants.
#include <SQLiteCpp/Statement.h>

#include "store/row_codec.hpp"
#include "store/row_columns.hpp"
#include "store/row_io.hpp"

namespace rec::row_io {
namespace {

Result<std::vector<session::Part>> read_parts(SQLite::Database& database, const SessionId& session) {
  SQLite::Statement rows(database, R"sql(
    SELECT number, first_ordinal, last_ordinal, first_sequence, last_sequence, state, path, bytes, duration_ms,
      width, height, sha256, thumbnail, thumbnail_width, thumbnail_height, error, message_id, ready_at, posted_at,
      file_take, further, encoded, behind, most_bytes, whole, rate
    FROM parts WHERE session = ? ORDER BY number)sql");
  rows.bind(1, session.str());
  std::vector<session::Part> parts;
  while (rows.executeStep()) {
    session::Part part;
    session::PartFile& file = part.file;
    std::string state;
    std::string further;
    RowReader(rows).take_all(part.number, part.first_ordinal, part.last_ordinal, part.first_sequence,
                             part.last_sequence, state, file.path, file.bytes, file.duration, file.width,
                             file.height, file.sha256, file.thumbnail, file.thumbnail_width,
                             file.thumbnail_height, part.error, part.message_id, part.ready_at,
                             part.posted_at, part.file_take, further, file.encoded, part.behind,
                             part.most_bytes, part.whole, file.rate);
    REC_TRY(part.state, row_codec::part_state_of(state));
    REC_TRY(file.further, row_codec::further_of(further));
    parts.push_back(std::move(part));
  }
  return parts;
}

Result<std::vector<session::Post>> read_posts(SQLite::Database& database, const SessionId& session) {
  SQLite::Statement rows(database, R"sql(
    SELECT number, first_part, last_part, marker, posted, messages, caption, copy, copies, error FROM posts
    WHERE session = ? ORDER BY number)sql");
  rows.bind(1, session.str());
  std::vector<session::Post> posts;
  while (rows.executeStep()) {
    session::Post& post = posts.emplace_back();
    std::string messages;
    std::string caption;
    std::string copy;
    std::string copies;
    RowReader(rows).take_all(post.number, post.first_part, post.last_part, post.marker, post.posted, messages,
                             caption, copy, copies, post.error);
    REC_TRY(post.messages, row_codec::ids_of(messages));
    REC_TRY(post.caption, row_codec::stage_of(caption));
    REC_TRY(post.copy, row_codec::stage_of(copy));
    REC_TRY(post.copies, row_codec::ids_of(copies));
  }
  return posts;
}

std::vector<session::Title> read_titles(SQLite::Database& database, const SessionId& session) {
  SQLite::Statement rows(database,
                         "SELECT at, title, category FROM titles WHERE session = ? ORDER BY number");
  rows.bind(1, session.str());
  std::vector<session::Title> titles;
  while (rows.executeStep()) {
    session::Title& title = titles.emplace_back();
    RowReader(rows).take_all(title.at, title.title, title.category);
  }
  return titles;
}

Result<std::vector<session::FileTake>> read_files(SQLite::Database& database, const SessionId& session) {
  SQLite::Statement rows(database, R"sql(
    SELECT number, beginning, folder, stem, state, started_at, ended_at, note FROM file_takes
    WHERE session = ? ORDER BY number)sql");
  rows.bind(1, session.str());
  std::vector<session::FileTake> files;
  while (rows.executeStep()) {
    session::FileTake& file = files.emplace_back();
    std::string state;
    RowReader(rows).take_all(file.number, file.beginning, file.folder, file.stem, state, file.started_at,
                             file.ended_at, file.note);
    REC_TRY(file.state, row_codec::file_state_of(state));
  }
  return files;
}

}  // namespace

Result<std::vector<ChannelRow>> read_channels(SQLite::Database& database) {
  SQLite::Statement rows(
      database,
      "SELECT id, platform, name, page_url, state, session, ends_at, source, platform_id, shown_stream_id, "
      "shown_title, shown_category, scheduled_at, stopped_stream, stopped_went_offline FROM channels ORDER "
      "BY id");
  std::vector<ChannelRow> channels;
  while (rows.executeStep()) {
    ChannelRow channel;
    std::string state;
    row_codec::ChannelState columns;
    std::optional<std::string> stopped_stream;
    bool went_offline = false;
    RowReader(rows).take_all(channel.id, channel.platform, channel.name, channel.page_url, state,
                             columns.session, columns.ends, columns.source, channel.platform_id,
                             channel.shown.stream_id, channel.shown.title, channel.shown.category,
                             channel.scheduled, stopped_stream, went_offline);
    if (stopped_stream) channel.stopped = StoppedBroadcast{*std::move(stopped_stream), went_offline};
    columns.word = state;
    REC_TRY(channel.state, row_codec::state_of(columns));
    channels.push_back(std::move(channel));
  }
  return channels;
}

Result<std::vector<session::Session>> read_sessions(SQLite::Database& database, const std::string& which) {
  SQLite::Statement rows(database, R"sql(
    SELECT id, channel, channel_name, title, category, stream_id, folder, started_at, ended_at, phase,
      status_posted, status_message, status_marker, continues, announcement, scheduled_at,
      target, ending
    FROM sessions WHERE )sql" + which);
  std::vector<session::Session> sessions;
  while (rows.executeStep()) {
    session::Session session;
    std::string phase;
    std::string target;
    std::string ending;
    RowReader(rows).take_all(session.id, session.channel, session.channel_name, session.title,
                             session.category, session.stream_id, session.folder, session.started_at,
                             session.ended_at, phase, session.status_posted, session.status_message,
                             session.status_marker, session.continues, session.announcement,
                             session.scheduled, target, ending);
    REC_TRY(session.target, row_codec::target_of(target));
    REC_CHECK(row_codec::take_ending(ending, session));
    REC_TRY(session.phase, row_codec::phase_of(phase));
    REC_TRY(session.parts, read_parts(database, session.id));
    REC_TRY(session.posts, read_posts(database, session.id));
    REC_TRY(session.files, read_files(database, session.id));
    session.titles = read_titles(database, session.id);
    sessions.push_back(std::move(session));
  }
  return sessions;
}

Result<std::vector<TakeRow>> read_takes(SQLite::Database& database, const std::string& which) {
  SQLite::Statement rows(database, R"sql(
    SELECT session, number, playlist_url, takes.started_at, end_reason, source, width, height, rate FROM takes
    WHERE session IN (SELECT id FROM sessions WHERE )sql" +
                                       which + ") ORDER BY session, number");
  std::vector<TakeRow> takes;
  while (rows.executeStep()) {
    TakeRow& take = takes.emplace_back();
    RowReader(rows).take_all(take.session, take.number, take.playlist_url, take.started_at, take.end_reason,
                             take.source, take.picture.width, take.picture.height, take.picture.rate);
  }
  return takes;
}

namespace {

constexpr std::string_view kGapColumns =
    "SELECT session, take, epoch, from_sequence, to_sequence, duration_us, cause, noticed_at, before_ordinal "
    "FROM gaps ";

Result<GapRow> gap_row(SQLite::Statement& rows) {
  GapRow row;
  Gap& gap = row.gap;
  std::string cause;
  RowReader(rows).take_all(row.session, gap.take, gap.epoch, gap.from_sequence, gap.to_sequence, gap.duration,
                           cause, gap.noticed_at, gap.before_ordinal);
  REC_TRY(gap.cause, row_codec::cause_of(cause));
  return row;
}

}  // namespace

Result<std::vector<GapRow>> read_gaps(SQLite::Database& database, const std::string& which) {
  SQLite::Statement rows(database, std::string(kGapColumns) +
                                       "WHERE session IN (SELECT id FROM sessions WHERE " + which +
                                       ") ORDER BY session, take, epoch, from_sequence");
  std::vector<GapRow> gaps;
  while (rows.executeStep()) {
    REC_TRY(GapRow row, gap_row(rows));
    gaps.push_back(std::move(row));
  }
  return gaps;
}

Result<std::vector<Gap>> read_gaps_of(SQLite::Database& database, const SessionId& session) {
  SQLite::Statement rows(database,
                         std::string(kGapColumns) + "WHERE session = ? ORDER BY take, epoch, from_sequence");
  bind_one(rows, 1, session);
  std::vector<Gap> gaps;
  while (rows.executeStep()) {
    REC_TRY(const GapRow row, gap_row(rows));
    gaps.push_back(row.gap);
  }
  return gaps;
}

Result<std::vector<OutboxRow>> read_outbox(SQLite::Database& database) {
  SQLite::Statement rows(
      database,
      "SELECT session, kind, number, attempts, not_before, submitted, last_error, after_message FROM outbox "
      "ORDER BY id");
  std::vector<OutboxRow> outbox;
  while (rows.executeStep()) {
    OutboxRow row;
    std::string kind;
    int number = 0;
    RowReader(rows).take_all(row.session, kind, number, row.attempts, row.not_before, row.submitted,
                             row.last_error, row.after_message);
    REC_TRY(row.effect, row_codec::effect_of(kind, number));
    outbox.push_back(std::move(row));
  }
  return outbox;
}

std::vector<ChatRow> read_chats(SQLite::Database& database) {
  SQLite::Statement rows(database, "SELECT name, id FROM chats ORDER BY name");
  std::vector<ChatRow> chats;
  while (rows.executeStep()) {
    ChatRow& chat = chats.emplace_back();
    RowReader(rows).take_all(chat.name, chat.id);
  }
  return chats;
}

}  // namespace rec::row_io
