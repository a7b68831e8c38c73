// The store in one SQLite file: WAL, synchronous=FULL, so what was committed survives a power cut.
#pragma once
#include <memory>
#include <string>

#include "ports/store.hpp"

namespace rec {

class SqliteStore final : public Store {
 public:
  /// Opens or creates the file (mode 0600, in a folder of mode 0700 that is created too), checks that it is
  /// sound and brings its schema up to date. ":memory:" lives as long as the object. corrupt: damaged, or no
  /// database; conflict: written by a newer program, or locked by another; no_space; denied.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path);
  ~SqliteStore() override;
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;

  /// A session that is done is in it as long as an effect of it is in the outbox: that effect still needs it.
  Result<StoreSnapshot> load() override;
  /// What is done goes before what is new comes, so an effect that is decided again stays. Committing the
  /// same rows twice is harmless.
  Result<void> commit(const Commit& commit) override;
  /// not_found: there is no such row.
  Result<void> update(const OutboxRow& row) override;
  Result<std::vector<session::Session>> history(int limit) override;
  Result<std::vector<Gap>> gaps(const SessionId& session) override;
  Result<std::vector<SessionRecord>> search(const SessionQuery& query) override;
  Result<SessionRecord> record_of(const SessionId& session) override;

 private:
  struct Impl;
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;  // defined in store_impl.hpp
};

}  // namespace rec
