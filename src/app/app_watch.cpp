// App, the eye: what the platforms say becomes events of channels.
#include <algorithm>

#include "app/app.hpp"
#include "base/log.hpp"
#include "core/overloaded.hpp"

namespace rec {
namespace {

constexpr std::chrono::minutes kBesideIsLiveFor{3};  ///< after it was seen

}  // namespace

void App::start_watching() {
  for (std::size_t i = 0; i < needs_.watchers.size(); ++i)
    supervisor_.start("watch/" + std::to_string(i), needs_.watchers[i]->watch(*this));
}

void App::stop_watching() {
  for (std::size_t i = 0; i < needs_.watchers.size(); ++i) supervisor_.cancel("watch/" + std::to_string(i));
}

Task<> App::change_watchers(std::vector<Watcher*> watchers) {
  stop_watching();
  for (std::size_t i = 0; i < needs_.watchers.size(); ++i)
    co_await supervisor_.join("watch/" + std::to_string(i));
  needs_.watchers = std::move(watchers);
  if (loaded_ && !stopping_ && !finishing_ && !only_) start_watching();
  co_return Result<void>();
}

std::vector<WatchReport> App::watch_reports() const {
  std::vector<WatchReport> all;
  for (const Watcher* watcher : needs_.watchers)
    for (WatchReport& report : watcher->reports())
      if (report.channels > 0) all.push_back(std::move(report));
  return all;
}

std::vector<WatchTarget> App::targets() const {
  std::vector<WatchTarget> out;
  for (const WatchedChannel& channel : settings_.channels) out.push_back(target_of(channel));
  for (const WatchedChannel& channel : settings_.paused) {
    if (goes_on_though_paused(channel.id)) out.push_back(target_of(channel));
  }
  for (const WatchedChannel& partner : settings_.partners) {
    const ChannelId& main = settings_.main_of.at(partner.id);
    if (!watched_for_its_partner(main, partner.id)) continue;
    const auto own =
        std::ranges::find(out, partner.id, [](const WatchTarget& each) { return each.channel.id; });
    if (own != out.end()) {
      own->urgency = std::max(own->urgency, urgency_of(main));
    } else {
      out.push_back({target_of(partner).channel, urgency_of(main), {}});
    }
  }
  return out;
}

WatchTarget App::target_of(const WatchedChannel& channel) const {
  WatchTarget target{channel, urgency_of(channel.id), {}};
  const auto row = model().channels.find(channel.id);
  if (row == model().channels.end()) return target;
  target.channel.platform_id = row->second.platform_id;
  target.channel.name = row->second.name;
  target.channel.page_url = row->second.page_url;
  if (channel::announcement_of(row->second.state)) target.scheduled = row->second.scheduled;
  return target;
}

Urgency App::urgency_of(const ChannelId& channel) const {
  const auto row = model().channels.find(channel);
  if (row == model().channels.end()) return Urgency::idle;
  const auto last = last_live_.find(channel);
  const bool lately =
      last != last_live_.end() && needs_.clock.steady() - last->second < std::chrono::hours(1);
  return std::visit(
      overloaded{[&](const channel::Offline&) { return lately ? Urgency::lately_live : Urgency::idle; },
                 [](const channel::Waiting&) { return Urgency::waiting; },
                 [](const channel::Live&) { return Urgency::recording; },
                 [](const channel::Grace&) { return Urgency::grace; }},
      row->second.state);
}

void App::saw(Sighting seen) {
  wake_.notify();
  looked_at_[seen.channel] = needs_.clock.now();
  const auto main = settings_.main_of.find(seen.channel);
  if (main != settings_.main_of.end() && left_to_its_main(seen.channel, main->second))
    return saw_partner(std::move(seen), main->second);
  platform_says_[seen.channel] = seen.live;
  if (seen.over)
    over_.insert(seen.channel);
  else
    over_.erase(seen.channel);
  learn(seen);
  if (!is_still_on(seen)) asked_first_.erase(seen.channel);
  go_on_renamed(seen.channel);
  if (leaving_.contains(seen.channel)) return;
  if (same_as_another(seen)) return;
  if (seen.live) {
    seen_live(seen, {});
    asked_first_.erase(seen.channel);
  } else {
    denied_.erase(seen.channel);
    seen_offline(seen);
    note_next(seen);
  }
}

/// By its number: the broadcast that is being recorded or waited for.
bool App::is_still_on(const Sighting& seen) const {
  const auto row = model().channels.find(seen.channel);
  if (!seen.live || seen.broadcast.stream_id.empty() || row == model().channels.end()) return false;
  const auto open = channel::open_session(row->second.state);
  const auto session = open ? model().sessions.find(*open) : model().sessions.end();
  return session != model().sessions.end() && session->second.stream_id == seen.broadcast.stream_id;
}

// A channel is what the platform numbers, whatever it is called today.
void App::identify(ChannelRow& row, const Sighting& seen) {
  if (!seen.platform_id.empty()) row.platform_id = seen.platform_id;
  if (seen.name.empty() || seen.name == row.name || row.platform_id.empty()) return;
  log::info("channel.renamed", {{"channel", row.id}, {"was", row.name}, {"is", seen.name}});
  const auto at = row.page_url.rfind(row.name);
  if (at != std::string::npos) row.page_url.replace(at, row.name.size(), seen.name);
  row.name = seen.name;
}

void App::note(const ChannelId& channel, const std::string& said) {
  if (std::exchange(notes_[channel], said) == said || said.empty()) return;
  log::warn("watch.note", {{"channel", channel}, {"note", said}});
}

void App::learn(const Sighting& seen) {
  note(seen.channel, seen.note);
  const auto known = model().channels.find(seen.channel);
  if (known == model().channels.end()) return;
  ChannelRow row = known->second;
  identify(row, seen);
  ledger_.put_channel(std::move(row));
}

// Under its old name and its new one: recorded once.
bool App::same_as_another(const Sighting& seen) {
  const auto self = model().channels.find(seen.channel);
  if (seen.platform_id.empty() || self == model().channels.end()) return false;
  // Asked of each sighting, and there is hardly ever a twin.
  const bool twin = std::ranges::any_of(model().channels, [&](const auto& known) {
    return known.second.platform_id == seen.platform_id && known.first != seen.channel;
  });
  if (!twin) return false;
  for (const WatchedChannel& other : settings_.channels) {
    if (other.id == seen.channel) return false;  // the first one in the list is the one that counts
    const auto row = model().channels.find(other.id);
    if (row == model().channels.end() || row->second.platform_id != seen.platform_id ||
        row->second.platform != self->second.platform)
      continue;
    note(seen.channel, "the same channel as " + other.id.str() + ", which is watched already");
    return true;
  }
  return false;
}

// Another broadcast after a long silence is another session, even if nobody was there to see the first one
// end.
void App::close_another(const Sighting& seen, const ChannelRow& row) {
  const auto open = channel::open_session(row.state);
  if (!open) return;
  const auto session = model().sessions.find(*open);
  const bool known = session != model().sessions.end() && !session->second.stream_id.empty();
  const bool another =
      known && !seen.broadcast.stream_id.empty() && session->second.stream_id != seen.broadcast.stream_id;
  const bool running = supervisor_.running("capture/" + seen.channel.str());
  if (another && !running && long_silent(*open))
    ledger_.channel_event(seen.channel, channel::Removed{needs_.clock.now()});
}

/// The platform's number of what is recorded of it, "" = not known. A session may hold several, one after the
/// other.
std::string App::broadcast_of(const ChannelRow& row) const {
  if (const ChannelId source = source_of(row); !source.empty()) {
    const auto partner = model().channels.find(source);
    return partner == model().channels.end() ? "" : partner->second.shown.stream_id;
  }
  if (!row.shown.stream_id.empty()) return row.shown.stream_id;
  const auto open = channel::open_session(row.state);
  const auto session = open ? model().sessions.find(*open) : model().sessions.end();
  return session == model().sessions.end() ? "" : session->second.stream_id;
}

/// YouTube lets a channel broadcast several at once, and its page shows one of them, now this, now that. The
/// one that is recorded is recorded to its end.
bool App::is_beside(const Sighting& seen, const ChannelRow& row) const {
  if (row.platform != "youtube" || !std::holds_alternative<channel::Live>(row.state)) return false;
  const std::string recorded = broadcast_of(row);
  return !recorded.empty() && !seen.broadcast.stream_id.empty() && recorded != seen.broadcast.stream_id;
}

/// What was seen beside a recording that is over: the channel goes on with it.
void App::go_on_with_other(const ChannelId& channel) {
  auto other = beside_.extract(channel);
  if (!other || needs_.clock.steady() - other.mapped().at > kBesideIsLiveFor) return;
  saw(std::move(other.mapped().seen));
}

/// What is live by what was told of it last: a playlist alone tells neither number nor title.
channel::Broadcast App::last_told(const Sighting& seen) {
  if (!(seen.broadcast == channel::Broadcast{})) told_of_[seen.channel] = seen.broadcast;
  const auto known = told_of_.find(seen.channel);
  return known == told_of_.end() ? channel::Broadcast{} : known->second;
}

/// What is live without a word of it is what the channel said that it would show.
channel::Broadcast App::shown_by(const channel::Broadcast& told, const ChannelRow& channel) {
  if (!(told == channel::Broadcast{})) return told;
  return {{}, channel.shown.title, channel.shown.category};
}

/// Twitch tells it soon, and a filter denies some.
bool App::needs_a_title(const ChannelRow& channel) const {
  const auto filter = settings_.filter_of.find(channel.id);
  if (channel.platform != "twitch" || filter == settings_.filter_of.end()) return false;
  return filter->second.title_deny || filter->second.category_deny;
}

void App::seen_live(const Sighting& seen, const ChannelId& source) {
  const auto known = model().channels.find(seen.channel);
  if (known == model().channels.end()) return;
  // One that a person stopped is not gone on with, whatever was recorded in between.
  const auto stopped = stopped_numbers_.find(seen.channel);
  if (source.empty() && stopped != stopped_numbers_.end() && !seen.broadcast.stream_id.empty() &&
      stopped->second.contains(seen.broadcast.stream_id))
    return;
  const Instant now = needs_.clock.now();
  const SteadyTime last_live = std::exchange(last_live_[seen.channel], needs_.clock.steady());
  if (source.empty()) close_another(seen, known->second);
  if (source.empty() && is_beside(seen, known->second)) {
    beside_.insert_or_assign(seen.channel, Beside{seen, needs_.clock.steady()});
    if (!brings_nothing(known->second)) return;
    beside_.erase(seen.channel);
    give_up_capture(known->second);
  }
  const channel::Broadcast told_last = source.empty() ? last_told(seen) : seen.broadcast;
  const bool begins = !channel::open_session(known->second.state);
  if (begins && is_stopped(known->second, told_last, last_live)) return;
  const channel::Broadcast shows = shown_by(told_last, known->second);
  if (begins && shows == channel::Broadcast{} && needs_a_title(known->second)) return;
  if (begins && !may_begin(seen.channel, shows)) {
    ledger_.channel_event(seen.channel, channel::Withdrawn{now});
    return;
  }
  const bool was_grace = std::holds_alternative<channel::Grace>(known->second.state);
  channel::SeenLive event{grace_now(seen.channel), SessionId(make_uuid7(unix_ms(now))), seen.broadcast,
                          source};
  ledger_.channel_event(seen.channel, event);
  ChannelRow row = model().channels.at(seen.channel);
  const auto* live = std::get_if<channel::Live>(&row.state);
  if (live == nullptr) return;
  if (was_grace && !live->source.empty())
    log::info("channel.moved", {{"channel", seen.channel}, {"to", live->source}, {"session", live->session}});
  if (live->source != source) return;
  const bool told = !seen.broadcast.title.empty() || !seen.broadcast.category.empty();
  if (told) {
    ledger_.session_event(
        live->session,
        session::Retitled{seen.broadcast.title, seen.broadcast.category, ledger_.time_of(live->session), {}});
  }
  if (!source.empty()) return;
  if (begins && seen.broadcast.stream_id.empty()) row.shown.stream_id.clear();  // another one's
  if (told) {
    row.shown = seen.broadcast;
    row.scheduled.reset();
  } else if (!seen.broadcast.stream_id.empty()) {
    row.shown.stream_id = seen.broadcast.stream_id;
  }
  ledger_.put_channel(std::move(row));
}

/// While nothing is live: a broadcast is to be expected when one is announced, or when the channel changes
/// what it shows.
void App::note_next(const Sighting& seen) {
  const auto known = model().channels.find(seen.channel);
  if (known == model().channels.end() || until_idle_ || channel::open_session(known->second.state)) return;
  ChannelRow row = known->second;
  const bool was_announced = !row.shown.stream_id.empty() && channel::announcement_of(row.state);
  if (!seen.announced && seen.broadcast.title.empty() && seen.broadcast.category.empty()) {
    // One look in between that does not find it may be the platform's mistake.
    if (!was_announced || ++unannounced_[seen.channel] < 2) return;
    row.shown.stream_id.clear();
    row.scheduled.reset();
    ledger_.put_channel(std::move(row));
    ledger_.channel_event(seen.channel, channel::Withdrawn{needs_.clock.now()});
    return;
  }
  unannounced_.erase(seen.channel);
  const bool first_look = row.shown.title.empty() && row.shown.category.empty();
  channel::Broadcast shows = seen.broadcast;
  if (!seen.announced) shows.stream_id.clear();
  const auto scheduled = seen.announced ? seen.announced->scheduled : std::nullopt;
  const bool changed =
      shows.title != row.shown.title || shows.category != row.shown.category ||
      (seen.announced && (shows.stream_id != row.shown.stream_id || scheduled != row.scheduled));
  if (!changed) return;
  row.shown = shows;
  row.scheduled = scheduled;
  ledger_.put_channel(std::move(row));
  if (first_look && !seen.announced) return;
  const Instant now = needs_.clock.now();
  if (!may_announce(seen.channel, shows)) {
    ledger_.channel_event(seen.channel, channel::Withdrawn{now});
    return;
  }
  ledger_.channel_event(seen.channel,
                        channel::Announced{now, SessionId(make_uuid7(unix_ms(now))), shows, scheduled});
}

// The playlist decides whether a stream is live. But a capture that has had nothing to show for the whole
// grace period, of a channel that the platform calls offline, is waiting for nothing. Before it was started
// it could show nothing: what had not been opened when the program was killed may be listed yet.
/// Its take is over: what comes next opens its own playlist.
void App::give_up_capture(ChannelRow row) {
  const auto session = channel::open_session(row.state);
  log::info("capture.given_up", {{"channel", row.id}, {"session", session.value_or(SessionId())}});
  if (session) note_end(row, *session, {EndReason::offline, "nothing came any more"});
  supervisor_.cancel("capture/" + row.id.str());
  ledger_.channel_event(row.id, channel::CaptureEnded{needs_.clock.now()});
}

bool App::brings_nothing(const ChannelRow& row) const {
  const auto* live = std::get_if<channel::Live>(&row.state);
  if (live == nullptr || until_idle_) return false;
  const auto grace = std::max(policy_for(settings_, row.id).offline_grace, std::chrono::seconds(10));
  // While a disk is full the silence is ours.
  const auto again = guard_.resumed_at();
  const bool no_room = !guard_.room_to_record() || (again && needs_.clock.steady() - *again < grace);
  const bool tried = needs_.clock.steady() - started_ >= grace;
  return !no_room && tried && silence_of(live->session) >= grace;
}

void App::seen_offline(const Sighting& seen) {
  told_of_.erase(seen.channel);
  const auto row = model().channels.find(seen.channel);
  if (row == model().channels.end()) return;
  const Instant now = needs_.clock.now();
  if (brings_nothing(row->second)) give_up_capture(row->second);
  note_went_offline(seen.channel);
  ledger_.channel_event(seen.channel, channel::SeenOffline{now});
}

// Longer than the grace period by what it takes to be seen, opened and heard again: a drop that was over in
// time must not become a session of its own because the program was killed before the first segment came.
bool App::long_silent(const SessionId& session) const {
  const auto known = model().sessions.find(session);
  const channel::Policy policy = known == model().sessions.end()
                                     ? settings_.channel_policy
                                     : policy_for(settings_, known->second.channel);
  return silence_of(session) >= policy.offline_grace + std::chrono::minutes(1);
}

/// Now, or, for a channel that waits for a dropped stream, what says best whether its grace is over.
Instant App::grace_now(const ChannelId& channel) {
  const Instant now = needs_.clock.now();
  const auto row = model().channels.find(channel);
  if (row == model().channels.end()) return now;
  const auto* grace = std::get_if<channel::Grace>(&row->second.state);
  if (grace == nullptr) return now;
  if (const auto asked = asked_first_.find(channel); asked != asked_first_.end()) {
    if (needs_.clock.steady() < asked->second) return std::min(now, grace->grace_ends - Millis(1));
    asked_first_.erase(asked);
  }
  return grace_.now(channel, grace->grace_ends, policy_for(settings_, channel).offline_grace, now,
                    needs_.clock.steady());
}

/// As grace_now, and the same for one that waits for what was announced.
Instant App::tick_now(const ChannelId& channel) {
  const ChannelRow& row = model().channels.at(channel);
  const auto* waiting = std::get_if<channel::Waiting>(&row.state);
  if (waiting == nullptr) return grace_now(channel);
  const Instant now = needs_.clock.now();
  if (!waiting->ends) return now;
  const Millis longest =
      row.scheduled ? Millis::max() : Millis(policy_for(settings_, channel).waiting_timeout);
  return waiting_.now(channel, *waiting->ends, longest, now, needs_.clock.steady());
}

/// How long ago the session's newest segment came; since its start, if none has come.
Millis App::silence_of(const SessionId& session) const {
  const auto found = model().sessions.find(session);
  if (found == model().sessions.end()) return Millis(0);
  const SessionSink* open = sink(session);
  Millis silence = open != nullptr ? open->silence() : ledger_.age_of(session);
  if (const auto grew = file_growth_.find(session); grew != file_growth_.end())
    silence = std::min(silence, std::chrono::floor<Millis>(needs_.clock.steady() - grew->second.heard));
  return silence;
}

}  // namespace rec
