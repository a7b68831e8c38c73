// What commands said of channels and targets: the tables, and the texts by key as JSON in one column.
#include <SQLiteCpp/Statement.h>

#include <boost/json.hpp>

#include "base/json_bytes.hpp"
#include "store/row_columns.hpp"
#include "store/row_io.hpp"

namespace rec::row_io {
namespace {

std::string texts_column(const std::map<std::string, std::string>& texts) {
  boost::json::object object;
  for (const auto& [key, text] : texts) object[key] = text;
  return boost::json::serialize(object);
}

Result<std::map<std::string, std::string>> texts_of(const std::string& column) {
  std::map<std::string, std::string> texts;
  try {
    const boost::json::value value = json_of_bytes(column);
    for (const auto& [key, text] : value.as_object()) texts.emplace(key, std::string(text.as_string()));
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("a column of orders is no object of texts: ") + problem.what());
  }
  return texts;
}

}  // namespace

void write_orders(Statements& statements, const std::vector<ChannelOrder>& rows) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO channel_orders (channel, url, added, paused, overrides, ordered_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (channel) DO UPDATE SET url = excluded.url, added = excluded.added, paused = excluded.paused,
      overrides = excluded.overrides, ordered_at = excluded.ordered_at)sql");
  SQLite::Statement& drop = statements.of("DELETE FROM channel_orders WHERE channel = ?");
  for (const ChannelOrder& row : rows) {
    if (row.says_nothing())
      run(drop, row.id);
    else
      run(upsert, row.id, row.url, row.added, row.paused, texts_column(row.overrides), row.ordered_at);
  }
}

Result<std::vector<ChannelOrder>> read_orders(SQLite::Database& database) {
  SQLite::Statement rows(database, R"sql(
    SELECT channel, url, added, paused, overrides, ordered_at FROM channel_orders
    ORDER BY ordered_at, channel)sql");
  std::vector<ChannelOrder> orders;
  while (rows.executeStep()) {
    ChannelOrder order;
    std::string overrides;
    RowReader(rows).take_all(order.id, order.url, order.added, order.paused, overrides, order.ordered_at);
    REC_TRY(order.overrides, texts_of(overrides));
    orders.push_back(std::move(order));
  }
  return orders;
}

void write_target_orders(Statements& statements, const std::vector<TargetOrder>& rows) {
  SQLite::Statement& upsert = statements.of(R"sql(
    INSERT INTO target_orders (name, said, ordered_at) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET said = excluded.said, ordered_at = excluded.ordered_at)sql");
  SQLite::Statement& drop = statements.of("DELETE FROM target_orders WHERE name = ?");
  for (const TargetOrder& row : rows) {
    if (row.says_nothing())
      run(drop, row.name);
    else
      run(upsert, row.name, texts_column(row.values), row.ordered_at);
  }
}

Result<std::vector<TargetOrder>> read_target_orders(SQLite::Database& database) {
  SQLite::Statement rows(database,
                         "SELECT name, said, ordered_at FROM target_orders ORDER BY ordered_at, name");
  std::vector<TargetOrder> orders;
  while (rows.executeStep()) {
    TargetOrder order;
    std::string said;
    RowReader(rows).take_all(order.name, said, order.ordered_at);
    REC_TRY(order.values, texts_of(said));
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace rec::row_io
