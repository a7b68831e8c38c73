// App, the voice: whose account it is, whether it may post where it is to, and what the status messages show.
#include "app/app.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

constexpr std::chrono::seconds kAskAgain{10};
constexpr std::chrono::hours kLookAgain{1};

}  // namespace

// Captures begin before it is known; a session's limits are those of an ordinary account then.
Task<> App::know_account() {
  for (;;) {
    auto account = co_await needs_.publisher->account();
    if (!account) {  // a token that is refused does not become right by being shown again and again
      const bool denied = account.error().code == Errc::denied;
      co_await needs_.clock.sleep(denied ? std::chrono::seconds(kLookAgain) : kAskAgain);
      continue;
    }
    if (std::exchange(settings_.premium, account->premium) != account->premium)
      log::info("telegram.premium", {{"premium", account->premium ? "yes" : "no"}});
    REC_CO_CHECK(co_await check_chats());
    co_await needs_.clock.sleep(kLookAgain);
  }
}

// What is wrong there is told once, before the first post fails of it.
Task<> App::check_chats() {
  std::map<std::string, Chat> chats;
  const auto add = [&chats](const Target& target) {
    for (const Chat* chat : {&target.chat, &target.backup}) {
      if (!chat->empty()) chats.emplace(chat->text(), *chat);
    }
  };
  add(settings_.target.target);
  for (const auto& [name, plan] : settings_.targets) add(plan.target);
  for (const auto& [name, chat] : chats) {
    auto number = co_await effects_.telegram().number_of(chat);
    std::string trouble = number ? "" : number.error().text;
    if (number) {
      const auto usable = co_await needs_.publisher->check_chat(*number);
      if (!usable) trouble = usable.error().text;
    }
    if (std::exchange(chat_trouble_[name], trouble) != trouble && !trouble.empty())
      log::error("telegram.chat_unusable", {{"chat", name}, {"error", trouble}});
  }
  co_return Result<void>();
}

// Edits are for the eye: they need no outbox, only the last one (finish_status) does. A chat that asks for
// patience gets it; the others do not wait for it.
Task<> App::edit_statuses() {
  for (;;) {
    co_await needs_.clock.sleep(settings_.status_edit_interval);
    std::vector<SessionId> open;
    for (const auto& [id, session] : model().sessions) {
      const auto chat = number_of(model(), session.target.chat);
      const auto quiet = chat ? quiet_until_.find(*chat) : quiet_until_.end();
      const bool waits = quiet != quiet_until_.end() && quiet->second > needs_.clock.steady();
      if (session.status_posted && session.phase != session::Phase::done && chat && !waits &&
          !says_last_words(id))
        open.push_back(id);
    }
    for (const SessionId& id : open) {
      auto edited = co_await edit_status(id);
      if (edited) continue;
      log::debug("status.edit_failed", {{"session", id}, {"error", edited.error().text}});
      const auto known = model().sessions.find(id);
      if (!edited.error().retry_after || known == model().sessions.end()) continue;
      if (const auto chat = number_of(model(), known->second.target.chat))
        quiet_until_[*chat] = needs_.clock.steady() + *edited.error().retry_after;
    }
  }
}

/// They are on their way: what is said behind them would stay.
bool App::says_last_words(const SessionId& id) const {
  return std::ranges::any_of(model().outbox, [&](const OutboxRow& row) {
    return row.session == id && std::holds_alternative<session::FinishStatus>(row.effect);
  });
}

Task<> App::edit_status(SessionId id) {
  const auto known = model().sessions.find(id);  // it may be over behind the wait for another one
  if (known == model().sessions.end() || known->second.phase == session::Phase::done || says_last_words(id))
    co_return Result<void>();
  const session::Session& session = known->second;
  StatusFacts facts = facts_of(session);
  RichText text = status_text(session, facts, settings_.texts);
  // A second more is no news: a text that changes with each would spend the edits that Telegram allows.
  facts.now = session.started_at + std::chrono::floor<std::chrono::minutes>(facts.now - session.started_at);
  const std::string now_shown = status_text(session, facts, settings_.texts).text;
  if (now_shown == shown_status_[id]) co_return Result<void>();
  const std::int64_t message = session.status_message;
  REC_CO_TRY(const std::int64_t chat, co_await effects_.telegram().number_of(session.target.chat));
  const auto quiet = quiet_until_.find(chat);
  if (quiet != quiet_until_.end() && quiet->second > needs_.clock.steady()) co_return Result<void>();
  if (says_last_words(id)) co_return Result<void>();
  REC_CO_CHECK(co_await needs_.publisher->edit_text(chat, message, std::move(text)));
  if (model().sessions.contains(id)) shown_status_[id] = now_shown;  // it may be over meanwhile
  co_return Result<void>();
}

}  // namespace rec
