// App, the eye: what the platforms say becomes events of channels.
#include "app/app.hpp"
#include "base/log.hpp"
#include "core/overloaded.hpp"

namespace rec {

void App::start_watching() {
  for (std::size_t i = 0; i < needs_.watchers.size(); ++i)
    supervisor_.start("watch/" + std::to_string(i), needs_.watchers[i]->watch(*this));
}

void App::stop_watching() {
  for (std::size_t i = 0; i < needs_.watchers.size(); ++i) supervisor_.cancel("watch/" + std::to_string(i));
}

std::vector<WatchTarget> App::targets() const {
  std::vector<WatchTarget> out;
  for (const WatchedChannel& channel : settings_.channels)
    out.push_back({channel, urgency_of(channel.id), {}});
  return out;
}

Urgency App::urgency_of(const ChannelId& channel) const {
  const auto row = model().channels.find(channel);
  if (row == model().channels.end()) return Urgency::idle;
  return std::visit(overloaded{[](const channel::Offline&) { return Urgency::idle; },
                               [](const channel::Live&) { return Urgency::recording; },
                               [](const channel::Grace&) { return Urgency::grace; }},
                    row->second.state);
}

void App::saw(Sighting seen) {
  platform_says_[seen.channel] = seen.live;
  seen.live ? seen_live(seen) : seen_offline(seen);
  wake_.notify();
}

void App::seen_live(const Sighting& seen) {
  const auto row = model().channels.find(seen.channel);
  if (row == model().channels.end()) return;
  const Instant now = needs_.clock.now();
  // Another broadcast after a long silence is another session, even if nobody was there to see the first one
  // end.
  if (const auto open = channel::open_session(row->second.state)) {
    const auto session = model().sessions.find(*open);
    const bool known = session != model().sessions.end() && !session->second.stream_id.empty();
    const bool another =
        known && !seen.broadcast.stream_id.empty() && session->second.stream_id != seen.broadcast.stream_id;
    const bool running = supervisor_.running("capture/" + seen.channel.str());
    if (another && !running && long_silent(*open)) {
      ledger_.channel_event(seen.channel, channel::Removed{now});
    }
  }
  channel::SeenLive event{grace_now(seen.channel), SessionId(make_uuid7(unix_ms(now))), seen.broadcast};
  ledger_.channel_event(seen.channel, event);
}

// The playlist decides whether a stream is live. But a capture that has had nothing to show for the whole
// grace period, of a channel that the platform calls offline, is waiting for nothing.
void App::seen_offline(const Sighting& seen) {
  const auto row = model().channels.find(seen.channel);
  if (row == model().channels.end()) return;
  const Instant now = needs_.clock.now();
  const auto* live = std::get_if<channel::Live>(&row->second.state);
  const auto grace = std::max(settings_.channel_policy.offline_grace, std::chrono::seconds(10));
  // While a disk is full the silence is ours.
  const auto again = guard_.resumed_at();
  const bool no_room = !guard_.room_to_record() || (again && needs_.clock.steady() - *again < grace);
  if (live != nullptr && !until_idle_ && !no_room && silence_of(live->session) >= grace) {
    log::info("capture.given_up", {{"channel", seen.channel}, {"session", live->session}});
    supervisor_.cancel("capture/" + seen.channel.str());
    ledger_.channel_event(seen.channel, channel::CaptureEnded{now});
  }
  ledger_.channel_event(seen.channel, channel::SeenOffline{now});
}

// Longer than the grace period by what it takes to be seen, opened and heard again: a drop that was over in
// time must not become a session of its own because the program was killed before the first segment came.
bool App::long_silent(const SessionId& session) const {
  return silence_of(session) >= settings_.channel_policy.offline_grace + std::chrono::minutes(1);
}

/// Now, or, for a channel that waits for a dropped stream, what says best whether its grace is over.
Instant App::grace_now(const ChannelId& channel) {
  const Instant now = needs_.clock.now();
  const auto row = model().channels.find(channel);
  if (row == model().channels.end()) return now;
  const auto* grace = std::get_if<channel::Grace>(&row->second.state);
  if (grace == nullptr) return now;
  return grace_.now(channel, grace->grace_ends, settings_.channel_policy.offline_grace, now,
                    needs_.clock.steady());
}

/// How long ago the session's newest segment came; since its start, if none has come.
std::chrono::milliseconds App::silence_of(const SessionId& session) const {
  const auto found = model().sessions.find(session);
  if (found == model().sessions.end()) return std::chrono::milliseconds(0);
  Instant last = found->second.started_at;
  const SessionSink* open = sink(session);
  if (open != nullptr && open->last_append()) last = std::max(last, *open->last_append());
  if (const auto grew = file_growth_.find(session); grew != file_growth_.end())
    last = std::max(last, grew->second.at);
  return needs_.clock.now() - last;
}

}  // namespace rec
