#include "app/app.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "base/log.hpp"
#include "core/post_plan.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;

App::App(Needs needs, Settings settings)
    : needs_(needs),
      settings_(std::move(settings)),
      ledger_({needs.store, needs.store_worker, needs.clock, needs.executor, settings_,
               [this](const Error& error) { disk_is_full(error); }}),
      supervisor_(needs.executor,
                  [](const std::string& name, const Error& error) {
                    log::error("task.failed", {{"task", name}, {"error", error.text}});
                  }),
      effects_({ledger_, needs.clock, needs.disk, supervisor_, needs.media, needs.publisher, settings_,
                [this](const SessionId& id) {
                  const SessionSink* open = sink(id);
                  return open == nullptr ? nullptr : &open->log();
                },
                [this](const session::Session& session) { return facts_of(session); },
                [this](const Error& error) { disk_is_full(error); }}),
      wake_(needs.executor) {
  ledger_.on_effects([this] { wake_.notify(); });
  ledger_.on_close([this](const SessionId& id) -> std::optional<session::PartSealed> {
    const SessionSink* open = sink(id);
    return open == nullptr ? std::nullopt : open->tail();
  });
}

App::~App() = default;

const SessionSink* App::sink(const SessionId& session) const {
  const auto found = sinks_.find(session);
  return found == sinks_.end() ? nullptr : found->second.get();
}

Task<> App::run() {
  REC_CO_CHECK(co_await start());
  co_await loop();
  supervisor_.cancel("watch");
  for (const auto& [id, row] : model().channels) supervisor_.cancel("capture/" + id.str());
  for (const auto& [id, row] : model().channels) co_await supervisor_.join("capture/" + id.str());
  if (!full_)
    co_await ledger_.durable();  // on a full disk that would take for ever; the next start decides again
  supervisor_.cancel_all();
  co_await supervisor_.join();
  if (full_) co_return fail(*std::exchange(full_, {}));
  co_return Result<void>();
}

void App::disk_is_full(const Error& error) {
  if (!settings_.stop_when_full || full_) return;
  full_ = error;
  stop();
}

Task<> App::start() {
  REC_CO_CHECK(co_await ledger_.load());
  supervisor_.start("ledger", ledger_.run());
  REC_CO_CHECK(co_await reopen_sessions());
  register_channels();
  close_orphans();
  supervisor_.start("watch", watch());
  supervisor_.start("tick", tick());
  if (needs_.publisher != nullptr) supervisor_.start("statuses", edit_statuses());
  co_return Result<void>();
}

// The log of every session that is still being recorded: its tail, its gaps, its cursor.
Task<> App::reopen_sessions() {
  std::vector<SessionId> open;
  for (const auto& [id, session] : model().sessions) {
    if (session.phase == session::Phase::recording) open.push_back(id);
  }
  for (const SessionId& id : open) {
    auto sink = co_await sink_for(id);
    if (sink) continue;
    co_return fail(std::move(sink).error().in("the recording of session " + id.str()));
  }
  co_return Result<void>();
}

void App::register_channels() {
  std::set<ChannelId> wanted;
  for (const WatchedChannel& channel : settings_.channels) {
    wanted.insert(channel.id);
    ChannelRow row{channel.id, channel.platform, channel.name, channel.page_url, {}};
    const auto known = model().channels.find(channel.id);
    if (known != model().channels.end()) row.state = known->second.state;
    ledger_.put_channel(std::move(row));
  }
  std::vector<ChannelId> gone;
  for (const auto& [id, row] : model().channels) {
    if (!wanted.contains(id)) gone.push_back(id);
  }
  for (const ChannelId& id : gone) ledger_.channel_event(id, channel::Removed{needs_.clock.now()});
}

// A session that no channel holds open (the configuration changed between two commits of an older program) is
// closed.
void App::close_orphans() {
  std::set<SessionId> held;
  for (const auto& [id, row] : model().channels) {
    if (const auto open = channel::open_session(row.state)) held.insert(*open);
  }
  std::vector<SessionId> orphans;
  for (const auto& [id, session] : model().sessions) {
    if (session.phase == session::Phase::recording && !held.contains(id)) orphans.push_back(id);
  }
  for (const SessionId& id : orphans) {
    if (const auto tail = sinks_.at(id)->tail()) ledger_.session_event(id, *tail);
    ledger_.session_event(id, session::Ended{needs_.clock.now()});
  }
}

asio::awaitable<void> App::loop() {
  while (!stopping_) {
    keep_captures();
    effects_.start_due();
    if (until_idle_ && idle()) co_return;
    co_await (wake_.wait() || needs_.clock.sleep(std::chrono::seconds(1)));
  }
}

void App::stop() {
  stopping_ = true;
  wake_.notify();
}

void App::finish_up() {
  until_idle_ = true;
  had_work_ = true;
  supervisor_.cancel("watch");
  for (const auto& [id, row] : model().channels) supervisor_.start("remove/" + id.str(), remove_channel(id));
}

Task<> App::remove_channel(ChannelId id) {
  supervisor_.cancel("capture/" + id.str());
  co_await supervisor_.join("capture/" + id.str());
  ledger_.channel_event(id, channel::Removed{needs_.clock.now()});
  wake_.notify();
  co_return Result<void>();
}

bool App::idle() const {
  if (!had_work_ || !model().outbox.empty()) return false;
  for (const auto& [id, row] : model().channels) {
    if (channel::open_session(row.state)) return false;
  }
  for (const auto& [id, session] : model().sessions) {
    if (session.phase != session::Phase::done) return false;
  }
  return true;
}

Task<> App::watch() {
  std::string complaint;
  for (;;) {
    auto sightings = co_await needs_.watcher.sweep(settings_.channels);
    const Instant now = needs_.clock.now();
    if (!sightings) {
      if (std::exchange(complaint, sightings.error().text) != complaint) {
        log::warn("watch.failed", {{"error", complaint}});
      }
    } else {
      complaint.clear();
      for (const Sighting& seen : *sightings) {
        if (seen.live) {
          channel::SeenLive event{now, SessionId(make_uuid7(unix_ms(now))), seen.broadcast};
          ledger_.channel_event(seen.channel, event);
        } else {
          ledger_.channel_event(seen.channel, channel::SeenOffline{now});
        }
      }
      wake_.notify();
    }
    Millis pause = settings_.check_interval;
    if (!sightings && sightings.error().retry_after) pause = std::max(pause, *sightings.error().retry_after);
    co_await needs_.clock.sleep(pause);
  }
}

Task<> App::tick() {
  for (;;) {
    co_await needs_.clock.sleep(std::chrono::seconds(1));
    const Instant now = needs_.clock.now();
    std::vector<ChannelId> waiting;
    for (const auto& [id, row] : model().channels) {
      if (std::holds_alternative<channel::Grace>(row.state)) waiting.push_back(id);
    }
    for (const ChannelId& id : waiting) ledger_.channel_event(id, channel::Tick{now});
    if (settings_.session_policy.mode != session::PostMode::album) continue;
    std::vector<SessionId> sessions;
    for (const auto& [id, session] : model().sessions) {
      if (next_post(session, settings_.session_policy, now)) sessions.push_back(id);
    }
    for (const SessionId& id : sessions) ledger_.session_event(id, session::Tick{now});
  }
}

}  // namespace rec
