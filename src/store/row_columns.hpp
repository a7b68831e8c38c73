// Binding values to a statement's parameters and taking them from its columns, one after the other.
#pragma once
#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/time.hpp"

namespace rec::row_io {

// SQLite's integers are signed: an unsigned one keeps its bits.
inline void bind_one(SQLite::Statement& to, int at, std::integral auto value) {
  to.bind(at, static_cast<std::int64_t>(value));
}
inline void bind_one(SQLite::Statement& to, int at, const std::string& value) { to.bind(at, value); }
inline void bind_one(SQLite::Statement& to, int at, std::string_view value) {
  to.bind(at, std::string(value));
}
inline void bind_one(SQLite::Statement& to, int at, Instant value) { to.bind(at, unix_ms(value)); }
template <class Tag>
void bind_one(SQLite::Statement& to, int at, const Id<Tag>& value) {
  to.bind(at, value.str());
}
template <class T>
void bind_one(SQLite::Statement& to, int at, const std::optional<T>& value) {
  if (value) {
    bind_one(to, at, *value);
  } else {
    to.bind(at);
  }
}

/// Runs a statement that changes rows, with all its parameters in order; how many it changed.
template <class... Values>
int run(SQLite::Statement& statement, const Values&... values) {
  statement.tryReset();  // it says again how it failed last, which was told
  int at = 0;
  (bind_one(statement, ++at, values), ...);
  return statement.exec();
}

/// The columns of the row a statement stands on, in order.
class RowReader {
 public:
  explicit RowReader(SQLite::Statement& row) : row_(row) {}
  void take(std::integral auto& out) {
    out = static_cast<std::remove_reference_t<decltype(out)>>(row_.getColumn(at_++).getInt64());
  }
  void take(bool& out) { out = row_.getColumn(at_++).getInt64() != 0; }
  void take(std::string& out) { out = row_.getColumn(at_++).getString(); }
  void take(Instant& out) { out = from_unix_ms(row_.getColumn(at_++).getInt64()); }
  template <class Rep, class Period>
  void take(std::chrono::duration<Rep, Period>& out) {
    out = std::chrono::duration<Rep, Period>(row_.getColumn(at_++).getInt64());
  }
  template <class Tag>
  void take(Id<Tag>& out) {
    out = Id<Tag>(row_.getColumn(at_++).getString());
  }
  template <class T>
  void take(std::optional<T>& out) {
    if (row_.isColumnNull(at_)) {
      ++at_;
      out.reset();
    } else {
      take(out.emplace());
    }
  }
  template <class... Values>
  void take_all(Values&... values) {
    (take(values), ...);
  }

 private:
  SQLite::Statement& row_;
  int at_ = 0;
};

}  // namespace rec::row_io
