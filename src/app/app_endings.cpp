// App, how sessions end that no channel holds open any more.
#include <set>

#include "app/app.hpp"
#include "app/file_post.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kUnreadHold{2};

}  // namespace

// Where the log could not be opened it is read first: what lies in it and in no part yet would be lost with
// it.
void App::end_orphans() {
  std::set<SessionId> held;
  for (const auto& [id, row] : model().channels) {
    if (const auto open = channel::open_session(row.state)) held.insert(*open);
    if (const auto announcement = channel::announcement_of(row.state)) held.insert(*announcement);
  }
  std::vector<SessionId> orphans;
  for (const auto& [id, session] : model().sessions) {
    const bool open = session.phase == session::Phase::recording && !is_open_post(session);
    if (open && !held.contains(id)) orphans.push_back(id);
  }
  for (const SessionId& id : orphans) {
    if (sink(id) == nullptr && !model().sessions.at(id).announcement) {
      supervisor_.start("end/" + id.str(), end_unread(id));
    } else {
      end_session(id, ledger_.time_of(id));
    }
  }
}

void App::end_session(const SessionId& id, Instant at) {
  const SessionSink* open = sink(id);
  const auto tail = open == nullptr ? std::nullopt : open->tail();
  if (tail) ledger_.session_event(id, *tail);
  ledger_.session_event(id, session::Ended{at});
}

// A damaged log has been set aside, and will not be read; of what is cancelled the tail is not waited for.
Task<> App::end_unread(SessionId id) {
  auto opened = co_await sink_for(id);
  const bool damaged = !opened && is_damage(opened.error());
  const auto known = model().sessions.find(id);
  if (known == model().sessions.end()) co_return Result<void>();
  const session::Session session = known->second;
  const auto seen = last_live_.find(session.channel);
  Instant ended = ledger_.time_of(id);
  if (seen != last_live_.end())
    ended -= std::chrono::duration_cast<Millis>(needs_.clock.steady() - seen->second);
  if (opened && seen != last_live_.end()) {
    const std::shared_ptr<SessionSink> sink = *opened;
    auto noted = co_await sink->end_refused(seen->second);
    if (!noted) opened = fail(std::move(noted).error());
  }
  if (!opened && !damaged && !session.flags.cancelled) {
    disk_refused(opened.error());
    co_await needs_.clock.sleep(kUnreadHold);
    co_return Result<void>();  // the next tick tries it again
  }
  log::info("session.ended", {{"session", id}, {"channel", session.channel}});
  end_session(id, std::max(session.started_at, ended));
  wake_.notify();
  co_return Result<void>();
}

}  // namespace rec
