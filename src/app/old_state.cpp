#include "app/old_state.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <set>

#include "app/config_channels.hpp"
#include "app/config_units.hpp"
#include "app/old_json.hpp"
#include "base/iso_time.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostOldErrors = 300;  // characters

std::string old_path(const std::string& path, const std::string& folder) {
  return path.empty() ? path : (std::filesystem::path(folder) / path).lexically_normal().string();
}

void add_old_path(std::vector<std::string>& all, std::string one) {
  if (!one.empty() && std::ranges::find(all, one) == all.end()) all.push_back(std::move(one));
}

/// What it calls a channel: a login, an @handle or a UC… id. Its own id of it spells the last one wrong.
WatchedChannel old_channel(const std::string& name, const std::string& source_id) {
  const bool youtube =
      source_id.empty() ? name.starts_with('@') || name.starts_with("UC") : source_id.starts_with("youtube:");
  const std::string known = youtube ? youtube_name(name) : twitch_login(name);
  if (!known.empty()) return youtube ? youtube_channel(known) : twitch_channel(known);
  const char* platform = youtube ? "youtube" : "twitch";
  return {ChannelId(fmt::format("{}:{}", platform, units::lower(name))), platform, name, ""};
}

struct OldChange {
  Instant at{};
  std::size_t number = 0;  ///< in the order they stand there
  bool is_title = false;
  std::string value{};
};

void add_old_changes(std::vector<OldChange>& all, const json::object& object, const char* key,
                     bool is_title) {
  const auto* list = object.if_contains(key);
  if (list == nullptr || !list->is_array()) return;
  for (const json::value& each : list->get_array()) {
    const json::object* change = each.if_object();
    if (change == nullptr) continue;
    if (const auto at = old_instant(text_in(*change, "timestamp")))
      all.push_back({*at, all.size(), is_title, text_in(*change, "value")});
  }
}

std::vector<session::Title> old_titles(const json::object& object) {
  std::vector<OldChange> changes;
  add_old_changes(changes, object, "title_history", true);
  add_old_changes(changes, object, "category_history", false);
  std::ranges::sort(changes, {}, [](const OldChange& change) { return std::pair(change.at, change.number); });
  std::vector<session::Title> titles;
  for (OldChange& change : changes) {
    session::Title next = titles.empty() ? session::Title{} : titles.back();
    next.at = change.at;
    (change.is_title ? next.title : next.category) = std::move(change.value);
    if (!titles.empty() && titles.back().at == next.at)
      titles.back() = std::move(next);
    else
      titles.push_back(std::move(next));
  }
  return titles;
}

void read_old_messages(OldSession& out, const json::object& object, const std::string& folder) {
  if (const json::object* uploaded = find_object(object, "uploaded_parts")) {
    for (const auto& [path, message] : *uploaded) {
      const auto id = old_json::whole(&message);
      if (id && *id > 0) out.uploaded[old_path(std::string(path), folder)] = *id;
    }
  }
  const json::object* messages = find_object(object, "message_ids");
  if (messages == nullptr) return;
  out.waiting_message = old_json::number(*messages, "waiting_msg");
  out.status_message = old_json::number(*messages, "status_msg");
  out.compressed_message = old_json::number(*messages, "compressed_msg");
  out.backups = old_json::numbers(*messages, "backup_msgs");
  std::vector<std::int64_t> posted = old_json::numbers(*messages, "upload_msgs");
  if (out.uploaded.empty() && posted.size() <= out.parts.size()) {  // as its first versions kept it
    for (std::size_t i = 0; i < posted.size(); ++i) out.uploaded[out.parts[i]] = posted[i];
    return;
  }
  std::set<std::int64_t> named;
  for (const auto& [path, message] : out.uploaded) named.insert(message);
  std::erase_if(posted, [&](std::int64_t message) { return named.contains(message); });
  out.unnamed_messages = std::move(posted);
}

void read_old_place(OldSession& out, const json::object& object) {
  out.place.profile = text_in(object, "target_profile_id");
  out.place.channel = old_json::number(object, "target_upload_channel_id");
  out.place.discussion = old_json::number(object, "target_discussion_group_id");
  out.place.backup = old_json::number(object, "target_backup_channel_id");
  out.place.compression = old_json::flag(object, "target_compression_enabled");
  out.flags.skip_upload = old_json::flag(object, "skip_upload").value_or(false);
  out.flags.skip_compression = old_json::flag(object, "skip_compression").value_or(false);
  out.flags.skip_forwarding = old_json::flag(object, "skip_forwarding").value_or(false);
  out.flags.cancelled = old_json::flag(object, "abort_requested").value_or(false);
}

