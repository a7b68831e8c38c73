// The store: what must survive a crash. Blocking; the app calls it on a Worker. One thread at a time.
#pragma once
#include "base/result.hpp"
#include "core/store_rows.hpp"

namespace rec {

class Store {
 public:
  virtual ~Store() = default;
  virtual Result<StoreSnapshot> load() = 0;
  /// Durable when it returns (SQLite: WAL, synchronous=FULL). no_space and corrupt leave the store as it was.
  virtual Result<void> commit(const Commit& commit) = 0;
  /// Changes attempts, not_before, submitted and last_error of one outbox row, found by its key.
  virtual Result<void> update(const OutboxRow& row) = 0;
  /// Sessions that are done, newest first, with their parts.
  virtual Result<std::vector<session::Session>> history(int limit) = 0;
  /// What is missing of a session, done or not.
  virtual Result<std::vector<Gap>> gaps(const SessionId& session) = 0;
  /// Sessions that are done and what they miss, newest first.
  virtual Result<std::vector<SessionRecord>> search(const SessionQuery& query) = 0;
  /// One session with all of it, done or not. not_found: there is none of that id.
  virtual Result<SessionRecord> record_of(const SessionId& session) = 0;
};

}  // namespace rec
