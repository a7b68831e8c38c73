// Herald, the half that brings notices to where they are to be told: one queue a messenger, in order.
#include <algorithm>
#include <set>

#include "app/herald.hpp"
#include "app/names.hpp"
#include "app/service.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kFirstPause{2};
constexpr std::chrono::minutes kLongestPause{15};
constexpr std::chrono::hours kFindingsEvery{1};
// The first look is a short one; the next one comes before what stood in the last run would seem to be over.
constexpr std::chrono::seconds kSecondLook{20};

Millis pause_after(int tries, const Error& error) {
  if (error.retry_after) return *error.retry_after;
  return std::min<Millis>(kFirstPause * (1 << std::clamp(tries - 1, 0, 9)), kLongestPause);
}

int minute_of(const std::string& time) {
  return std::stoi(time.substr(0, 2)) * 60 + std::stoi(time.substr(3));
}

}  // namespace

WaitingNotice* Herald::first_of(const std::string& name) {
  const auto queue = state_.queues.find(name);
  return queue == state_.queues.end() || queue->second.empty() ? nullptr : &queue->second.front();
}

asio::awaitable<void> Herald::written() {
  const std::uint64_t needed = changes_;
  while (written_ < needed) co_await needs_.clock.sleep(std::chrono::milliseconds(100));
}

Task<> Herald::deliver(Messenger* messenger) {
  for (;;) {
    if (first_of(messenger->name()) == nullptr) {
      co_await needs_.clock.sleep(std::chrono::seconds(1));
      continue;
    }
    co_await written();
    auto told = co_await try_first(messenger);
    if (told) continue;
    const WaitingNotice* first = first_of(messenger->name());
    co_await needs_.clock.sleep(pause_after(first == nullptr ? 1 : first->tries, told.error()));
  }
}

Task<> Herald::try_first(Messenger* messenger) {
  const WaitingNotice* first = first_of(messenger->name());
  if (first == nullptr) co_return Result<void>();
  const std::string id = first->notice.id;
  auto about_to_tell = [this, name = messenger->name(), id] { return note_a_try(name, id); };
  auto told = co_await messenger->tell(first->notice, first->maybe_told, std::move(about_to_tell));
  settle(*messenger, id, told);
  co_return told;
}

Task<> Herald::note_a_try(std::string name, std::string id) {
  WaitingNotice* first = first_of(name);
  if (first != nullptr && first->notice.id == id && !std::exchange(first->maybe_told, true)) {
    changed();
    co_await written();
  }
  co_return Result<void>();
}

void Herald::settle(Messenger& messenger, const std::string& id, const Result<void>& outcome) {
  const std::string& name = messenger.name();
  WaitingNotice* first = first_of(name);
  const bool same = first != nullptr && first->notice.id == id;  // a long queue loses its oldest
  changed();
  if (outcome) {
    if (same) state_.queues[name].pop_front();
    if (trouble_.erase(name) > 0) log::info("notice.told_again", {{"to", name}});
    return;
  }
  auto& trouble = trouble_[name];
  if (trouble != outcome.error().text)
    log::warn("notice.failed", {{"to", name}, {"notice", id}, {"error", outcome.error().text}});
  trouble = outcome.error().text;
  if (!same) return;
  ++first->tries;
  if (messenger.most_tries() == 0 || first->tries < messenger.most_tries()) return;
  log::error("notice.given_up", {{"to", name}, {"notice", id}});
  state_.queues[name].pop_front();
}

Task<> Herald::watch_findings() {
  for (bool first = true;; first = false) {
    auto found = co_await needs_.findings();
    if (found) findings_ = *std::move(found);
    if (first)
      co_await needs_.clock.sleep(kSecondLook);
    else
      co_await needs_.clock.sleep(kFindingsEvery);
  }
}

// Once a day, from its time on: a program that was away then tells it when it is back within the hour. So is
// one whose time a day in spring leaves out.
Task<> Herald::tell_the_days() {
  for (;;) {
    const Instant now = needs_.clock.now();
    for (const Teller& teller : needs_.tellers) {
      if (teller.digest.empty()) continue;
      const int late = wall_time(now).minute - minute_of(teller.digest);
      Instant& last = state_.digests.try_emplace(teller.messenger->name()).first->second;
      if (late < 0 || late > 60 || std::chrono::abs(now - last) < std::chrono::hours(20)) continue;
      const Instant before = std::exchange(last, now);
      const auto told = co_await tell_the_day(teller.messenger);
      if (told) continue;
      log::warn("notify.digest_failed", {{"error", told.error().text}});
      state_.digests[teller.messenger->name()] = before;
    }
    co_await needs_.clock.sleep(std::chrono::seconds(20));
  }
}

Task<> Herald::tell_the_day(Messenger* messenger) {
  auto job = [&store = needs_.store] { return read_history(store, 200); };
  REC_CO_TRY(History history, co_await run_on(needs_.store_worker, std::move(job)));
  Day day;
  day.at = needs_.clock.now();
  const Instant since = day.at - std::chrono::hours(24);
  std::set<SessionId> counted;
  const auto add = [&](const session::Session& session, const std::map<SessionId, std::vector<Gap>>& gaps) {
    if (session.announcement || session.ended_at.value_or(day.at) < since) return;
    if (!counted.insert(session.id).second) return;
    day.sessions.push_back(session);
    if (const auto found = gaps.find(session.id); found != gaps.end()) day.gaps[session.id] = found->second;
  };
  for (const auto& [id, session] : needs_.model.sessions) add(session, needs_.model.gaps);
  for (const session::Session& session : history.sessions) add(session, history.gaps);
  day.incidents = book_.told();
  const ConditionFacts facts = facts_now();
  for (const DiskGuard::View& disk : facts.disks)
    day.free_bytes = day.free_bytes == 0 ? disk.free : std::min(day.free_bytes, disk.free);
  state_.queues[messenger->name()].push_back(
      {notice_of_day(day, needs_.settings.texts.language()), false, 0});
  changed();
  co_return Result<void>();
}

}  // namespace rec