void read_old_files(OldSession& out, const json::object& object, const std::string& folder) {
  for (const auto& path : old_json::texts(object, "recording_files"))
    add_old_path(out.recordings, old_path(path, folder));
  add_old_path(out.recordings, old_path(text_in(object, "recording_file"), folder));
  for (const auto& path : old_json::texts(object, "linked_recording_files"))
    add_old_path(out.recordings, old_path(path, folder));
  for (const auto& path : old_json::texts(object, "split_files"))
    add_old_path(out.parts, old_path(path, folder));
  out.compressed = old_path(text_in(object, "compressed_file"), folder);
}

void read_old_times(OldSession& out, const json::object& object) {
  auto began = old_instant(text_in(object, "started_at"));
  if (!began) began = old_instant(text_in(object, "detected_at"));
  if (!began && !out.titles.empty()) began = out.titles.front().at;
  out.ended_at = old_instant(text_in(object, "ended_at"));
  if (!out.ended_at) out.ended_at = old_instant(text_in(object, "completed_at"));
  out.started_at = began.value_or(out.ended_at.value_or(Instant{}));
}

bool is_old_status(const std::string& word) {
  static const std::set<std::string> kWords = {"offline",   "waiting",     "recording",          "processing",
                                               "uploading", "compressing", "sending_compressed", "forwarding",
                                               "done",      "error"};
  return kWords.contains(word);
}

/// A row that cannot be read costs nobody else anything.
void add_old(OldState& state, const Result<json::object>& object, const std::string& what,
             const std::string& folder, bool archived) {
  auto read = object ? old_session_of(*object, folder, archived)
                     : Result<OldSession>(fail(Errc::invalid, object.error().text));
  if (read)
    state.sessions.push_back(*std::move(read));
  else
    state.troubles.push_back(what + ": " + read.error().text);
}

}  // namespace

std::optional<Instant> old_instant(const std::string& text) {
  std::string digits = text.substr(0, 19);
  if (digits.size() == 19 && digits[10] == ' ') digits[10] = 'T';
  const auto as_utc = parse_iso8601(digits + "Z");
  if (!as_utc) return std::nullopt;
  const std::time_t utc = static_cast<std::time_t>(unix_ms(*as_utc) / 1000);
  std::tm local{};
  gmtime_r(&utc, &local);
  local.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&local);
  if (seconds <= 0) return std::nullopt;
  return Instant(std::chrono::seconds(seconds));
}

Result<OldSession> old_session_of(const json::object& object, const std::string& folder, bool archived) {
  OldSession out;
  const std::string name = text_in(object, "channel");
  if (name.empty()) return fail(Errc::invalid, "it names no channel");
  out.channel = old_channel(name, text_in(object, "source_id"));
  std::string id = text_in(object, "session_id");
  if (id.empty()) id = text_in(object, "stream_id");
  if (id.empty()) return fail(Errc::invalid, "it has no stream_id");
  out.key = out.channel.id.str() + "/" + id;
  out.status = text_in(object, "status");
  if (!is_old_status(out.status))
    return fail(Errc::invalid, out.key + ": \"" + out.status + "\" is no status");
  out.archived = archived;
  out.titles = old_titles(object);
  out.title = text_in(object, "stream_start_title");
  out.category = text_in(object, "stream_start_category");
  if (out.title.empty()) out.title = out.titles.empty() ? text_in(object, "title") : out.titles.front().title;
  if (out.category.empty())
    out.category = out.titles.empty() ? text_in(object, "category") : out.titles.front().category;
  out.error = text_in(object, "error_message").substr(0, kMostOldErrors);
  read_old_files(out, object, folder);
  read_old_messages(out, object, folder);
  read_old_place(out, object);
  read_old_times(out, object);
  return out;
}

Result<OldState> old_state_of_json(const std::string& text, const std::string& folder) {
  REC_TRY(const json::object root, old_json::object_of(text));
  OldState state;
  if (const json::object* active = find_object(root, "active")) {
    for (const auto& [name, value] : *active) {
      const std::string what = "active " + std::string(name);
      const json::object* session = value.if_object();
      add_old(state,
              session == nullptr ? Result<json::object>(fail(Errc::invalid, "it is no object")) : *session,
              what, folder, false);
    }
  }
  const auto* history = root.if_contains("history");
  if (history == nullptr || !history->is_array()) return state;
  for (std::size_t i = 0; i < history->get_array().size(); ++i) {
    const json::object* session = history->get_array()[i].if_object();
    add_old(state,
            session == nullptr ? Result<json::object>(fail(Errc::invalid, "it is no object")) : *session,
            fmt::format("history {}", i + 1), folder, true);
  }
  return state;
}

OldState old_state_of_rows(const std::vector<std::string>& active, const std::vector<std::string>& history,
                           const std::string& folder) {
  OldState state;
  std::size_t number = 0;
  for (const std::string& row : active)
    add_old(state, old_json::object_of(row), fmt::format("active_streams row {}", ++number), folder, false);
  number = 0;
  for (const std::string& row : history)
    add_old(state, old_json::object_of(row), fmt::format("stream_history row {}", ++number), folder, true);
  return state;
}

}  // namespace rec
