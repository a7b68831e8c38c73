// Insert or replace, row by row. Upserts, never REPLACE: that would delete the row and what refers to it.
#include <SQLiteCpp/Statement.h>

#include "store/row_codec.hpp"
#include "store/row_columns.hpp"
#include "store/row_io.hpp"

namespace rec::row_io {
namespace {

void write_parts(Statements& statements, const session::Session& session) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO parts (session, number, first_ordinal, last_ordinal, first_sequence, last_sequence, state, path,
      bytes, duration_ms, width, height, sha256, thumbnail, thumbnail_width, thumbnail_height, error, message_id,
      ready_at, posted_at, file_take, further, encoded, behind, most_bytes, whole, rate)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session, number) DO UPDATE SET first_ordinal = excluded.first_ordinal,
      last_ordinal = excluded.last_ordinal, first_sequence = excluded.first_sequence,
      last_sequence = excluded.last_sequence, state = excluded.state, path = excluded.path,
      bytes = excluded.bytes, duration_ms = excluded.duration_ms, width = excluded.width,
      height = excluded.height, sha256 = excluded.sha256, thumbnail = excluded.thumbnail,
      thumbnail_width = excluded.thumbnail_width, thumbnail_height = excluded.thumbnail_height,
      error = excluded.error, message_id = excluded.message_id, ready_at = excluded.ready_at,
      posted_at = excluded.posted_at, file_take = excluded.file_take, further = excluded.further,
      encoded = excluded.encoded, behind = excluded.behind, most_bytes = excluded.most_bytes,
      whole = excluded.whole, rate = excluded.rate)sql");
  for (const session::Part& part : session.parts) {
    const session::PartFile& file = part.file;
    run(upsert, session.id, part.number, part.first_ordinal, part.last_ordinal, part.first_sequence,
        part.last_sequence, word(part.state), file.path, file.bytes, file.duration.count(), file.width,
        file.height, file.sha256, file.thumbnail, file.thumbnail_width, file.thumbnail_height, part.error,
        part.message_id, part.ready_at, part.posted_at, part.file_take,
        row_codec::further_column(file.further), file.encoded ? 1 : 0, part.behind, part.most_bytes,
        part.whole, file.rate);
  }
}

void write_posts(Statements& statements, const session::Session& session) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO posts (session, number, first_part, last_part, marker, posted, messages, caption, copy, copies,
      error)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session, number) DO UPDATE SET first_part = excluded.first_part,
      last_part = excluded.last_part, marker = excluded.marker, posted = excluded.posted,
      messages = excluded.messages, caption = excluded.caption, copy = excluded.copy, copies = excluded.copies,
      error = excluded.error)sql");
  for (const session::Post& post : session.posts) {
    run(upsert, session.id, post.number, post.first_part, post.last_part, post.marker, post.posted,
        row_codec::ids_column(post.messages), word(post.caption), word(post.copy),
        row_codec::ids_column(post.copies), post.error);
  }
  // The newest one may have been taken back.
  SQLite::Statement& withdrawn = statements.of("DELETE FROM posts WHERE session = ? AND number > ?");
  run(withdrawn, session.id, session.posts.size());
}

void write_files(Statements& statements, const session::Session& session) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO file_takes (session, number, beginning, folder, stem, state, started_at, ended_at, note)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session, number) DO UPDATE SET beginning = excluded.beginning, folder = excluded.folder,
      stem = excluded.stem, state = excluded.state, started_at = excluded.started_at,
      ended_at = excluded.ended_at, note = excluded.note)sql");
  for (const session::FileTake& file : session.files) {
    run(upsert, session.id, file.number, file.beginning, file.folder, file.stem, word(file.state),
        file.started_at, file.ended_at, file.note);
  }
}

// Titles only ever come behind others.
void write_titles(Statements& statements, const session::Session& session) {
  SQLite::Statement& insert = statements.of(R"sql(
    INSERT INTO titles (session, number, at, title, category) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql");
  int number = 0;
  for (const session::Title& title : session.titles)
    run(insert, session.id, ++number, title.at, title.title, title.category);
}

}  // namespace

void write_channels(Statements& statements, const std::vector<ChannelRow>& rows) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO channels (id, platform, name, page_url, state, session, ends_at, source, platform_id,
      shown_stream_id, shown_title, shown_category, scheduled_at, stopped_stream, stopped_went_offline)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET platform = excluded.platform, name = excluded.name,
      page_url = excluded.page_url, state = excluded.state, session = excluded.session,
      ends_at = excluded.ends_at, source = excluded.source, platform_id = excluded.platform_id,
      shown_stream_id = excluded.shown_stream_id, shown_title = excluded.shown_title,
      shown_category = excluded.shown_category, scheduled_at = excluded.scheduled_at,
      stopped_stream = excluded.stopped_stream, stopped_went_offline = excluded.stopped_went_offline)sql");
  for (const ChannelRow& row : rows) {
    const auto state = row_codec::columns_of(row.state);
    run(upsert, row.id, row.platform, row.name, row.page_url, state.word, state.session, state.ends,
        state.source, row.platform_id, row.shown.stream_id, row.shown.title, row.shown.category,
        row.scheduled, row.stopped ? std::optional(row.stopped->stream_id) : std::nullopt,
        row.stopped && row.stopped->went_offline);
  }
}

