// Instants are milliseconds since 1970 UTC, durations carry their unit in the column's name.
#include "store/schema.hpp"

namespace rec {

// channels.ends_at is of the grace or of the waiting. A session's channel is no foreign key: sessions outlive
// the channel's place in the configuration. sessions.target and sessions.ending are JSON objects, '' where
// nothing is known; posts.messages and posts.copies JSON arrays of numbers; parts.further one of files.
// parts.file_take is 0 for a span of the segment log. channel_orders.overrides and target_orders.said are
// JSON objects of texts by key. In gaps the columns of the key stand first: quick_check of SQLite 3.40 calls
// them NULL otherwise.
const char* const kWholeSchema = R"sql(
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  page_url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offline', 'waiting', 'live', 'grace')),
  session TEXT,
  ends_at INTEGER,
  source TEXT NOT NULL DEFAULT '',
  platform_id TEXT NOT NULL DEFAULT '',
  shown_stream_id TEXT NOT NULL DEFAULT '',
  shown_title TEXT NOT NULL DEFAULT '',
  shown_category TEXT NOT NULL DEFAULT '',
  scheduled_at INTEGER,
  stopped_stream TEXT,
  stopped_went_offline INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  channel_name TEXT NOT NULL,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  stream_id TEXT NOT NULL,
  folder TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  phase TEXT NOT NULL CHECK (phase IN ('recording', 'finishing', 'done')),
  status_posted INTEGER NOT NULL,
  status_message INTEGER NOT NULL,
  status_marker TEXT NOT NULL,
  continues TEXT NOT NULL DEFAULT '',
  announcement INTEGER NOT NULL DEFAULT 0,
  scheduled_at INTEGER,
  target TEXT NOT NULL DEFAULT '',
  ending TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX sessions_by_phase ON sessions (phase, started_at);

CREATE TABLE parts (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  first_ordinal INTEGER NOT NULL,
  last_ordinal INTEGER NOT NULL,
  first_sequence INTEGER NOT NULL,
  last_sequence INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sealed', 'ready', 'posted', 'failed')),
  path TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  width INTEGER NOT NULL,
  height INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  thumbnail TEXT NOT NULL,
  thumbnail_width INTEGER NOT NULL,
  thumbnail_height INTEGER NOT NULL,
  error TEXT NOT NULL,
  message_id INTEGER NOT NULL,
  ready_at INTEGER,
  posted_at INTEGER,
  file_take INTEGER NOT NULL DEFAULT 0,
  further TEXT NOT NULL DEFAULT '',
  encoded INTEGER NOT NULL DEFAULT 0,
  behind INTEGER NOT NULL DEFAULT 0,
  most_bytes INTEGER NOT NULL DEFAULT 0,
  whole TEXT NOT NULL DEFAULT '',
  rate INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE posts (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  first_part INTEGER NOT NULL,
  last_part INTEGER NOT NULL,
  marker TEXT NOT NULL,
  posted INTEGER NOT NULL,
  messages TEXT NOT NULL DEFAULT '',
  caption TEXT NOT NULL DEFAULT 'open',
  copy TEXT NOT NULL DEFAULT 'open',
  copies TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE file_takes (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  beginning INTEGER NOT NULL,
  folder TEXT NOT NULL,
  stem TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('recording', 'recorded', 'cut', 'aside', 'failed')),
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  note TEXT NOT NULL,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE titles (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE takes (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  playlist_url TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  end_reason TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  width INTEGER NOT NULL DEFAULT 0,
  height INTEGER NOT NULL DEFAULT 0,
  rate INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE gaps (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  take INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  from_sequence INTEGER NOT NULL,
  to_sequence INTEGER NOT NULL,
  cause TEXT NOT NULL,
  before_ordinal INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  noticed_at INTEGER NOT NULL,
  PRIMARY KEY (session, take, epoch, from_sequence, to_sequence, cause, before_ordinal)
) WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  number INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  submitted INTEGER NOT NULL,
  last_error TEXT NOT NULL,
  after_message INTEGER NOT NULL DEFAULT 0,
  UNIQUE (session, kind, number)
);

CREATE TABLE channel_orders (
  channel TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  added INTEGER NOT NULL,
  paused INTEGER,
  overrides TEXT NOT NULL,
  ordered_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE chats (
  name TEXT PRIMARY KEY,
  id INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE target_orders (
  name TEXT PRIMARY KEY,
  said TEXT NOT NULL,
  ordered_at INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

}  // namespace rec
