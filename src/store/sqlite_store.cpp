// Opening, transactions and errors; the SQL of the tables is in row_write.cpp and row_read.cpp.
#include "store/sqlite_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "base/fd.hpp"
#include "base/folders.hpp"
#include "store/migrations.hpp"
#include "store/row_codec.hpp"
#include "store/row_io.hpp"
#include "store/sql_error.hpp"
#include "store/store_impl.hpp"

namespace rec {
namespace {

constexpr int kBusyTimeoutMs = 5000;
constexpr const char* kUnfinished = "phase <> 'done' OR id IN (SELECT session FROM outbox)";

// SQLite gives its -wal and -shm files the mode of the database, so that is settled before it sees it.
Result<void> create_private_file(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  REC_CHECK(make_folders(folder));
  const Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(errno_error(errno, "cannot open " + path));
  return sync_folder(folder);
}

// A commit whose process was killed before it was synced is there when the file is opened again: it must be
// durable before anything is done that follows from it.
Result<void> sync_wal(const std::string& path) {
  const std::string wal = path + "-wal";
  const Fd fd(::open(wal.c_str(), O_RDWR | O_CLOEXEC));
  if (!fd && errno == ENOENT) return {};
  if (!fd) return fail(errno_error(errno, "cannot open " + wal));
  if (::fdatasync(fd.get()) != 0) return fail(errno_error(errno, "cannot sync " + wal));
  return {};
}

void configure(SQLite::Database& database) {
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
}

Result<void> check_soundness(SQLite::Database& database, const std::string& path) {
  const std::string verdict = database.execAndGet("PRAGMA quick_check(1)").getString();
  if (verdict == "ok") return {};
  std::string line = verdict;
  std::ranges::replace(line, '\n', ' ');
  return fail(Errc::corrupt, path + " is damaged: " + line +
                                 "; stop the program, move the file aside and restore it from a backup");
}

}  // namespace

SqliteStore::SqliteStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SqliteStore::~SqliteStore() = default;

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(const std::string& path) {
  if (path != ":memory:") {
    REC_CHECK(create_private_file(path));
    REC_CHECK(sync_wal(path));
  }
  std::unique_ptr<Impl> impl;
  try {
    const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    impl = std::make_unique<Impl>(path, flags, kBusyTimeoutMs);
  } catch (const SQLite::Exception& thrown) {
    return fail(Errc::denied, "cannot open " + path + ": " + thrown.what());
  }
  auto opened = guard_sql(impl->database, path, [&]() -> Result<void> {
    configure(impl->database);
    REC_CHECK(check_soundness(impl->database, path));
    auto migrated = migrate(impl->database);
    if (!migrated) return fail(std::move(migrated).error().in(path));
    return {};
  });
  if (!opened) return fail(std::move(opened).error());
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(impl)));
}

Result<StoreSnapshot> SqliteStore::load() {
  SQLite::Database& database = impl_->database;
  return guard_sql(database, impl_->path, [&]() -> Result<StoreSnapshot> {
    const SQLite::Transaction one_view(database);
    StoreSnapshot snapshot;
    REC_TRY(snapshot.channels, row_io::read_channels(database));
    REC_TRY(snapshot.sessions, row_io::read_sessions(database, kUnfinished + std::string(" ORDER BY id")));
    REC_TRY(snapshot.takes, row_io::read_takes(database, kUnfinished));
    REC_TRY(snapshot.gaps, row_io::read_gaps(database, kUnfinished));
    REC_TRY(snapshot.outbox, row_io::read_outbox(database));
    REC_TRY(snapshot.orders, row_io::read_orders(database));
    snapshot.chats = row_io::read_chats(database);
    REC_TRY(snapshot.target_orders, row_io::read_target_orders(database));
    return snapshot;
  });
}

Result<void> SqliteStore::commit(const Commit& commit) {
  SQLite::Database& database = impl_->database;
  Statements& statements = impl_->statements;
  return guard_sql(database, impl_->path, [&]() -> Result<void> {
    SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
    row_io::write_channels(statements, commit.channels);
    row_io::write_orders(statements, commit.orders);
    row_io::write_chats(statements, commit.chats);
    row_io::write_target_orders(statements, commit.target_orders);
    row_io::write_sessions(statements, commit.sessions);
    row_io::write_takes(statements, commit.takes);
    row_io::write_gaps(statements, commit.gaps);
    row_io::remove_effects(statements, commit.done);
    row_io::add_effects(statements, commit.effects);
    transaction.commit();
    return {};
  });
}

Result<void> SqliteStore::update(const OutboxRow& row) {
  return guard_sql(impl_->database, impl_->path, [&]() -> Result<void> {
    if (row_io::update_effect(impl_->statements, row)) return {};
    const auto key = row_codec::key_of(row.effect);
    return fail(Errc::not_found, "no outbox row " + std::string(key.kind) + " " + std::to_string(key.number) +
                                     " of session " + row.session.str());
  });
}

Result<std::vector<Gap>> SqliteStore::gaps(const SessionId& session) {
  return guard_sql(impl_->database, impl_->path,
                   [&] { return row_io::read_gaps_of(impl_->database, session); });
}

Result<std::vector<session::Session>> SqliteStore::history(int limit) {
  return guard_sql(impl_->database, impl_->path, [&] {
    return row_io::read_sessions(
        impl_->database, "phase = 'done' AND NOT announcement ORDER BY started_at DESC, id DESC LIMIT " +
                             std::to_string(std::max(limit, 0)));
  });
}

}  // namespace rec
