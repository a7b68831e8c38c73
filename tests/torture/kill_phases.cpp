#include "kill_phases.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "core/effect_key.hpp"
#include "store/sqlite_store.hpp"

namespace rec::torture {
namespace {

const char* phase_of(std::string_view effect) {
  static const std::map<std::string_view, const char*> kPhaseOf = {
      {"post_status", "status"},   {"finish_status", "status"}, {"make_part", "remux"},
      {"cut_file", "remux"},       {"publish_post", "upload"},  {"find_place", "comment"},
      {"post_comment", "comment"}, {"edit_caption", "caption"}, {"compress", "compress"},
      {"copy_post", "copy"},       {"remove_part", "clean"},    {"remove_compressed", "clean"},
      {"release_raw", "clean"},    {"remove_raw", "clean"},
  };
  const auto found = kPhaseOf.find(effect);
  return found == kPhaseOf.end() ? "" : found->second;
}

/// Milliseconds from a line's time to now, within a day; the log is in UTC.
long age_of(const std::string& line) {
  int hours = 0, minutes = 0, seconds = 0, millis = 0;
  if (std::sscanf(line.c_str(), "%*d-%*d-%*dT%d:%d:%d.%d", &hours, &minutes, &seconds, &millis) != 4)
    return 86'400'000;
  const long then = ((hours * 60L + minutes) * 60 + seconds) * 1000 + millis;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count() %
                   86'400'000;
  return (now - then + 86'400'000) % 86'400'000;
}

/// How long ago this was logged last; a day: never.
long age_of_last(const std::string& log, const std::string& event) {
  const auto at = log.rfind(event);
  if (at == std::string::npos) return 86'400'000;
  const auto line = log.rfind('\n', at);
  return age_of(log.substr(line == std::string::npos ? 0 : line + 1));
}

std::size_t count_of(const std::string& log, const std::string& event) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = log.find(event, at)) != std::string::npos; ++at) ++count;
  return count;
}

/// The store as it was left: opening it would already mend it.
StoreSnapshot left_in_store(const std::filesystem::path& folder) {
  const auto copy = folder.parent_path() / "store-at-death";
  std::error_code missing;
  std::filesystem::create_directories(copy, missing);
  for (const char* name : {"state.db", "state.db-wal"}) {
    std::filesystem::remove(copy / name, missing);
    std::filesystem::copy_file(folder / "data" / name, copy / name, missing);
  }
  StoreSnapshot left;
  if (auto store = SqliteStore::open((copy / "state.db").string()))
    if (auto loaded = (*store)->load()) left = *std::move(loaded);
  std::filesystem::remove_all(copy, missing);
  return left;
}

bool is_album(const StoreSnapshot& left, const OutboxRow& row) {
  const auto* publish = std::get_if<session::PublishPost>(&row.effect);
  if (publish == nullptr) return false;
  for (const auto& session : left.sessions)
    for (const auto& post : session.posts)
      if (session.id == row.session && post.number == publish->post) return post.last_part > post.first_part;
  return false;
}

}  // namespace

std::string log_of(const KilledLife& life) {
  std::ifstream in(life.folder.parent_path() / "recorder.log", std::ios::binary);
  in.seekg(static_cast<std::streamoff>(life.log_begins));
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<std::string> phases_at_death(const KilledLife& life) {
  const std::string log = log_of(life);
  std::set<std::string> found;
  const long started = age_of_last(log, "program.started");
  if (started < 250 || started == 86'400'000) found.insert("start");
  const bool captures = count_of(log, "capture.started") > count_of(log, "capture.ended");
  if (life.on_air && captures) found.insert("record");
  if (age_of_last(log, "part.sealed") < 150) found.insert("seal");
  const StoreSnapshot left = left_in_store(life.folder);
  for (const OutboxRow& row : left.outbox) {
    const std::string phase = phase_of(key_of(row.effect).kind);
    if (!phase.empty()) found.insert(phase);
    if (is_album(left, row)) found.insert("album");
  }
  std::vector<std::string> ordered;
  for (const char* phase : kPhases)
    if (found.contains(phase)) ordered.emplace_back(phase);
  return ordered;
}

}  // namespace rec::torture
