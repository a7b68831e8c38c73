// App, the first second: what the store and the disk hold becomes what the program does.
#include <filesystem>
#include <set>

#include "app/app.hpp"
#include "app/names.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::chrono::minutes kAskedFirstWithin{1};

}  // namespace

Task<> App::start() {
  REC_CO_CHECK(co_await ledger_.load());
  if (only_) ledger_.keep_only(*only_);
  supervisor_.start("ledger", ledger_.run());
  co_await asio::post(needs_.executor, asio::use_awaitable);  // the ledger listens from here on
  REC_CO_CHECK(co_await guard_.look());
  REC_CO_CHECK(co_await reopen_sessions());
  register_channels();
  loaded_ = true;
  take_over_files();
  post_what_was_not();
  end_orphans();
  resume_what_was_interrupted();
  if (!only_) {
    auto named = co_await name_strangers();
    if (!named) log::warn("recovery.segments_unreadable", {{"error", named.error().text}});
  }
  start_watching();
  supervisor_.start("tick", tick());
  supervisor_.start("disk_guard", guard_.run());
  if (needs_.file_recorder != nullptr) supervisor_.start("phantoms", watch_phantoms());
  if (needs_.publisher != nullptr) {
    supervisor_.start("statuses", edit_statuses());
    supervisor_.start("account", know_account());
  }
  co_return Result<void>();
}

// The log of every session that is still being recorded: its tail, its gaps, its cursor. One that is damaged
// costs that session its end, and nobody else anything.
Task<> App::reopen_sessions() {
  std::vector<SessionId> open;
  for (const auto& [id, session] : model().sessions) {
    const bool ours = !session.announcement && !is_open_post(session);
    if (session.phase == session::Phase::recording && ours) open.push_back(id);
  }
  for (const SessionId& id : open) {
    auto sink = co_await sink_for(id);
    if (sink) continue;
    const Errc code = sink.error().code;
    if (code == Errc::no_space && settings_.stop_when_full) co_return fail(std::move(sink).error());
    if (!is_damage(sink.error())) continue;  // passing: it is tried again
    REC_CO_CHECK(co_await set_aside(id, std::move(sink).error()));
  }
  co_return Result<void>();
}

Task<> App::set_aside(SessionId session, Error error) {
  const std::string folder = segment_folder(session, settings_);
  auto job = [folder]() -> Result<std::string> {
    // It may be the second time: the first one was not durable.
    std::string aside = folder + ".damaged";
    for (int n = 2; std::filesystem::exists(aside); ++n) aside = folder + ".damaged-" + std::to_string(n);
    std::error_code failed;
    std::filesystem::rename(folder, aside, failed);
    if (failed) return fail(errno_error(failed.value(), "setting aside " + folder));
    return aside;
  };
  const auto aside = co_await run_on(needs_.chores, std::move(job));
  log::error("recovery.set_aside", {{"session", session},
                                    {"folder", aside ? *aside : folder},
                                    {"error", aside ? error.text : aside.error().text}});
  const auto found = model().sessions.find(session);
  if (found == model().sessions.end()) co_return Result<void>();
  const ChannelId channel = found->second.channel;
  const auto row = model().channels.find(channel);
  if (row != model().channels.end() && channel::open_session(row->second.state) == session)
    ledger_.channel_event(channel,
                          channel::Removed{needs_.clock.now()});  // if it is live, a new session begins
  co_return Result<void>();
}

// What it was renamed to since the configuration was written counts.
void App::keep_identity(ChannelRow& row, const ChannelRow& known) {
  const bool told = !known.platform_id.empty();
  ChannelRow kept = known;
  if (!told) kept.name = row.name;
  if (!told) kept.page_url = row.page_url;
  kept.platform = row.platform;
  row = std::move(kept);
}

void App::register_channels() {
  put_planned_rows();
  std::set<ChannelId> wanted;
  for (const WatchedChannel& channel : settings_.channels) wanted.insert(channel.id);
  for (const WatchedChannel& channel : settings_.paused) {
    if (goes_on_though_paused(channel.id)) wanted.insert(channel.id);
  }
  std::vector<ChannelRow> gone;
  for (const auto& [id, row] : model().channels) {
    if (!wanted.contains(id)) gone.push_back(row);
  }
  for (const ChannelRow& row : gone) {
    if (!goes_on_elsewhere(row)) ledger_.channel_event(row.id, channel::Removed{needs_.clock.now()});
  }
}

// What was recorded before Telegram was set up gets its posts.
void App::post_what_was_not() {
  std::vector<SessionId> unposted;
  for (const auto& [id, session] : model().sessions) {
    const bool wanted = !session.target.chat.empty() && !session.flags.cancelled;
    if (wanted && !session.parts.empty() && session.status_marker.empty()) unposted.push_back(id);
  }
  for (const SessionId& id : unposted) ledger_.session_event(id, session::Started{});
}

// After a short absence capture simply goes on. After a long one the platform is asked first: today's
// broadcast does not belong into yesterday's session.
void App::resume_what_was_interrupted() {
  if (settings_.channel_policy.offline_grace == std::chrono::seconds(0)) return;
  std::vector<ChannelId> away;
  for (const auto& [id, row] : model().channels) {
    const auto open = channel::open_session(row.state);
    if (open && long_silent(*open)) away.push_back(id);
  }
  for (const ChannelId& id : away) ledger_.channel_event(id, channel::CaptureEnded{needs_.clock.now()});
  ask_where_grace_is_over();
}

// A grace period that ended while nobody was there to look: the platform is asked first whether that
// broadcast is on again. Only its number tells, and the answer is not waited for for ever.
void App::ask_where_grace_is_over() {
  for (const auto& [id, row] : model().channels) {
    const auto* grace = std::get_if<channel::Grace>(&row.state);
    if (grace == nullptr || grace->grace_ends > needs_.clock.now() || needs_.watchers.empty()) continue;
    const auto session = model().sessions.find(grace->session);
    if (session == model().sessions.end() || session->second.stream_id.empty()) continue;
    asked_first_[id] = needs_.clock.steady() + kAskedFirstWithin;
  }
}

// Folders that no session in the store owns: never removed by themselves, but never left unsaid either.
Task<> App::name_strangers() {
  for (const char* kind : {"segments", "takes"}) {
    auto job = [folder = std::filesystem::path(settings_.data_folder) /
                         kind]() -> Result<std::vector<std::string>> {
      std::vector<std::string> names;
      std::error_code error;
      if (!std::filesystem::exists(folder, error)) return names;
      for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        names.push_back(entry.path().filename().string());
      }
      if (error) return fail(errno_error(error.value(), "reading " + folder.string()));
      return names;
    };
    REC_CO_TRY(const auto names, co_await run_on(needs_.chores, std::move(job)));
    for (const std::string& name : names) {
      if (!model().sessions.contains(SessionId(name)))
        log::warn("recovery.unknown_segments", {{"folder", std::string(kind) + "/" + name}});
    }
  }
  co_return Result<void>();
}

}  // namespace rec