void write_chats(Statements& statements, const std::vector<ChatRow>& rows) {
  SQLite::Statement& upsert = statements.of(
      "INSERT INTO chats (name, id) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET id = excluded.id");
  for (const ChatRow& row : rows) run(upsert, row.name, row.id);
}

void write_sessions(Statements& statements, const std::vector<session::Session>& rows) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO sessions (id, channel, channel_name, title, category, stream_id, folder, started_at, ended_at,
      phase, status_posted, status_message, status_marker, continues, announcement, scheduled_at,
      target, ending)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET channel = excluded.channel, channel_name = excluded.channel_name,
      title = excluded.title, category = excluded.category, stream_id = excluded.stream_id, folder = excluded.folder,
      started_at = excluded.started_at, ended_at = excluded.ended_at, phase = excluded.phase,
      status_posted = excluded.status_posted, status_message = excluded.status_message,
      status_marker = excluded.status_marker, continues = excluded.continues,
      announcement = excluded.announcement, scheduled_at = excluded.scheduled_at, target = excluded.target,
      ending = excluded.ending)sql");
  for (const session::Session& row : rows) {
    run(upsert, row.id, row.channel, row.channel_name, row.title, row.category, row.stream_id, row.folder,
        row.started_at, row.ended_at, word(row.phase), row.status_posted, row.status_message,
        row.status_marker, row.continues, row.announcement, row.scheduled,
        row_codec::target_column(row.target), row_codec::ending_column(row));
    write_parts(statements, row);
    write_posts(statements, row);
    write_files(statements, row);
    write_titles(statements, row);
  }
}

void write_takes(Statements& statements, const std::vector<TakeRow>& rows) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO takes (session, number, playlist_url, started_at, end_reason, source, width, height, rate)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (session, number) DO UPDATE SET playlist_url = excluded.playlist_url,
      started_at = excluded.started_at, end_reason = excluded.end_reason, source = excluded.source,
      width = excluded.width, height = excluded.height, rate = excluded.rate)sql");
  for (const TakeRow& row : rows) {
    run(upsert, row.session, row.number, row.playlist_url, row.started_at, row.end_reason, row.source,
        row.picture.width, row.picture.height, row.picture.rate);
  }
}

// One that covers another takes its place (core/gaps.hpp).
void write_gaps(Statements& statements, const std::vector<GapRow>& rows) {
  SQLite::Statement& remove_covered = statements.of(R"sql(
    DELETE FROM gaps WHERE session = ? AND epoch = ? AND before_ordinal = ? AND from_sequence >= ?
      AND to_sequence <= ? AND (cause = 'sound') = (? = 'sound'))sql");
  SQLite::Statement& insert = statements.of(R"sql(
    INSERT INTO gaps (session, take, epoch, from_sequence, to_sequence, duration_us, cause, noticed_at,
      before_ordinal)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING)sql");
  for (const GapRow& row : rows) {
    const Gap& gap = row.gap;
    run(remove_covered, row.session, gap.epoch, gap.before_ordinal, gap.from_sequence, gap.to_sequence,
        word(gap.cause));
    run(insert, row.session, gap.take, gap.epoch, gap.from_sequence, gap.to_sequence, gap.duration.count(),
        word(gap.cause), gap.noticed_at, gap.before_ordinal);
  }
}

void add_effects(Statements& statements, const Effects& effects) {
  SQLite::Statement& insert = statements.of(R"sql(
    INSERT INTO outbox (session, kind, number, attempts, not_before, submitted, last_error)
    VALUES (?, ?, ?, 0, 0, 0, '')
    ON CONFLICT (session, kind, number) DO NOTHING)sql");
  for (const auto& [session, effect] : effects) {
    const auto key = row_codec::key_of(effect);
    run(insert, session, key.kind, key.number);
  }
}

void remove_effects(Statements& statements, const Effects& effects) {
  SQLite::Statement& remove =
      statements.of("DELETE FROM outbox WHERE session = ? AND kind = ? AND number = ?");
  for (const auto& [session, effect] : effects) {
    const auto key = row_codec::key_of(effect);
    run(remove, session, key.kind, key.number);
  }
}

bool update_effect(Statements& statements, const OutboxRow& row) {
  SQLite::Statement& change = statements.of(R"sql(
    UPDATE outbox SET attempts = ?, not_before = ?, submitted = ?, last_error = ?, after_message = ?
    WHERE session = ? AND kind = ? AND number = ?)sql");
  const auto key = row_codec::key_of(row.effect);
  return run(change, row.attempts, row.not_before, row.submitted, row.last_error, row.after_message,
             row.session, key.kind, key.number) > 0;
}

}  // namespace rec::row_io
