#include "app/import_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/whole_file.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

bool is_old_file(const std::string& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

void say_broken(ImportSources& out, const char* kind, const std::string& name, const std::string& text) {
  out.lines.push_back({ImportVerdict::broken, kind, name, text});
}

/// What may hold a whole copy of a file that is broken.
std::string copies_beside(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  const fs::path file(path);
  for (const auto& entry : fs::directory_iterator(file.parent_path(), error)) {
    const std::string name = entry.path().filename().string();
    if (name.size() > file.filename().string().size() && name.starts_with(file.filename().string()) &&
        !name.ends_with("-wal") && !name.ends_with("-shm"))
      names.push_back(name);
  }
  std::ranges::sort(names);
  return names.empty() ? "" : fmt::format("; beside it lies {}, perhaps whole", fmt::join(names, ", "));
}

void read_old_json(ImportSources& out, const std::string& path, bool history_alone) {
  auto state = old_state_of_json(whole_file(path).value_or(""), out.folder);
  if (!state) return say_broken(out, "state", path, state.error().text + copies_beside(path));
  if (history_alone)
    std::erase_if(state->sessions, [](const OldSession& session) { return !session.archived; });
  out.lines.push_back(
      {ImportVerdict::known, "state", path, fmt::format("{} sessions", state->sessions.size())});
  out.state = *std::move(state);
}

/// False: nothing is in it.
bool read_old_database(ImportSources& out, const std::string& path, const OldRows& rows) {
  const auto active = rows(path, "active_streams");
  const auto history = rows(path, "stream_history");
  if (active && history && active->empty() && history->empty()) return false;
  for (const auto* table : {&active, &history}) {
    if (!*table) say_broken(out, "state", path, table->error().text + copies_beside(path));
  }
  using Rows = std::vector<std::string>;
  out.state = old_state_of_rows(active.value_or(Rows()), history.value_or(Rows()), out.folder);
  if (active && history)
    out.lines.push_back(
        {ImportVerdict::known, "state", path, fmt::format("{} sessions", out.state.sessions.size())});
  return true;
}

// Its later versions took state.json over into state.sqlite3 and left it where it was: what is unfinished in
// it may have been finished since.
void read_old_state(ImportSources& out, const OldRows& rows) {
  const std::string database = old_sqlite_path(out.config.state_file);
  const std::string file = out.config.state_file != database
                               ? out.config.state_file
                               : fs::path(database).replace_extension(".json").string();
  const bool is_newer = is_old_file(database) && read_old_database(out, database, rows);
  if (is_newer && is_old_file(file)) {
    const bool broken = std::ranges::any_of(out.lines, [](const ImportLine& line) {
      return line.verdict == ImportVerdict::broken && line.kind == "state";
    });
    if (broken && out.state.sessions.empty()) read_old_json(out, file, true);
    out.lines.push_back(
        {ImportVerdict::left, "state", file,
         broken ? "its history alone is taken: what is unfinished in it may be finished by now"
                : "older than " + fs::path(database).filename().string() + ", which took it over"});
  } else if (!is_newer && is_old_file(file)) {
    read_old_json(out, file, false);
  } else if (!is_newer) {
    out.lines.push_back(
        {ImportVerdict::left, "state", file, "not there, so nothing of its sessions is known"});
  }
  for (const std::string& trouble : out.state.troubles) say_broken(out, "state", file, trouble);
}

/// False: nothing is in it.
bool read_old_runtime_database(ImportSources& out, const std::string& path, const OldRows& rows) {
  const auto targets = rows(path, "runtime_targets");
  const auto sources = rows(path, "runtime_sources");
  for (const auto* table : {&targets, &sources}) {
    if (*table) continue;
    say_broken(out, "state", path, table->error().text + copies_beside(path));
    return true;
  }
  out.runtime = old_runtime_of(*targets, *sources);
  for (const std::string& trouble : out.runtime.troubles) say_broken(out, "state", path, trouble);
  return !targets->empty() || !sources->empty();
}

void read_old_runtime_json(ImportSources& out, const std::string& path) {
  auto runtime = old_runtime_of_json(whole_file(path).value_or(""));
  if (!runtime) return say_broken(out, "state", path, runtime.error().text + copies_beside(path));
  out.runtime = *std::move(runtime);
  for (const std::string& trouble : out.runtime.troubles) say_broken(out, "state", path, trouble);
  out.lines.push_back(
      {ImportVerdict::known, "state", path,
       fmt::format("{} targets, {} sources", out.runtime.targets.size(), out.runtime.sources.size())});
}

// Where it was told of a .json it kept that, or, later, a database beside it.
void read_old_runtime(ImportSources& out, const OldRows& rows) {
  const std::string database = old_sqlite_path(out.config.runtime_file);
  const std::string file = fs::path(database).replace_extension(".json").string();
  const bool counts = is_old_file(database) && read_old_runtime_database(out, database, rows);
  if (!is_old_file(file)) return;
  if (!counts) return read_old_runtime_json(out, file);
  out.lines.push_back(
      {ImportVerdict::left, "state", file, "older than " + fs::path(database).filename().string()});
}

void say_config(ImportSources& out) {
  const OldConfig& config = out.config;
  if (!config.trouble.empty())
    out.lines.push_back({is_old_file(config.path) ? ImportVerdict::broken : ImportVerdict::left, "config",
                         config.path, config.trouble});
  else
    out.lines.push_back({ImportVerdict::known, "config", config.path, "loads as it is; it is not changed"});
  for (const std::string& warning : config.warnings)
    out.lines.push_back({ImportVerdict::left, "config", "", warning});
  for (const std::string& advice : config.advice)
    out.lines.push_back({ImportVerdict::advice, "config", config.path, advice});
}

}  // namespace

std::string find_old_file(const OldConfig& config, const std::string& path) {
  if (path.empty()) return {};
  if (is_old_file(path)) return path;
  for (const std::string& folder : {config.output_dir, config.temp_dir}) {
    const std::string moved = (fs::path(folder) / fs::path(path).filename()).string();
    if (is_old_file(moved)) return moved;
  }
  return {};
}

ImportSources read_import_sources(const std::string& folder, const std::string& timezone,
                                  const OldRows& rows) {
  ImportSources out;
  out.folder = folder;
  out.config = read_old_config(folder, timezone);
  say_config(out);
  read_old_state(out, rows);
  read_old_runtime(out, rows);
  std::set<std::string> known;
  for (const OldSession& session : out.state.sessions) {
    for (const auto* files : {&session.recordings, &session.parts}) {
      for (const std::string& file : *files) known.insert(find_old_file(out.config, file));
    }
    known.insert(find_old_file(out.config, session.compressed));
  }
  std::vector<std::string> folders{out.config.output_dir};
  if (out.config.temp_dir != out.config.output_dir) folders.push_back(out.config.temp_dir);
  out.strays = old_files_in(folders, known);
  return out;
}

}  // namespace rec
