// What commands said of channels: the table, and its overrides as JSON in one column.
#include <SQLiteCpp/Statement.h>

#include <boost/json.hpp>

#include "store/row_columns.hpp"
#include "store/row_io.hpp"

namespace rec::row_io {
namespace {

std::string overrides_column(const std::map<std::string, std::string>& overrides) {
  boost::json::object object;
  for (const auto& [key, text] : overrides) object[key] = text;
  return boost::json::serialize(object);
}

Result<std::map<std::string, std::string>> overrides_of(const std::string& column) {
  std::map<std::string, std::string> overrides;
  try {
    boost::json::parse_options any_bytes;  // paths need not be UTF-8
    any_bytes.allow_invalid_utf8 = true;
    const boost::json::value value = boost::json::parse(column, {}, any_bytes);
    for (const auto& [key, text] : value.as_object()) overrides.emplace(key, std::string(text.as_string()));
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt,
                std::string("channel_orders.overrides is no object of texts: ") + problem.what());
  }
  return overrides;
}

}  // namespace

void write_orders(SQLite::Database& database, const std::vector<ChannelOrder>& rows) {
  SQLite::Statement upsert(database, R"sql(
    INSERT INTO channel_orders (channel, url, added, paused, overrides, ordered_at) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (channel) DO UPDATE SET url = excluded.url, added = excluded.added, paused = excluded.paused,
      overrides = excluded.overrides, ordered_at = excluded.ordered_at)sql");
  SQLite::Statement drop(database, "DELETE FROM channel_orders WHERE channel = ?");
  for (const ChannelOrder& row : rows) {
    if (row.says_nothing())
      run(drop, row.id);
    else
      run(upsert, row.id, row.url, row.added, row.paused, overrides_column(row.overrides), row.ordered_at);
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
    REC_TRY(order.overrides, overrides_of(overrides));
    orders.push_back(std::move(order));
  }
  return orders;
}

}  // namespace rec::row_io
