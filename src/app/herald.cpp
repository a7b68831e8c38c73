#include "app/herald.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

#include "app/file_post.hpp"
#include "app/names.hpp"
#include "base/log.hpp"

namespace rec {

using asio::experimental::awaitable_operators::operator||;  // NOLINT(misc-unused-using-decls): used below

namespace {

constexpr std::chrono::seconds kHeraldLooks{1};
constexpr std::chrono::minutes kSignOfLife{1};
// A row of its outbox may come back with a session whose last commit was lost.
constexpr std::chrono::minutes kGoneForGood{10};
constexpr std::size_t kMostWaiting = 500;
constexpr int kPastSessions = 200;

const std::vector<Gap> kNoGaps{};

const std::vector<Gap>& gaps_known_of(const Model& model, const SessionId& id) {
  const auto found = model.gaps.find(id);
  return found == model.gaps.end() ? kNoGaps : found->second;
}

}  // namespace

Herald::Herald(Needs needs)
    : needs_(std::move(needs)), supervisor_(needs_.executor, [](const std::string& name, const Error& error) {
        log::error("task.failed", {{"task", "notices/" + name}, {"error", error.text}});
      }) {}

Task<> Herald::begin() {
  while (!needs_.loaded()) co_await needs_.clock.sleep(std::chrono::milliseconds(200));
  running_since_ = needs_.clock.now();
  began_ = needs_.clock.steady();
  auto load = [path = herald_path(needs_.settings.data_folder)] { return load_herald(path); };
  auto loaded = co_await run_on(needs_.chores, std::move(load));
  first_run_ = !loaded;
  if (!loaded && loaded.error().code != Errc::not_found)
    log::warn("notices.unreadable", {{"error", loaded.error().text}});
  if (loaded) {
    note_the_last_run(*loaded);
    state_ = *std::move(loaded);
  }
  book_ = IncidentBook(state_.incidents, needs_.clock.now());
  state_.ended_well = false;
  state_.alive_at = running_since_;  // each life is told of, however short it is
  state_.boot = needs_.boot;
  past_is_told_ = first_run_;
  begun_ = true;
  co_return Result<void>();
}

void Herald::note_the_last_run(const HeraldState& last) {
  if (last.ended_well) return;
  const bool rebooted = !last.boot.empty() && last.boot != needs_.boot;
  const auto open = std::ranges::count_if(needs_.model.sessions, [](const auto& each) {
    return each.second.phase == session::Phase::recording && !each.second.announcement &&
           !is_open_post(each.second);
  });
  Condition back;
  back.id = "program.came_back:" + std::to_string(unix_ms(last.alive_at));
  back.kind = "program.came_back";
  back.once = true;
  back.text = fmt::format(
      "the program was ended without notice about {}{} and is back since {}; recordings that go on: {}",
      local_time(last.alive_at, "%d.%m.%Y %H:%M"), rebooted ? " (the machine was restarted)" : "",
      local_time(running_since_, "%H:%M"), open);
  own_.push_back(std::move(back));
}

// A store that cannot be read for a moment must not silence what is wrong with it.
asio::awaitable<void> Herald::catch_up() {
  if (past_is_told_) co_return;
  const auto caught_up = co_await finish_what_left_the_model();
  past_is_told_ = caught_up.has_value();
  const std::string problem = caught_up ? "" : caught_up.error().text;
  if (!problem.empty() && problem != read_error_) log::warn("notices.past_unreadable", {{"error", problem}});
  read_error_ = problem;
}

// Sessions that were done between the last look of the last run and its end.
Task<> Herald::finish_what_left_the_model() {
  std::vector<SessionId> left;
  for (const auto& [id, keys] : state_.told) {
    if (!needs_.model.sessions.contains(id)) left.push_back(id);
  }
  if (left.empty()) co_return Result<void>();
  struct Past {
    std::vector<session::Session> sessions{};
    std::map<SessionId, std::vector<Gap>> gaps{};
  };
  auto look = [&store = needs_.store, left]() -> Result<Past> {
    Past past;
    REC_TRY(auto all, store.history(kPastSessions));
    for (session::Session& session : all) {
      if (std::ranges::find(left, session.id) == left.end()) continue;
      REC_TRY(past.gaps[session.id], store.gaps(session.id));
      past.sessions.push_back(std::move(session));
    }
    return past;
  };
  REC_CO_TRY(const Past past, co_await run_on(needs_.store_worker, std::move(look)));
  for (const session::Session& session : past.sessions) take_up(session, past.gaps.at(session.id), true);
  co_return Result<void>();
}

Task<> Herald::run() {
  REC_CO_CHECK(co_await begin());
  if (needs_.findings) supervisor_.start("findings", watch_findings());
  co_await catch_up();
  look();
  first_run_ = false;
  REC_CO_CHECK(co_await keep());
  start_telling();
  for (;;) {
    co_await needs_.clock.sleep(kHeraldLooks);
    co_await catch_up();
    look();
    REC_CO_CHECK(co_await keep());
  }
}

void Herald::start_telling() {
  telling_ = true;
  for (const Teller& teller : needs_.tellers)
    supervisor_.start(teller.messenger->name(), deliver(teller.messenger));
  supervisor_.start("digest", tell_the_days());
}

// One that is cut off in the middle is told again, as after a restart.
Task<> Herald::change(IncidentsConfig rules, std::vector<Teller> tellers) {
  while (!telling_) co_await needs_.clock.sleep(std::chrono::milliseconds(200));
  std::vector<std::string> names{"digest"};
  for (const Teller& teller : needs_.tellers) names.push_back(teller.messenger->name());
  for (const std::string& name : names) supervisor_.cancel(name);
  for (const std::string& name : names) co_await supervisor_.join(name);
  needs_.rules = rules;
  needs_.tellers = std::move(tellers);
  std::erase_if(trouble_, [this](const auto& one) {
    return std::ranges::none_of(needs_.tellers,
                                [&](const Teller& teller) { return teller.messenger->name() == one.first; });
  });
  start_telling();
  co_return Result<void>();
}

asio::awaitable<void> Herald::close() {
  supervisor_.cancel_all();
  co_await supervisor_.join();
  if (!begun_) co_return;  // what it knows would be lost
  state_.ended_well = true;
  state_.alive_at = needs_.clock.now();
  changed();
  const auto kept = co_await keep();
  if (!kept) log::warn("notices.not_written", {{"error", kept.error().text}});
}

void Herald::look() {
  const Instant now = needs_.clock.now();
  for (const auto& [id, session] : needs_.model.sessions) {
    const auto progress = needs_.progress ? needs_.progress(id) : std::nullopt;
    const bool recorded = progress && progress->last_segment.has_value();
    gone_.erase(id);
    const bool recalled = is_recalled(session, now);
    take_up(session, gaps_known_of(needs_.model, id), recorded, recalled);
  }
  forget_gone_sessions(now);
  auto standing = conditions_of(needs_.model, needs_.settings, needs_.rules, facts_now());
  standing.insert(standing.end(), own_.begin(), own_.end());
  const IncidentBook::News news = book_.look(standing, now);
  const Language language = needs_.settings.texts.language();
  for (const Incident& incident : news.begun) {
    log::warn("incident.begun",
              {{"incident", incident.what.id}, {"text", incident.what.text}, {"cure", incident.what.cure}});
    tell(notice_of_begin(incident, language), incident.what.id);
  }
  for (const Incident& incident : news.ended) {
    log::info("incident.over", {{"incident", incident.what.id}});
    tell(notice_of_end(incident, language), incident.what.id);
  }
  if (!news.begun.empty() || !news.ended.empty()) changed();
  if (now - state_.alive_at >= kSignOfLife || now < state_.alive_at) {
    state_.alive_at = now;
    changed();
  }
}

ConditionFacts Herald::facts_now() {
  ConditionFacts facts = needs_.facts ? needs_.facts() : ConditionFacts();
  facts.now = needs_.clock.now();
  facts.running_since = facts.now - std::chrono::floor<Millis>(needs_.clock.steady() - began_);
  facts.findings = findings_;
  facts.progress = needs_.progress;
  facts.unreachable.insert(trouble_.begin(), trouble_.end());
  watch_uploads(facts);
  return facts;
}

void Herald::watch_uploads(ConditionFacts& facts) {
  const SteadyTime now = needs_.clock.steady();
  std::map<SessionId, UploadOutlook> moving;
  for (const auto& [id, session] : needs_.model.sessions) {
    const auto progress = needs_.progress ? needs_.progress(id) : std::nullopt;
    if (!progress || progress->uploading_part == 0) continue;
    UploadOutlook pace = paces_[id];
    pace.left(progress->uploading_part, progress->uploaded_bytes, 0, now);
    facts.still[id] = std::chrono::duration_cast<std::chrono::seconds>(now - pace.moved());
    moving[id] = pace;
  }
  paces_ = std::move(moving);
}

/// It was told of when it was new and has left the model since; an action brought it back.
bool Herald::is_recalled(const session::Session& session, Instant now) const {
  return !state_.told.contains(session.id) && session.ended_at && now - *session.ended_at >= kGoneForGood;
}

void Herald::take_up(const session::Session& session, const std::vector<Gap>& gaps, bool recorded,
                     bool silently) {
  const auto all = happenings_of(session, gaps, recorded, needs_.clock.now());
  if (all.empty()) return;
  auto& told = state_.told[session.id];
  for (const Happening& each : all) {
    if (!told.insert(each.key).second) continue;
    changed();
    if (!first_run_ && !silently) tell(notice_of(each, session, gaps, needs_.settings));
  }
}

void Herald::last_look() {
  if (begun_) look();
}

void Herald::forget_gone_sessions(Instant) {
  if (!past_is_told_) return;
  const SteadyTime now = needs_.clock.steady();
  for (auto at = state_.told.begin(); at != state_.told.end();) {
    const bool here = needs_.model.sessions.contains(at->first);
    const bool gone = !here && now - gone_.try_emplace(at->first, now).first->second >= kGoneForGood;
    if (gone) {
      gone_.erase(at->first);
      at = state_.told.erase(at);
      changed();
    } else {
      ++at;
    }
  }
}

// Of what is wrong with a messenger the others are told.
void Herald::tell(const Notice& notice, const std::string& about) {
  std::set<std::string> queued;  // two entries may name one receiver, each with events of its own
  for (const Teller& teller : needs_.tellers) {
    const std::string& name = teller.messenger->name();
    if (queued.contains(name) || !teller.messenger->wants(notice.event) || about == "notify.failing:" + name)
      continue;
    auto& queue = state_.queues[name];
    queue.push_back({notice, false, 0});
    queued.insert(name);
    changed();
    if (queue.size() <= kMostWaiting) continue;
    log::warn("notice.dropped", {{"to", name}, {"notice", queue.front().notice.id}});
    queue.pop_front();
  }
}

// A session that a crash takes back was never told of. A store that is stuck is no reason to be silent.
asio::awaitable<void> Herald::what_it_tells_of_is_durable() {
  if (!needs_.durable) co_return;
  try {
    co_await (needs_.durable() || needs_.clock.sleep(std::chrono::seconds(2)));
  } catch (const asio::multiple_exceptions& both) {  // a cancellation unwinds the two of them
    std::rethrow_exception(both.first_exception());
  }
}

Task<> Herald::keep() {
  if (written_ == changes_) co_return Result<void>();
  co_await what_it_tells_of_is_durable();
  const std::uint64_t covers = changes_;
  state_.incidents = book_.all();
  std::erase_if(state_.queues, [](const auto& queue) { return queue.second.empty(); });
  auto save = [path = herald_path(needs_.settings.data_folder), text = herald_text(state_)] {
    return save_herald(path, text);
  };
  const auto saved = co_await run_on(needs_.chores, std::move(save));
  // A full disk must not keep anybody from hearing of it.
  written_ = covers;
  const std::string problem = saved ? "" : saved.error().text;
  if (!problem.empty() && problem != write_error_) log::warn("notices.not_written", {{"error", problem}});
  write_error_ = problem;
  if (!problem.empty()) changed();  // tried again
  co_return Result<void>();
}

std::vector<Incident> incidents_at_rest(const std::string& data_folder) {
  const auto state = load_herald(herald_path(data_folder));
  return state ? IncidentBook(state->incidents, state->alive_at).told() : std::vector<Incident>();
}

}  // namespace rec
