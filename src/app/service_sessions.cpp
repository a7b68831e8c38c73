// Service, the requests about sessions: in the running program, or in the store alone.
#include <algorithm>
#include <map>
#include <utility>

#include "app/file_post.hpp"
#include "app/names.hpp"
#include "app/request_arguments.hpp"
#include "app/service.hpp"
#include "app/session_channels.hpp"
#include "app/stopped_pages.hpp"
#include "core/effect_key.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr int kShown = 20;
/// How far back a session is looked for.
constexpr int kFarBack = 1000;

/// All sessions there are, newest first: an id begins with its time.
struct Known {
  std::map<SessionId, const session::Session*, std::greater<>> by_id{};

  Known(const Model& model, const History& history) {
    for (const auto& old : history.sessions) by_id[old.id] = &old;
    for (const auto& [id, session] : model.sessions) by_id[id] = &session;
  }
  [[nodiscard]] std::vector<const session::Session*> newest_first() const {
    std::vector<const session::Session*> all;
    for (const auto& [id, session] : by_id) {
      if (!session->announcement) all.push_back(session);
    }
    return all;
  }
};

const std::vector<Gap>& gaps_in(const Model& model, const History& history, const SessionId& id) {
  static const std::vector<Gap> kNone;
  if (const auto now = model.gaps.find(id); now != model.gaps.end()) return now->second;
  const auto then = history.gaps.find(id);
  return then == history.gaps.end() ? kNone : then->second;
}

Result<int> limit_of(const json::object& arguments) {
  const json::value* limit = arguments.if_contains("limit");
  if (limit == nullptr) return kShown;
  boost::system::error_code wrong;
  const auto number = limit->to_number<std::int64_t>(wrong);
  if (wrong || number < 1 || number > kFarBack)
    return fail(Errc::invalid, "limit is to be a number from 1 to 1000");
  return static_cast<int>(number);
}

json::object brief(const session::Session& session, const StatusFrom& from, const std::vector<Gap>& gaps) {
  const json::object whole = session_json(session, gaps, from);
  json::object out;
  for (const char* member : {"id", "channel", "name", "status", "title", "started_at", "ended_at",
                             "recorded_s", "missing_s", "posted_parts", "flags", "target", "folder"})
    out[member] = whole.at(member);
  out["parts"] = session.parts.size();
  return out;
}

/// `channel`: "" = of all.
Result<json::object> list_of(const StatusFrom& from, const History& history, const std::string& channel,
                             const ChannelBook& book, int limit) {
  const auto newest_first = Known(from.model, history).newest_first();
  std::set<ChannelId> wanted;
  if (!channel.empty()) {
    REC_TRY(wanted, channels_meant(channel, book, newest_first));
  }
  json::array sessions;
  int over = 0;
  for (const session::Session* session : newest_first) {
    if (!channel.empty() && !wanted.contains(session->channel)) continue;
    if (session->phase == session::Phase::done && ++over > limit) continue;
    sessions.push_back(brief(*session, from, gaps_in(from.model, history, session->id)));
  }
  json::object out;
  out["running"] = from.running;
  out["sessions"] = std::move(sessions);
  return out;
}

json::object details_of(const session::Session& session, const StatusFrom& from,
                        const std::vector<Gap>& gaps) {
  json::object out = session_json(session, gaps, from);
  out["running"] = from.running;
  out["segments"] = segment_folder(session.id, from.settings);
  json::array waiting;
  for (const OutboxRow& row : from.model.outbox) {
    if (row.session != session.id) continue;
    const session::EffectKey key = key_of(row.effect);
    json::object one;
    one["effect"] = key.kind;
    one["number"] = key.number;
    one["attempts"] = row.attempts;
    waiting.push_back(std::move(one));
  }
  out["outbox"] = std::move(waiting);
  out["failing"] = failing_json(from.model, session.id);
  return out;
}

json::object outcome_json(const SessionId& id, SessionAction action, const SessionOutcome& outcome,
                          bool running) {
  json::object out;
  out["session"] = id.str();
  out["action"] = word(action);
  out["changed"] = outcome.changed;
  out["running"] = running;
  out["text"] = outcome.text;
  return out;
}

struct Wanted {
  std::string session{};
  SessionAction action{};
};

Result<Wanted> wanted_of(const json::object& arguments) {
  REC_CHECK(no_others(arguments, {"session", "action"}));
  Wanted wanted;
  REC_TRY(wanted.session, text_argument(arguments, "session"));
  REC_TRY(const std::string action, text_argument(arguments, "action"));
  REC_TRY(wanted.action, session_action_of(action));
  return wanted;
}

/// Nothing runs, so nothing is on its way but what may have left before.
std::vector<session::Effect> left_before(const Model& model, const SessionId& id) {
  std::vector<session::Effect> effects;
  for (const OutboxRow& row : model.outbox) {
    if (row.session == id && row.submitted) effects.push_back(row.effect);
  }
  return effects;
}

/// The next start closes it: only then its segments are read.
void stop_at_rest(const Model& model, const Settings& settings, const session::Session& session,
                  Commit& commit) {
  const auto channel = model.channels.find(session.channel);
  if (channel == model.channels.end() || channel::open_session(channel->second.state) != session.id) return;
  commit.channels = stopped_pages(model, settings, session);
  for (ChannelRow& row : commit.channels) {
    if (row.id == session.channel) row.state = channel::Offline{};
  }
}

Result<bool> retry_at_rest(Store& store, const Model& model, const SessionId& id) {
  bool any = false;
  for (OutboxRow row : model.outbox) {
    if (row.session != id || std::holds_alternative<session::RemovePart>(row.effect)) continue;
    row.attempts = 0;
    row.not_before = {};
    REC_CHECK(store.update(row));
    any = true;
  }
  return any;
}

