// What the Python program leaves in its folder, as its versions write it: state.json, later state.sqlite3 and
// runtime_config.sqlite3.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>

namespace rec::test {

/// A session as its first version writes one: every member there, most of them empty.
inline boost::json::object old_session(const std::string& channel, const std::string& status,
                                       const std::string& began = "2026-01-10T12:00:00.123456") {
  namespace json = boost::json;
  json::object session{{"channel", channel}, {"status", status}};
  std::string digits;
  for (const char c : began.substr(0, 19))
    digits += c == '-' || c == ':' ? "" : std::string(1, c == 'T' ? '_' : c);
  session["stream_id"] = channel + "_" + digits;
  session["session_id"] = channel + "_" + digits;
  session["title"] = "Later [100 %]";
  session["category"] = "Chess";
  session["stream_start_title"] = "First title";
  session["stream_start_category"] = "Chess";
  session["title_history"] = json::array{{{"value", "First title"}, {"timestamp", began}},
                                         {{"value", "Later [100 %]"}, {"timestamp", "2026-01-10T13:00:00"}}};
  session["category_history"] = json::array{{{"value", "Chess"}, {"timestamp", began}}};
  session["detected_at"] = began;
  session["started_at"] = began;
  for (const char* none :
       {"ended_at", "recording_file", "compressed_file", "linked_channel", "error_message"})
    session[none] = nullptr;
  for (const char* list : {"recording_files", "split_files", "linked_recording_files"})
    session[list] = json::array();
  session["uploaded_parts"] = json::object();
  session["message_ids"] = json::object{{"waiting_msg", nullptr},
                                        {"status_msg", nullptr},
                                        {"upload_msgs", json::array()},
                                        {"compressed_msg", nullptr},
                                        {"backup_msgs", json::array()}};
  return session;
}

/// A part that was posted.
inline void set_uploaded(boost::json::object& session, const std::string& path, int message) {
  session["uploaded_parts"].as_object()[path] = message;
  session["message_ids"].as_object()["upload_msgs"].as_array().emplace_back(message);
}

class OldProgramFolder {
 public:
  explicit OldProgramFolder(std::filesystem::path path) : path_(std::move(path)) {
    for (const char* below : {"data", "recordings", "temp"})
      std::filesystem::create_directories(path_ / below);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
    return at(name);
  }
  void write_json(const std::vector<boost::json::object>& active,
                  const std::vector<boost::json::object>& history) const {
    boost::json::object root{{"last_updated", "2026-01-10T20:00:00"}};
    boost::json::object by_channel;
    for (const auto& one : active) by_channel[one.at("channel").as_string()] = one;
    root["active"] = std::move(by_channel);
    root["history"] = boost::json::array(history.begin(), history.end());
    write("data/state.json", boost::json::serialize(root));
  }
  void write_sqlite(const std::vector<boost::json::object>& active,
                    const std::vector<boost::json::object>& history) const {
    SQLite::Database database(at("data/state.sqlite3"), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(
        "PRAGMA journal_mode = WAL;"
        "CREATE TABLE active_streams (source_id TEXT NOT NULL, session_id TEXT NOT NULL, channel TEXT NOT "
        "NULL,"
        " status TEXT NOT NULL, data TEXT NOT NULL, updated_at TEXT NOT NULL, PRIMARY KEY (source_id, "
        "session_id));"
        "CREATE TABLE stream_history (id INTEGER PRIMARY KEY AUTOINCREMENT, source_id TEXT NOT NULL,"
        " session_id TEXT NOT NULL, channel TEXT NOT NULL, completed_at TEXT NOT NULL, data TEXT NOT NULL);");
    for (const auto& one : active) {
      SQLite::Statement row(database, "INSERT INTO active_streams VALUES (?, ?, ?, ?, ?, 'now')");
      bind(row, {"twitch:x", text(one, "session_id"), text(one, "channel"), text(one, "status"),
                 boost::json::serialize(one)});
    }
    for (const auto& one : history) {
      SQLite::Statement row(database,
                            "INSERT INTO stream_history (source_id, session_id, channel, completed_at, data)"
                            " VALUES (?, ?, ?, ?, ?)");
      bind(row, {"twitch:x", text(one, "session_id"), text(one, "channel"), "2026-01-10T20:00:00",
                 boost::json::serialize(one)});
    }
  }
  void write_runtime(const std::vector<boost::json::object>& targets,
                     const std::vector<boost::json::object>& sources) const {
    SQLite::Database database(at("data/runtime_config.sqlite3"),
                              SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(
        "CREATE TABLE runtime_targets (id TEXT PRIMARY KEY, data TEXT NOT NULL, updated_at TEXT NOT NULL);"
        "CREATE TABLE runtime_sources (id TEXT PRIMARY KEY, platform TEXT NOT NULL, handle TEXT NOT NULL,"
        " target_profile_id TEXT NOT NULL, enabled INTEGER NOT NULL, data TEXT NOT NULL, updated_at TEXT NOT "
        "NULL);"
        "CREATE TABLE runtime_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);");
    for (const auto& one : targets) {
      SQLite::Statement row(database, "INSERT INTO runtime_targets VALUES (?, ?, 'now')");
      bind(row, {text(one, "id"), boost::json::serialize(one)});
    }
    for (const auto& one : sources) {
      SQLite::Statement row(database, "INSERT INTO runtime_sources VALUES (?, ?, ?, ?, 1, ?, 'now')");
      const std::string platform = text(one, "platform");
      const std::string handle = text(one, "handle");
      bind(row, {platform + ":" + handle, platform, handle, text(one, "target_profile_id"),
                 boost::json::serialize(one)});
    }
  }

 private:
  static std::string text(const boost::json::object& object, const char* key) {
    return std::string(object.at(key).as_string());
  }
  static void bind(SQLite::Statement& row, const std::vector<std::string>& values) {
    int at = 0;
    for (const std::string& value : values) row.bind(++at, value);
    row.exec();
  }
  std::filesystem::path path_;
};

inline boost::json::object old_target(const std::string& id, std::int64_t channel) {
  return {{"id", id},
          {"name", id},
          {"upload_channel_id", channel},
          {"discussion_group_id", nullptr},
          {"backup_channel_id", nullptr},
          {"upload_parallelism", 1},
          {"upload_speed_limit_mbps", 0.0},
          {"compression_enabled", nullptr},
          {"splitting_default_size_gb", nullptr},
          {"splitting_premium_size_gb", nullptr}};
}

inline boost::json::object old_source(const std::string& platform, const std::string& handle,
                                      const std::string& target = "default", bool enabled = true) {
  return {{"id", platform + ":" + handle},
          {"platform", platform},
          {"handle", handle},
          {"target_profile_id", target},
          {"enabled", enabled},
          {"tags", boost::json::array()},
          {"notes", ""}};
}

}  // namespace rec::test
