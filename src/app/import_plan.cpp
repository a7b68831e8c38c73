#include "app/import_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include <boost/json/array.hpp>

#include "app/file_post.hpp"
#include "app/names.hpp"
#include "app/settings_of.hpp"
#include "app/target_book.hpp"
#include "app/targets.hpp"
#include "base/folders.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;
using ImportKind = ImportedSession::Kind;

constexpr std::chrono::minutes kBeforeItsStart{10};

Instant import_written_at(const std::string& path) {
  std::error_code error;
  const auto time = fs::last_write_time(path, error);
  return error ? Instant{} : std::chrono::floor<Millis>(std::chrono::file_clock::to_sys(time));
}

std::uint64_t import_size_of(const std::string& path) {
  std::error_code error;
  const auto size = fs::file_size(path, error);
  return error ? 0 : size;
}

std::string shown_name_of(const session::Session& session) {
  return fmt::format("{} {} {}", session.channel.str(), local_time(session.started_at, "%Y-%m-%d %H:%M"),
                     one_line(session.title, 60));
}

const char* import_word(ImportKind kind) {
  switch (kind) {
    case ImportKind::waiting:
      return "waiting";
    case ImportKind::history:
      return "history";
    case ImportKind::nothing:
    case ImportKind::unfinished:
      break;
  }
  return "session";
}

/// Decides on one session after the other; lines say what was decided.
class ImportPlanner {
 public:
  ImportPlanner(const ImportSources& sources, const ImportWish& wish, Settings settings)
      : sources_(sources), wish_(wish), settings_(std::move(settings)) {}

  void take_all() {
    std::set<std::string> archived;
    for (const OldSession& old : sources_.state.sessions) {
      if (old.archived) archived.insert(old.key);
    }
    std::set<std::string> seen;
    for (const OldSession& old : sources_.state.sessions) {
      // It brought finished sessions back when it read its old state.json again.
      if (!old.archived && archived.contains(old.key)) continue;
      if (!seen.insert(old.key).second) continue;
      ImportFacts facts = facts_for(old);
      facts.strays = strays_of(old);
      for (const OldFile& stray : facts.strays) {
        used_.insert(stray.path);
        used_.insert(stray.sound);
      }
      add(import_session(old, facts), "session");
    }
    for (const OldFile& file : sources_.strays) add_stray(file);
  }

  ImportPlan plan{};

 private:
  /// Sessions keep the chat that their posts are in; what else there is of a target follows ours.
  [[nodiscard]] Target target_of(const OldPlace& place) const {
    const std::string name = old_target_name(place.profile);
    Target target = target_named(settings_, name);
    if (target.chat.empty()) target = target_named(settings_, "");
    const auto& config = sources_.config.config;
    if (place.channel != 0) {
      target.chat = {place.channel, ""};
      target.discussion = {place.discussion, ""};
      target.backup = {place.backup, ""};
    } else if (name.empty() && config && config->telegram.channel_id) {
      const Target was = main_target_of(*config).target;
      target.chat = was.chat;
      target.discussion = was.discussion;
      target.backup = was.backup;
    }
    target.compression.enabled = place.compression.value_or(sources_.config.compression);
    return target;
  }

  [[nodiscard]] ImportFacts facts_for(const OldSession& old) const {
    ImportFacts facts{settings_};
    facts.now = wish_.now;
    facts.target = target_of(old.place);
    facts.find = [this](const std::string& path) { return find_old_file(sources_.config, path); };
    facts.size = import_size_of;
    facts.written = import_written_at;
    return facts;
  }

  /// What its recorder was still writing: it named files in its state only when they were finished.
  [[nodiscard]] std::vector<OldFile> strays_of(const OldSession& old) const {
    std::vector<OldFile> own;
    const bool recording = !old.archived && (old.status == "recording" || old.status == "error");
    if (!recording || !old.uploaded.empty() || !old.unnamed_messages.empty()) return own;
    std::optional<Instant> next;
    for (const OldSession& other : sources_.state.sessions) {
      const bool later = other.channel.id == old.channel.id && other.started_at > old.started_at;
      if (later && (!next || other.started_at < *next)) next = other.started_at;
    }
    const std::string channel = old_file_of("temp_" + old.channel.name + "_2000-01-01_00-00-00").channel;
    for (const OldFile& file : sources_.strays) {
      const bool unfinished = fs::path(file.path).filename().string().starts_with("temp_");
      if (!unfinished || file.kind != OldFileKind::media || !file.began || file.channel != channel) continue;
      const bool in_time = *file.began >= old.started_at - kBeforeItsStart && (!next || *file.began < *next);
      if (in_time) own.push_back(file);
    }
    return own;
  }

