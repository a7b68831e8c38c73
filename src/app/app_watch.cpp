// App, the eye: what the platforms say becomes events of channels.
#include <algorithm>

#include "app/app.hpp"
#include "base/log.hpp"
#include "core/overloaded.hpp"

namespace rec {
namespace {

constexpr std::chrono::minutes kMainIsKnownWithin{2};

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
      out.push_back({partner, urgency_of(main), {}});
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

// Identity: a channel is what the platform numbers, whatever it is called today.
void App::learn(const Sighting& seen) {
  if (std::string& said = notes_[seen.channel]; said != seen.note) {
    said = seen.note;
    if (!said.empty()) log::warn("watch.note", {{"channel", seen.channel}, {"note", said}});
  }
  const auto known = model().channels.find(seen.channel);
  if (known == model().channels.end()) return;
  ChannelRow row = known->second;
  if (!seen.platform_id.empty()) row.platform_id = seen.platform_id;
  const bool renamed = !seen.name.empty() && seen.name != row.name && !row.platform_id.empty();
  if (renamed) {
    log::info("channel.renamed", {{"channel", seen.channel}, {"was", row.name}, {"is", seen.name}});
    const auto at = row.page_url.rfind(row.name);
    if (at != std::string::npos) row.page_url.replace(at, row.name.size(), seen.name);
    row.name = seen.name;
  }
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
    const std::string note = "the same channel as " + other.id.str() + ", which is watched already";
    if (std::exchange(notes_[seen.channel], note) != note)
      log::warn("watch.note", {{"channel", seen.channel}, {"note", note}});
    return true;
  }
  return false;
}

// A partner is looked at only while the broadcast may go on there.
bool App::watched_for_its_partner(const ChannelId& main, const ChannelId& partner) const {
  const auto row = model().channels.find(main);
  if (row == model().channels.end()) return false;
  if (std::holds_alternative<channel::Grace>(row->second.state)) return true;
  const auto* live = std::get_if<channel::Live>(&row->second.state);
  return live != nullptr && live->source == partner;
}

void App::saw_partner(Sighting seen, const ChannelId& main) {
  const ChannelId partner = std::exchange(seen.channel, main);
  if (seen.live) note_partner(partner, seen.broadcast);
  if (!watched_for_its_partner(main, partner) || asked_first_.contains(main)) return;
  if (seen.live) {
    const auto own = model().channels.find(partner);
    if (own != model().channels.end() && is_stopped(own->second, seen.broadcast)) return;
    return seen_live(seen, partner);
  }
  note_went_offline(partner);
  const auto* live = std::get_if<channel::Live>(&model().channels.at(main).state);
  if (live != nullptr) seen_offline(seen);
}

/// Which broadcast it is: somebody may stop it, now or when nothing runs.
void App::note_partner(const ChannelId& partner, const channel::Broadcast& seen) {
  const auto planned = std::ranges::find(settings_.partners, partner, &WatchedChannel::id);
  if (seen.stream_id.empty() || planned == settings_.partners.end()) return;
  const auto known = model().channels.find(partner);
  ChannelRow row{planned->id, planned->platform, planned->name, planned->page_url, {}};
  if (known != model().channels.end()) row = known->second;
  row.shown.stream_id = seen.stream_id;
  ledger_.put_channel(std::move(row));
}

bool App::by_itself(const ChannelId& partner) const { return watched(partner); }

// One that stands in a list as well is recorded by itself while its main channel is not live; what has begun
// there goes on there. Whether that one is live is waited for, but not for ever.
bool App::left_to_its_main(const ChannelId& partner, const ChannelId& main) {
  const auto own = model().channels.find(partner);
  if (!by_itself(partner) || own == model().channels.end()) return true;
  if (channel::open_session(own->second.state)) return false;
  const auto row = model().channels.find(main);
  if (row != model().channels.end() && channel::open_session(row->second.state)) return true;
  if (platform_says_.contains(main)) return false;
  const auto since = partner_live_since_.try_emplace(partner, needs_.clock.steady()).first->second;
  return needs_.clock.steady() - since < kMainIsKnownWithin;
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

/// What is live by what was told of it last: a playlist alone tells neither number nor title.
channel::Broadcast App::last_told(const Sighting& seen) {
  if (!(seen.broadcast == channel::Broadcast{})) told_of_[seen.channel] = seen.broadcast;
  const auto known = told_of_.find(seen.channel);
  return known == told_of_.end() ? channel::Broadcast{} : known->second;
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
  const channel::Broadcast told_last = last_told(seen);
  const Instant now = needs_.clock.now();
  last_live_[seen.channel] = needs_.clock.steady();
  if (source.empty()) close_another(seen, known->second);
  const bool begins = !channel::open_session(known->second.state);
  if (begins && is_stopped(known->second, told_last)) return;
  if (begins && told_last == channel::Broadcast{} && needs_a_title(known->second)) return;
  if (begins && !may_begin(seen.channel, told_last)) {
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
void App::seen_offline(const Sighting& seen) {
  told_of_.erase(seen.channel);
  const auto row = model().channels.find(seen.channel);
  if (row == model().channels.end()) return;
  const Instant now = needs_.clock.now();
  const auto* live = std::get_if<channel::Live>(&row->second.state);
  const auto grace = std::max(policy_for(settings_, seen.channel).offline_grace, std::chrono::seconds(10));
  // While a disk is full the silence is ours.
  const auto again = guard_.resumed_at();
  const bool no_room = !guard_.room_to_record() || (again && needs_.clock.steady() - *again < grace);
  const bool tried = needs_.clock.steady() - started_ >= grace;
  if (live != nullptr && !until_idle_ && !no_room && tried && silence_of(live->session) >= grace) {
    log::info("capture.given_up", {{"channel", seen.channel}, {"session", live->session}});
    supervisor_.cancel("capture/" + seen.channel.str());
    ledger_.channel_event(seen.channel, channel::CaptureEnded{now});
  }
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
