// Instants are milliseconds since 1970 UTC, durations carry their unit in the column's name.
#include "store/migrations.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>

#include <array>
#include <string>

#include "store/schema.hpp"

namespace rec {
namespace {

// A session's channel is no foreign key: sessions outlive the channel's place in the configuration.
constexpr const char* kFirstSchema = R"sql(
CREATE TABLE channels (
  id TEXT PRIMARY KEY,
  platform TEXT NOT NULL,
  name TEXT NOT NULL,
  page_url TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('offline', 'live', 'grace')),
  session TEXT,
  grace_ends_at INTEGER
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
  status_marker TEXT NOT NULL
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
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE posts (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  first_part INTEGER NOT NULL,
  last_part INTEGER NOT NULL,
  marker TEXT NOT NULL,
  posted INTEGER NOT NULL,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE takes (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  playlist_url TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  end_reason TEXT NOT NULL,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;

CREATE TABLE gaps (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  take INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  from_sequence INTEGER NOT NULL,
  to_sequence INTEGER NOT NULL,
  duration_us INTEGER NOT NULL,
  cause TEXT NOT NULL,
  noticed_at INTEGER NOT NULL,
  before_ordinal INTEGER NOT NULL,
  PRIMARY KEY (session, take, epoch, from_sequence)
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
  UNIQUE (session, kind, number)
);
)sql";

// Files that yt-dlp records, and the parts cut from them: parts.file_take is 0 for a span of the segment log.
constexpr const char* kFileTakes = R"sql(
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
ALTER TABLE parts ADD COLUMN file_take INTEGER NOT NULL DEFAULT 0;
)sql";

// Which session a recording came from when it became too long for one. Two gaps may begin in the same place
// (an advertisement behind a drop): what ends and caused them tells them apart. The columns of the key stand
// first: quick_check of SQLite 3.40 calls them NULL otherwise.
constexpr const char* kLongRecordings = R"sql(
ALTER TABLE sessions ADD COLUMN continues TEXT NOT NULL DEFAULT '';
CREATE TABLE gaps_by_all (
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
INSERT INTO gaps_by_all SELECT session, take, epoch, from_sequence, to_sequence, cause, before_ordinal, duration_us,
  noticed_at FROM gaps;
DROP TABLE gaps;
ALTER TABLE gaps_by_all RENAME TO gaps;
)sql";

// What did not fit into a part's first file: a JSON array of files, '' for none.
constexpr const char* kFurtherFiles = R"sql(
ALTER TABLE parts ADD COLUMN further TEXT NOT NULL DEFAULT '';
)sql";

// What `channel add`, `pause`, `resume` and `set` said: overrides is a JSON object of texts by key. A channel
// that was never seen yet has an order and no row in `channels`.
constexpr const char* kChannelOrders = R"sql(
CREATE TABLE channel_orders (
  channel TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  added INTEGER NOT NULL,
  paused INTEGER,
  overrides TEXT NOT NULL,
  ordered_at INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// Channels that wait (ends_at is of the grace or of the waiting), what they showed when they were last seen,
// where the recording goes on (cross), and what a session was called from when on. An announcement is a
// session that is nothing but its message.
constexpr const char* kWaiting = R"sql(
CREATE TABLE channels_that_wait (
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
  scheduled_at INTEGER
) WITHOUT ROWID;
INSERT INTO channels_that_wait (id, platform, name, page_url, state, session, ends_at)
  SELECT id, platform, name, page_url, state, session, grace_ends_at FROM channels;
DROP TABLE channels;
ALTER TABLE channels_that_wait RENAME TO channels;
ALTER TABLE sessions ADD COLUMN announcement INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN scheduled_at INTEGER;
ALTER TABLE takes ADD COLUMN source TEXT NOT NULL DEFAULT '';
CREATE TABLE titles (
  session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  at INTEGER NOT NULL,
  title TEXT NOT NULL,
  category TEXT NOT NULL,
  PRIMARY KEY (session, number)
) WITHOUT ROWID;
)sql";

// Files whose pictures were encoded anew.
constexpr const char* kEncodedFiles = R"sql(
ALTER TABLE parts ADD COLUMN encoded INTEGER NOT NULL DEFAULT 0;
)sql";

// Where a session is posted, and its end: `target` and `ending` are JSON objects, '' where nothing is known
// of them; `messages` and `copies` JSON arrays of numbers. Chats that were given by name; broadcasts that a
// person stopped.
constexpr const char* kTargets = R"sql(
ALTER TABLE sessions ADD COLUMN target TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN ending TEXT NOT NULL DEFAULT '';
ALTER TABLE parts ADD COLUMN behind INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parts ADD COLUMN most_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parts ADD COLUMN whole TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN messages TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN caption TEXT NOT NULL DEFAULT 'open';
ALTER TABLE posts ADD COLUMN copy TEXT NOT NULL DEFAULT 'open';
ALTER TABLE posts ADD COLUMN copies TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN error TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN after_message INTEGER NOT NULL DEFAULT 0;
ALTER TABLE channels ADD COLUMN stopped_stream TEXT;
ALTER TABLE channels ADD COLUMN stopped_went_offline INTEGER NOT NULL DEFAULT 0;
CREATE TABLE chats (
  name TEXT PRIMARY KEY,
  id INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// What `target add` and `set` said: a JSON object of texts by key.
constexpr const char* kTargetOrders = R"sql(
CREATE TABLE target_orders (
  name TEXT PRIMARY KEY,
  said TEXT NOT NULL,
  ordered_at INTEGER NOT NULL
) WITHOUT ROWID;
)sql";

// How many pictures a second; of a take what its playlist announced, 0 where it did not.
constexpr const char* kPictureRates = R"sql(
ALTER TABLE parts ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
ALTER TABLE takes ADD COLUMN width INTEGER NOT NULL DEFAULT 0;
ALTER TABLE takes ADD COLUMN height INTEGER NOT NULL DEFAULT 0;
ALTER TABLE takes ADD COLUMN rate INTEGER NOT NULL DEFAULT 0;
)sql";

constexpr std::array kSteps = {kFirstSchema, kFileTakes,    kLongRecordings, kFurtherFiles, kChannelOrders,
                               kWaiting,     kEncodedFiles, kTargets,        kTargetOrders, kPictureRates};

void set_version(SQLite::Database& database, int version) {
  database.exec("PRAGMA user_version = " + std::to_string(version));
}

bool is_new(SQLite::Database& database) {
  return database.execAndGet("SELECT count(*) FROM sqlite_schema").getInt() == 0;
}

}  // namespace

int newest_schema() { return static_cast<int>(kSteps.size()); }

void take_steps(SQLite::Database& database, int had) {
  for (int step = had; step < newest_schema(); ++step) {
    SQLite::Transaction transaction(database);
    database.exec(kSteps.at(static_cast<std::size_t>(step)));
    set_version(database, step + 1);
    transaction.commit();
  }
}

Result<void> migrate(SQLite::Database& database) {
  const int had = database.execAndGet("PRAGMA user_version").getInt();
  if (had > newest_schema()) {
    return fail(Errc::conflict, "the database has schema " + std::to_string(had) + ", this program knows " +
                                    std::to_string(newest_schema()) +
                                    ": use the version that wrote it, or a newer one");
  }
  if (had > 0 || !is_new(database)) {
    take_steps(database, had);
    return {};
  }
  SQLite::Transaction transaction(database);
  database.exec(kWholeSchema);
  set_version(database, newest_schema());
  transaction.commit();
  return {};
}

}  // namespace rec