  void add_stray(const OldFile& file) {
    if (used_.contains(file.path)) return;
    if (file.kind == OldFileKind::work)
      return say(ImportVerdict::left, "file", file.path,
                 "made of recordings, or a note: nothing is missing without it");
    if (!wish_.leftovers)
      return say(ImportVerdict::left, "file", file.path,
                 fmt::format("{} bytes that its state does not know; --leftovers takes it", file.bytes));
    OldSession nobody;
    add(import_stray(file, facts_for(nobody)), "file");
  }

  void add(ImportedSession imported, const char* kind) {
    std::string text = imported.what;
    for (const std::string& note : imported.notes) text += "; " + note;
    if (imported.kind == ImportKind::nothing)
      return say(ImportVerdict::left, kind, shown_name_of(imported.session), text);
    const std::string word = imported.kind == ImportKind::unfinished ? kind : import_word(imported.kind);
    const std::string name = shown_name_of(imported.session);
    if (wish_.is_here && wish_.is_here(imported.session.id))
      return say(ImportVerdict::known, word, name, "is here already");
    if (imported.kind != ImportKind::history && !settings_.session_policy.publish)
      return say(ImportVerdict::left, word, name,
                 "no Telegram is set up here to post to: see telegram in config.yaml, then import again");
    say(ImportVerdict::take, word, name, text);
    plan.sessions.push_back({std::move(imported), plan.lines.size() - 1});
  }

  void say(ImportVerdict verdict, std::string kind, std::string name, std::string text) {
    plan.lines.push_back({verdict, std::move(kind), std::move(name), std::move(text)});
  }

  const ImportSources& sources_;
  const ImportWish& wish_;
  Settings settings_;
  std::set<std::string> used_{};
};

}  // namespace

std::string_view word(ImportVerdict verdict) {
  switch (verdict) {
    case ImportVerdict::take:
      return "take";
    case ImportVerdict::known:
      return "known";
    case ImportVerdict::left:
      return "left";
    case ImportVerdict::broken:
      return "broken";
    case ImportVerdict::advice:
      return "advice";
  }
  return "";
}

Result<ImportPlan> plan_import(const ImportSources& sources, const ImportWish& wish) {
  ImportLines lines = sources.lines;
  const RuntimeOrders orders =
      orders_of(sources.runtime, wish.config, wish.kept_targets, wish.kept_channels, wish.now, lines);
  std::vector<TargetOrder> all = wish.kept_targets;
  for (const TargetOrder& order : orders.targets) {
    std::erase_if(all, [&](const TargetOrder& each) { return each.name == order.name; });
    all.push_back(order);
  }
  Config merged = wish.config;
  merged.telegram = TargetBook(wish.config.telegram, std::move(all)).telegram();
  REC_TRY(Settings settings, settings_of(merged));
  ImportPlanner planner(sources, wish, std::move(settings));
  planner.plan.lines = std::move(lines);
  planner.plan.target_orders = orders.targets;
  planner.plan.orders = orders.channels;
  planner.take_all();
  return std::move(planner.plan);
}

Result<void> lay_links(const ImportedSession& imported) {
  for (const ImportLink& link : imported.links) {
    REC_CHECK(lay_link(link.file, link.folder, link.name));
  }
  // Where a compressed version is to be made, a missing folder would mean that a disk is away.
  const session::Session& session = imported.session;
  const bool compresses =
      session.target.compression.enabled && session.compressed.made == session::Stage::open;
  if (imported.kind == ImportKind::unfinished && (compresses || !imported.compressed.empty()))
    REC_CHECK(make_folders(session.folder));
  return {};
}

boost::json::object import_json(const ImportLines& lines) {
  boost::json::object out;
  boost::json::array items;
  std::int64_t taken = 0;
  std::int64_t broken = 0;
  for (const ImportLine& line : lines) {
    items.push_back(boost::json::object{
        {"verdict", word(line.verdict)}, {"kind", line.kind}, {"name", line.name}, {"text", line.text}});
    taken += line.verdict == ImportVerdict::take ? 1 : 0;
    broken += line.verdict == ImportVerdict::broken ? 1 : 0;
  }
  out["items"] = std::move(items);
  out["taken"] = taken;
  out["broken"] = broken;
  return out;
}

}  // namespace rec
