#include "app/effects.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "core/effect_key.hpp"
#include "core/overloaded.hpp"

namespace rec {
namespace {

std::string name_of(const SessionId& session, const session::Effect& effect) {
  const session::EffectKey key = key_of(effect);
  return "effect/" + session.str() + "/" + std::string(key.kind) + "/" + std::to_string(key.number);
}

std::string name_of(const OutboxRow& row) { return name_of(row.session, row.effect); }

constexpr Millis kShortestWait{1000};
// No wait is longer than this but those that were asked for; one that is comes from a clock that was set
// back.
constexpr std::chrono::hours kLongestWait{25};

// Long enough to be no burden while a service is away for hours, short enough that nobody waits for it
// afterwards.
Millis backoff(const OutboxRow& row, const Error& error) {
  if (error.retry_after) return std::clamp<Millis>(*error.retry_after, kShortestWait, kLongestWait);
  const bool hopeless =
      error.code == Errc::denied || error.code == Errc::invalid || error.code == Errc::not_found;
  const int doublings = std::min(row.attempts, hopeless ? 12 : 7);
  return std::min<Millis>(kShortestWait * (1 << doublings),
                          hopeless ? std::chrono::hours(1) : std::chrono::minutes(2));
}

bool removes(const session::Effect& effect) {
  return std::holds_alternative<session::RemovePart>(effect) ||
         std::holds_alternative<session::RemoveCompressed>(effect) ||
         std::holds_alternative<session::ReleaseRaw>(effect) ||
         std::holds_alternative<session::RemoveRaw>(effect);
}

std::string lane_to(const char* kind, const Model& model, const Chat& chat) {
  const auto number = number_of(model, chat);
  return kind + (number ? std::to_string(*number) : chat.text());
}

constexpr int kMostAwaited = 20;  ///< attempts: about half an hour
constexpr std::string_view kUploads = "post/";

}  // namespace

struct Effects::Place {
  std::map<std::string, int>& lanes;
  std::string lane;
  const std::function<void()>& on_room;
  Place(std::map<std::string, int>& of, std::string name, const std::function<void()>& told)
      : lanes(of), lane(std::move(name)), on_room(told) {
    ++lanes[lane];
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    if (--lanes[lane] == 0) lanes.erase(lane);
    if (on_room) on_room();
  }
};

Effects::Effects(Needs needs)
    : needs_(std::move(needs)),
      telegram_({needs_.ledger, needs_.clock, needs_.publisher, needs_.settings, needs_.facts}) {}

// Media jobs share the cores, so a lane of limited width. What is posted to a chat goes one after the other,
// or its order would not hold; texts have a lane of their own, so that a status never waits behind gigabytes,
// and one chat's lanes are not another's, so that one that refuses holds up nobody else.
std::string Effects::lane_of(const OutboxRow& row) const {
  const Model& model = needs_.ledger.model();
  const Target& target = model.sessions.at(row.session).target;
  const auto removals = [&row] { return "remove/" + row.session.str(); };
  return std::visit(overloaded{
                        [&](const session::PostStatus&) { return lane_to("text/", model, target.chat); },
                        [](const session::MakePart&) { return std::string("media"); },
                        [](const session::CutFile&) { return std::string("media"); },
                        [&](const session::PublishPost&) { return lane_to("post/", model, target.chat); },
                        [&](const session::RemovePart&) { return removals(); },
                        [&](const session::FindPlace&) { return "place/" + row.session.str(); },
                        [](const session::Compress&) { return std::string("compress"); },
                        [&](const session::PostComment&) { return lane_to("post/", model, target.chat); },
                        [&](const session::EditCaption&) { return lane_to("text/", model, target.chat); },
                        [&](const session::CopyPost&) { return lane_to("copy/", model, target.backup); },
                        [&](const session::RemoveCompressed&) { return removals(); },
                        [&](const session::ReleaseRaw&) { return removals(); },
                        [&](const session::FinishStatus&) { return lane_to("text/", model, target.chat); },
                        [&](const session::RemoveRaw&) { return removals(); },
                    },
                    row.effect);
}

bool Effects::has_room(const std::string& lane) const {
  const auto busy = lanes_.find(lane);
  const int running = busy == lanes_.end() ? 0 : busy->second;
  if (lane == "media") return running < needs_.settings.media_jobs;
  if (lane == "compress") return running < needs_.settings.compression_jobs;
  if (running > 0) return false;
  if (!lane.starts_with(kUploads)) return true;
  const auto uploads =
      std::ranges::count_if(lanes_, [](const auto& one) { return one.first.starts_with(kUploads); });
  return uploads < needs_.settings.upload_jobs;
}

void Effects::start_due() {
  const Instant now = needs_.clock.now();
  const std::vector<OutboxRow> rows = needs_.ledger.model().outbox;  // starting one may change it
  for (const OutboxRow& row : rows) {
    if (!can_start(row, now)) continue;
    const std::string lane = lane_of(row);
    if (!has_room(lane)) continue;
    const std::string name = name_of(row);
    if (needs_.supervisor.running(name)) continue;
    auto place = std::make_shared<Place>(lanes_, lane, needs_.on_room);
    needs_.supervisor.start(name, perform(row, std::move(place)));
  }
}

/// Posted files are kept by the calendar, all else waits by the monotonic clock.
bool Effects::is_due(const OutboxRow& row, Instant now) {
  if (row.not_before <= Instant{}) return true;
  if (std::holds_alternative<session::RemovePart>(row.effect)) return row.not_before <= now;
  return waits_.now(name_of(row), row.not_before, kLongestWait, now, needs_.clock.steady()) >= row.not_before;
}

/// It goes on with another session's recording, which has posts to come in the same chat.
bool Effects::goes_behind(const SessionId& id) const {
  const auto& sessions = needs_.ledger.model().sessions;
  const session::Session& session = sessions.at(id);
  const auto before = sessions.find(session.continues);
  if (session.continues.empty() || before == sessions.end()) return false;
  const session::Session& first = before->second;
  if (!(first.target.chat == session.target.chat) || first.flags.skip_upload || first.flags.cancelled)
    return false;
  // What does not get on holds up its own session alone.
  const bool stuck = std::ranges::any_of(needs_.ledger.model().outbox, [&](const OutboxRow& row) {
    return row.session == first.id && row.attempts >= kMostAwaited;
  });
  return !stuck && std::ranges::any_of(first.parts, [](const session::Part& part) {
    return part.state == session::PartState::sealed || part.state == session::PartState::ready;
  });
}

bool Effects::can_start(const OutboxRow& row, Instant now) {
  if (needs_.publisher == nullptr && TelegramEffects::is_one(row.effect))
    return false;  // until Telegram is set up again
  if (std::holds_alternative<session::RemoveRaw>(row.effect) && needs_.segments_needed &&
      needs_.segments_needed(row.session))
    return false;
  if (std::holds_alternative<session::RemoveCompressed>(row.effect) &&
      needs_.supervisor.running(name_of(row.session, session::Compress{})))
    return false;  // it was told to end, and still writes
  if (const auto* part = std::get_if<session::ReleaseRaw>(&row.effect)) {
    if (!needs_.raw || needs_.raw->waits(row.session, part->number)) return false;
  }
  if (std::holds_alternative<session::PublishPost>(row.effect) && !row.submitted && goes_behind(row.session))
    return false;
  if (const auto* part = std::get_if<session::MakePart>(&row.effect)) {
    if (needs_.part_waits && needs_.part_waits(row.session, part->number)) return false;
  }
  if (const auto* file = std::get_if<session::CutFile>(&row.effect)) {
    // One after the other: their parts get their numbers when they are cut.
    const bool first = std::ranges::none_of(needs_.ledger.model().outbox, [&](const OutboxRow& other) {
      const auto* before = std::get_if<session::CutFile>(&other.effect);
      return other.session == row.session && before != nullptr && before->number < file->number;
    });
    if (!needs_.cut_file || !first) return false;
  }
  if (is_due(row, now)) return true;
  if (const auto* part = std::get_if<session::RemovePart>(&row.effect)) {
    const auto gone = let_go_.find({row.session, part->number});
    if (gone != let_go_.end() && gone->second) return true;
  }
  const bool asked_for = std::holds_alternative<session::RemovePart>(row.effect);
  return !asked_for && row.not_before > now + kLongestWait;
}

bool Effects::let_go(const SessionId& session, int part) {
  return let_go_.try_emplace({session, part}, true).second;
}

std::optional<double> Effects::compression_of(const SessionId& session) const {
  const auto found = compressions_.find(session);
  return found == compressions_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<session::Effect> Effects::under_way(const SessionId& session) const {
  std::vector<session::Effect> effects;
  for (const OutboxRow& row : needs_.ledger.model().outbox) {
    if (row.session != session || !TelegramEffects::sends(row.effect)) continue;
    if (row.submitted || needs_.supervisor.running(name_of(row))) effects.push_back(row.effect);
  }
  return effects;
}

void Effects::give_up(const SessionId& session, const session::Effect& effect) {
  needs_.supervisor.cancel(name_of(session, effect));
}

Task<int> Effects::try_now(SessionId session) {
  std::vector<session::Effect> waiting;
  for (const OutboxRow& row : needs_.ledger.model().outbox) {
    const bool asked_for = std::holds_alternative<session::RemovePart>(row.effect);
    if (row.session == session && !asked_for) waiting.push_back(row.effect);
  }
  int tried = 0;
  for (const session::Effect& effect : waiting) {
    // Each write takes its time: by now it may be under way, or done.
    const auto& outbox = needs_.ledger.model().outbox;
    const auto row = std::ranges::find_if(
        outbox, [&](const OutboxRow& one) { return one.session == session && one.effect == effect; });
    if (row == outbox.end() || needs_.supervisor.running(name_of(*row))) continue;
    OutboxRow changed = *row;
    changed.attempts = 0;
    changed.not_before = {};
    ++tried;
    auto written = co_await needs_.ledger.update(std::move(changed));
    if (!written && written.error().code != Errc::not_found) co_return fail(std::move(written).error());
  }
  co_return tried;
}

Task<> Effects::perform(OutboxRow row, std::shared_ptr<Place> place) {
  if (removes(row.effect)) {
    auto removed = co_await remove(row);
    if (!removed) co_return co_await retry_later(std::move(row), std::move(removed).error());
    if (const auto* part = std::get_if<session::RemovePart>(&row.effect))
      let_go_.erase({row.session, part->number});
    place.reset();
    waits_.forget(name_of(row));
    needs_.ledger.effect_done(row, {});
    co_return Result<void>();
  }
  auto outcome = co_await attempt(row);
  if (!outcome) co_return co_await retry_later(std::move(row), std::move(outcome).error());
  place.reset();
  waits_.forget(name_of(row));
  needs_.ledger.effect_done(row, *outcome);
  co_return Result<void>();
}

Task<session::Event> Effects::attempt(OutboxRow row) {
  REC_CO_TRY(auto deleted, co_await deleted_file(row));
  if (deleted) co_return *std::move(deleted);
  if (TelegramEffects::is_one(row.effect)) co_return co_await telegram_.perform(std::move(row));
  if (std::holds_alternative<session::Compress>(row.effect)) co_return co_await compress(std::move(row));
  if (const auto* file = std::get_if<session::CutFile>(&row.effect)) {
    const int file_number = file->number;
    co_return co_await needs_.cut_file(row.session, file_number);
  }
  const int number = std::get<session::MakePart>(row.effect).number;
  co_return co_await make_part(std::move(row), number);
}

Task<> Effects::retry_later(OutboxRow row, Error error) {
  const Millis wait = backoff(row, error);
  if (error.code == Errc::no_space && needs_.on_full) needs_.on_full(error);
  if (row.last_error != error.text) {  // once per incident, not once per attempt
    log::warn("effect.failed", {{"effect", name_of(row)}, {"error", error.text}, {"retry_ms", wait.count()}});
  }
  if (TelegramEffects::is_one(row.effect) && error.code == Errc::rate_limited)
    telegram_.note_flood_wait(needs_.clock.now() + wait);
  bool wanted = false;                                           // a person may have taken it back
  for (const OutboxRow& known : needs_.ledger.model().outbox) {  // submitted may have been set meanwhile
    if (known.session != row.session || known.effect != row.effect) continue;
    row.submitted = known.submitted;
    row.after_message = known.after_message;
    wanted = true;
  }
  if (!wanted) co_return Result<void>();
  ++row.attempts;
  row.last_error = error.text;
  row.not_before = needs_.clock.now() + wait;
  (void)is_due(row, needs_.clock.now());  // counted from here on
  auto written = co_await needs_.ledger.update(row);
  if (!written) log::warn("store.failed", {{"error", written.error().text}});
  co_return Result<void>();
}

}  // namespace rec