Result<SessionOutcome> act_at_rest(Store& store, const Model& model, const session::Session& session,
                                   const Settings& settings, SessionAction action, Instant now) {
  SessionOutcome outcome;
  Commit commit;
  if (action == SessionAction::stop || action == SessionAction::cancel)
    stop_at_rest(model, settings, session, commit);
  if (action == SessionAction::retry) {
    REC_TRY(outcome.changed, retry_at_rest(store, model, session.id));
  }
  if (const auto wish = wish_of(action)) {
    session::Session next = session;
    const auto take = [&](const session::Event& event) {
      session::Step taken = session::step(next, event, settings.session_policy, fresh_marker());
      next = std::move(taken.next);
      for (auto& effect : taken.dropped) commit.done.emplace_back(session.id, std::move(effect));
      for (auto& effect : taken.effects) commit.effects.emplace_back(session.id, std::move(effect));
    };
    take(session::Asked{*wish, left_before(model, session.id), now});
    if (action == SessionAction::cancel && is_open_post(session)) take(session::Ended{now});
    if (next != session) commit.sessions.push_back(std::move(next));
  }
  if (!commit.channels.empty() || !commit.sessions.empty()) {
    REC_CHECK(store.commit(commit));
    outcome.changed = true;
  }
  outcome.text = outcome.changed ? told(action, session, segment_folder(session.id, settings)) +
                                       "; at the next `streamrecorder run`"
                                 : nothing_to_do(action);
  return outcome;
}

}  // namespace

Task<History> Service::history(int limit) {
  auto job = [&store = needs_.store, limit] { return read_history(store, limit); };
  co_return co_await run_on(needs_.store_worker, std::move(job));
}

Task<SessionId> Service::meant(std::string text) {
  if (needs_.model.sessions.contains(SessionId(text))) co_return SessionId(text);
  REC_CO_TRY(const History past, co_await history(kFarBack));
  co_return find_session(Known(needs_.model, past).newest_first(), text);
}

Task<json::object> Service::session_list(json::object arguments) {
  REC_CO_CHECK(no_others(arguments, {"channel", "limit"}));
  REC_CO_TRY(const int limit, limit_of(arguments));
  std::string channel;
  if (arguments.contains("channel")) {
    REC_CO_TRY(channel, text_argument(arguments, "channel"));
  }
  REC_CO_TRY(const History past, co_await history(channel.empty() ? limit : kFarBack));
  StatusFrom from{needs_.model, needs_.settings};
  from.now = needs_.clock.now();
  from.running = true;
  from.progress = needs_.progress;
  if (needs_.book != nullptr) co_return list_of(from, past, channel, *needs_.book, limit);
  co_return list_of(from, past, channel, ChannelBook(Config(), {}), limit);
}

Task<json::object> Service::session_details(json::object arguments) {
  REC_CO_CHECK(no_others(arguments, {"session"}));
  REC_CO_TRY(const std::string text, text_argument(arguments, "session"));
  REC_CO_TRY(const SessionId id, co_await meant(text));
  REC_CO_TRY(const History past, co_await history(kFarBack));
  StatusFrom from{needs_.model, needs_.settings};
  from.now = needs_.clock.now();
  from.running = true;
  from.progress = needs_.progress;
  const Known known(needs_.model, past);
  const auto found = known.by_id.find(id);
  if (found == known.by_id.end()) co_return fail(Errc::not_found, "no session " + id.str());
  co_return details_of(*found->second, from, gaps_in(needs_.model, past, id));
}

Task<json::object> Service::session_action(json::object arguments) {
  if (!needs_.act_on_session) co_return fail(Errc::not_found, "nobody knows the request session_action");
  REC_CO_TRY(const Wanted wanted, wanted_of(arguments));
  REC_CO_TRY(const SessionId id, co_await meant(wanted.session));
  REC_CO_TRY(const SessionOutcome outcome, co_await needs_.act_on_session(id, wanted.action));
  co_return outcome_json(id, wanted.action, outcome, true);
}

Result<json::object> sessions_at_rest(Store* store, const Config& config, const Settings& settings,
                                      const std::string& request, const json::object& arguments,
                                      Instant now) {
  Model model;
  History past;
  std::vector<ChannelOrder> orders;
  if (store != nullptr) {
    REC_TRY(StoreSnapshot snapshot, store->load());
    orders = std::exchange(snapshot.orders, {});
    model = model_of(std::move(snapshot));
    REC_TRY(past, read_history(*store, kFarBack));
  }
  StatusFrom from{model, settings};
  from.now = now;
  if (request == "session_list") {
    REC_CHECK(no_others(arguments, {"channel", "limit"}));
    REC_TRY(const int limit, limit_of(arguments));
    std::string channel;
    if (arguments.contains("channel")) {
      REC_TRY(channel, text_argument(arguments, "channel"));
    }
    return list_of(from, past, channel, ChannelBook(config, std::move(orders)), limit);
  }
  const bool details = request == "session_details";
  if (!details && request != "session_action")
    return fail(Errc::not_found, "nobody knows the request " + request);
  Wanted wanted;
  if (details) {
    REC_CHECK(no_others(arguments, {"session"}));
    REC_TRY(wanted.session, text_argument(arguments, "session"));
  } else {
    REC_TRY(wanted, wanted_of(arguments));
  }
  const Known known(model, past);
  REC_TRY(const SessionId id, find_session(known.newest_first(), wanted.session));
  const session::Session& session = *known.by_id.at(id);
  if (details) return details_of(session, from, gaps_in(model, past, id));
  REC_TRY(const SessionOutcome outcome, act_at_rest(*store, model, session, settings, wanted.action, now));
  return outcome_json(id, wanted.action, outcome, false);
}

}  // namespace rec
