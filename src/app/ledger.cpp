#include "app/ledger.hpp"

#include <algorithm>

#include "app/names.hpp"
#include "base/log.hpp"
#include "core/gaps.hpp"
#include "core/overloaded.hpp"

namespace rec {

Model model_of(StoreSnapshot snapshot) {
  Model model;
  for (auto& row : snapshot.channels) model.channels[row.id] = std::move(row);
  for (auto& session : snapshot.sessions) model.sessions[session.id] = std::move(session);
  for (auto& take : snapshot.takes) model.takes[take.session].push_back(std::move(take));
  for (auto& row : snapshot.gaps) model.gaps[row.session].push_back(std::move(row.gap));
  model.outbox = std::move(snapshot.outbox);
  for (auto& chat : snapshot.chats) model.chats[chat.name] = chat.id;
  return model;
}

std::optional<std::int64_t> number_of(const Model& model, const Chat& chat) {
  if (chat.id != 0) return chat.id;
  const auto known = model.chats.find(chat.name);
  return known == model.chats.end() ? std::nullopt : std::optional(known->second);
}

Ledger::Ledger(Needs needs)
    : needs_(std::move(needs)),
      work_(needs_.executor),
      committed_(
          std::make_shared<asio::steady_timer>(needs_.executor, asio::steady_timer::time_point::max())) {}

Task<> Ledger::load() {
  auto job = [&store = needs_.store] { return store.load(); };
  REC_CO_TRY(StoreSnapshot snapshot, co_await run_on(needs_.worker, std::move(job)));
  model_ = model_of(std::move(snapshot));
  for (const auto& [id, session] : model_.sessions) (void)time_of(id);
  find_targets();
  co_return Result<void>();
}

// Sessions of before targets were kept, and those that began without Telegram: the configuration of now
// counts.
void Ledger::find_targets() {
  if (!needs_.settings.session_policy.publish) return;
  for (auto& [id, session] : model_.sessions) {
    if (session.phase == session::Phase::done || !session.target.chat.empty()) continue;
    session.target = target_for(needs_.settings, session.channel);
    // What was posted may be gone: nothing more can be made of it.
    const bool began = std::ranges::any_of(
        session.parts, [](const session::Part& part) { return part.state == session::PartState::posted; });
    if (began) session.target.compression.enabled = false;
    if (session.target.chat.empty()) continue;
    dirty_sessions_.insert(id);
    touched();
  }
}

Instant Ledger::started_at(const SessionId& id) const {
  const auto found = model_.sessions.find(id);
  return found == model_.sessions.end() ? needs_.clock.now() : found->second.started_at;
}

Instant Ledger::time_of(const SessionId& id) const {
  const auto found = model_.sessions.find(id);
  const Instant now = needs_.clock.now();
  if (found == model_.sessions.end()) return now;
  return times_.now(id, found->second.started_at, Millis(0), now, needs_.clock.steady());
}

void Ledger::touched() {
  ++said_;
  work_.notify();
}

void Ledger::put_channel(ChannelRow row) {
  const auto known = model_.channels.find(row.id);
  if (known != model_.channels.end() && known->second == row) return;
  dirty_channels_.insert(row.id);
  model_.channels[row.id] = std::move(row);
  touched();
}

void Ledger::put_chat(ChatRow row) {
  model_.chats[row.name] = row.id;
  pending_.chats.push_back(std::move(row));
  touched();
}

void Ledger::remember(session::Session session, std::vector<Gap> gaps) {
  const SessionId id = session.id;
  if (!model_.sessions.emplace(id, std::move(session)).second) return;
  model_.gaps[id] = std::move(gaps);
}

void Ledger::put_session(session::Session session, std::vector<session::Effect> effects) {
  const SessionId id = session.id;
  model_.sessions[id] = std::move(session);
  dirty_sessions_.insert(id);
  for (auto& effect : effects) pending_.effects.emplace_back(id, std::move(effect));
  touched();
}

void Ledger::keep_only(const SessionId& id) {
  model_.channels.clear();
  dirty_channels_.clear();
  std::erase_if(dirty_sessions_, [&](const SessionId& other) { return other != id; });
  std::erase_if(model_.sessions, [&](const auto& one) { return one.first != id; });
  std::erase_if(model_.outbox, [&](const OutboxRow& row) { return row.session != id; });
}

void Ledger::go_on_as(const ChannelId& was, const ChannelId& is) {
  ChannelRow& from = model_.channels.at(was);
  ChannelRow& to = model_.channels.at(is);
  to.state = std::exchange(from.state, channel::Offline{});
  to.platform_id = from.platform_id;
  to.shown = from.shown;
  to.scheduled = from.scheduled;
  to.stopped = std::exchange(from.stopped, {});
  for (const auto& held : {channel::open_session(to.state), channel::announcement_of(to.state)}) {
    if (!held || !model_.sessions.contains(*held)) continue;
    model_.sessions.at(*held).channel = is;
    dirty_sessions_.insert(*held);
  }
  log::info("channel.goes_on_as", {{"was", was}, {"is", is}});
  dirty_channels_.insert(was);
  dirty_channels_.insert(is);
  touched();
}

void Ledger::put_order(ChannelOrder order) {
  pending_.orders.push_back(std::move(order));
  touched();
}

void Ledger::put_target_order(TargetOrder order) {
  pending_.target_orders.push_back(std::move(order));
  touched();
}

void Ledger::channel_event(const ChannelId& id, const channel::Event& event) {
  const auto found = model_.channels.find(id);
  if (found == model_.channels.end()) return;
  ChannelRow& row = found->second;
  channel::Step step = channel::step(row.state, event, policy_for(needs_.settings, id));
  if (step.next == row.state && step.effects.empty()) return;
  row.state = std::move(step.next);
  dirty_channels_.insert(id);
  for (const auto& effect : step.effects) perform(effect, row);
  touched();
}

// A channel's effects are state of the session, so they are committed with the channel and need no outbox.
void Ledger::perform(const channel::Effect& effect, const ChannelRow& row) {
  std::visit(overloaded{
                 [&](const channel::OpenSession& open) {
                   session::Session session;
                   session.id = open.session;
                   session.channel = row.id;
                   session.channel_name = row.name;
                   session.title = open.broadcast.title;
                   session.category = open.broadcast.category;
                   session.stream_id = open.broadcast.stream_id;
                   session.started_at = open.at;
                   session.continues = open.continues;
                   session.folder = session_folder(session, needs_.settings);
                   session.target = target_for(needs_.settings, row.id);
                   if (needs_.settings.session_policy.publish && session.target.chat.empty())
                     log::warn("session.no_target", {{"session", session.id}, {"channel", row.id}});
                   inherit_titles(session, open.announcement.empty() ? open.continues : open.announcement);
                   model_.sessions[session.id] = session;
                   (void)time_of(session.id);
                   log::info("session.opened",
                             {{"session", session.id}, {"channel", row.id}, {"title", session.title}});
                   dirty_sessions_.insert(session.id);
                 },
                 [&](const channel::CloseSession& close) {
                   log::info("session.closed", {{"session", close.session}, {"channel", row.id}});
                   Result<std::optional<session::PartSealed>> tail{std::nullopt};
                   if (tail_of_) tail = tail_of_(close.session);
                   if (!tail) return;
                   if (*tail) session_event(close.session, **tail);
                   session_event(close.session, session::Ended{time_of(close.session)});
                 },
                 [&](const channel::OpenAnnouncement& open) { announce(open, row); },
                 [&](const channel::ChangeAnnouncement& change) {
                   session_event(change.announcement,
                                 session::Retitled{change.broadcast.title, change.broadcast.category,
                                                   change.at, change.scheduled});
                 },
                 [&](const channel::CloseAnnouncement& close) {
                   log::info("announcement.over", {{"session", close.announcement}, {"channel", row.id}});
                   session_event(close.announcement, session::Ended{close.at});
                 },
             },
             effect);
}

// It is a session so that its message is posted, edited and removed as every status message is.
void Ledger::announce(const channel::OpenAnnouncement& open, const ChannelRow& row) {
  session::Session session;
  session.id = open.announcement;
  session.channel = row.id;
  session.channel_name = row.name;
  session.announcement = true;
  session.target = target_for(needs_.settings, row.id);
  session.started_at = open.at;
  model_.sessions[session.id] = session;
  dirty_sessions_.insert(session.id);
  log::info("announcement.seen",
            {{"session", session.id}, {"channel", row.id}, {"title", open.broadcast.title}});
  session_event(session.id,
                session::Retitled{open.broadcast.title, open.broadcast.category, open.at, open.scheduled});
  session_event(session.id, session::Started{});
}

// The history of titles goes on from what announced it, or from what grew too long.
void Ledger::inherit_titles(session::Session& session, const SessionId& from) {
  const auto before = model_.sessions.find(from);
  if (before != model_.sessions.end()) {
    session.titles = before->second.titles;
    if (session.title.empty()) session.title = before->second.newest_title().title;
    if (session.category.empty()) session.category = before->second.newest_title().category;
  }
  const session::Title first{session.started_at, session.title, session.category};
  if (first.title.empty() && first.category.empty()) return;
  if (session.titles.empty() || session.titles.back().title != first.title ||
      session.titles.back().category != first.category)
    session.titles.push_back(first);
}

void Ledger::session_event(const SessionId& id, const session::Event& event) {
  const auto found = model_.sessions.find(id);
  if (found == model_.sessions.end()) return;
  session::Step step = session::step(found->second, event, needs_.settings.session_policy, fresh_marker());
  if (step.effects.empty() && step.dropped.empty() && step.next == found->second) return;
  found->second = std::move(step.next);
  dirty_sessions_.insert(id);
  for (const auto& effect : step.dropped) drop(id, effect);
  for (auto& effect : step.effects) pending_.effects.emplace_back(id, std::move(effect));
  touched();
}

void Ledger::drop(const SessionId& id, const session::Effect& effect) {
  std::erase(pending_.effects, std::pair(id, effect));
  std::erase_if(model_.outbox,
                [&](const OutboxRow& row) { return row.session == id && row.effect == effect; });
  pending_.done.emplace_back(id, effect);
  if (on_dropped_) on_dropped_(id, effect);
}

void Ledger::effect_done(const OutboxRow& row, const std::optional<session::Event>& outcome) {
  pending_.done.emplace_back(row.session, row.effect);
  std::erase_if(model_.outbox,
                [&](const OutboxRow& o) { return o.session == row.session && o.effect == row.effect; });
  if (outcome) session_event(row.session, *outcome);
  touched();
}

bool Ledger::forget(const SessionId& id) {
  if (dirty_sessions_.contains(id) || committing_.contains(id)) return false;
  model_.sessions.erase(id);
  model_.takes.erase(id);
  model_.gaps.erase(id);
  times_.forget(id);
  return true;
}

void Ledger::put_take(TakeRow row) {
  auto& takes = model_.takes[row.session];
  const auto found = std::ranges::find(takes, row.number, &TakeRow::number);
  if (found == takes.end())
    takes.push_back(row);
  else
    *found = row;
  pending_.takes.push_back(std::move(row));
  touched();
}

void Ledger::add_gap(const SessionId& session, const Gap& gap) {
  const auto stands = note_gap(model_.gaps[session], gap);
  if (!stands) return;
  pending_.gaps.push_back(GapRow{session, *stands});
  touched();
}

Commit Ledger::take_commit() {
  Commit commit = std::exchange(pending_, {});
  for (const auto& id : std::exchange(dirty_channels_, {})) commit.channels.push_back(model_.channels.at(id));
  for (const auto& id : std::exchange(dirty_sessions_, {})) commit.sessions.push_back(model_.sessions.at(id));
  return commit;
}

void Ledger::adopt(Commit& committed) {
  const bool brought_effects = !committed.effects.empty();
  for (auto& [session, effect] : committed.effects) {
    const bool known = std::ranges::any_of(
        model_.outbox, [&](const OutboxRow& row) { return row.session == session && row.effect == effect; });
    // Dropped while it was being written.
    const bool dropped = std::ranges::find(pending_.done, std::pair(session, effect)) != pending_.done.end();
    if (known || dropped) continue;
    OutboxRow row;
    row.session = session;
    row.effect = std::move(effect);
    model_.outbox.push_back(std::move(row));
  }
  if (brought_effects && on_effects_) on_effects_();
}

Task<> Ledger::run() {
  for (;;) {
    co_await work_.wait();
    if (durable_ == said_) continue;
    const std::uint64_t covers = said_;
    auto commit = std::make_shared<Commit>(take_commit());
    for (const session::Session& session : commit->sessions) committing_.insert(session.id);
    for (;;) {
      auto job = [&store = needs_.store, commit] { return store.commit(*commit); };
      auto result = co_await run_on(needs_.worker, std::move(job));
      if (result) break;
      if (trouble_.empty()) log::error("store.failed", {{"error", result.error().text}});
      trouble_ = result.error().text;
      if (result.error().code == Errc::no_space && needs_.on_full) needs_.on_full(result.error());
      co_await needs_.clock.sleep(std::chrono::seconds(1));
    }
    if (!std::exchange(trouble_, {}).empty()) log::info("store.recovered");
    durable_ = covers;
    committed_->cancel();
    committing_.clear();
    adopt(*commit);
  }
}

asio::awaitable<void> Ledger::durable() {
  const std::uint64_t target = said_;
  while (durable_ < target) co_await committed_->async_wait(asio::as_tuple(asio::use_awaitable));
}

Task<> Ledger::update(OutboxRow row) {
  for (OutboxRow& known : model_.outbox) {
    if (known.session == row.session && known.effect == row.effect) known = row;
  }
  auto job = [&store = needs_.store, row] { return store.update(row); };
  co_return co_await run_on(needs_.worker, std::move(job));
}

}  // namespace rec
