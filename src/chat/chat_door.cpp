#include "chat/chat_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/names.hpp"
#include "base/log.hpp"
#include "chat/chat_texts.hpp"
#include "words/russian.hpp"

namespace rec::chat {
namespace {

constexpr int kBurst = 10;
constexpr Millis kEvery{3'000};
constexpr Millis kRefusedEvery{60'000};
/// What was said shortly before the start is meant for this program: it was being restarted.
constexpr std::chrono::seconds kBeforeStart{30};
constexpr std::chrono::seconds kTryAgain{10};
constexpr std::chrono::minutes kTryAgainRefused{5};  ///< does not mend itself
constexpr std::size_t kMostText = 500;

std::string dialogue_text(std::string_view format, std::string_view value) {
  return fmt::format(fmt::runtime(format), value);
}

}  // namespace

ChatDoor::ChatDoor(Needs needs)
    : needs_(std::move(needs)),
      desk_(needs_.ask, needs_.language, needs_.rules.command_prefix),
      limit_(kBurst, kEvery),
      refusals_(1, kRefusedEvery),
      tasks_(needs_.executor, [](const std::string& name, const Error& error) {
        log::warn("control.failed", {{"task", name}, {"error", error.text}});
      }) {}

void ChatDoor::open() {
  opened_ = needs_.clock.steady();
  tasks_.start("listen", run());
}

asio::awaitable<void> ChatDoor::close() {
  closing_ = true;
  waiting_.clear();
  tasks_.cancel_all();
  co_await tasks_.join();
}

void ChatDoor::start(Task<> task) { tasks_.start(fmt::format("command-{}", ++started_), std::move(task)); }

Task<> ChatDoor::run() {
  std::string said;
  for (;;) {
    auto heard = co_await come_in();
    if (heard) {
      auto asked = co_await needs_.conversation.next();
      if (asked) {
        said.clear();
        take(std::move(*asked));
        continue;
      }
      heard = fail(std::move(asked).error());
    }
    const Error error = heard.error();
    if (error.code == Errc::cancelled) co_return fail(error);
    if (std::exchange(said, error.text) != said)
      log::warn("control.group_out_of_reach", {{"error", error.text}});
    const bool refused = error.code == Errc::denied || error.code == Errc::not_found;
    const auto pause = refused ? Millis(kTryAgainRefused) : Millis(kTryAgain);
    co_await needs_.clock.sleep(std::max(pause, error.retry_after.value_or(Millis{0})));
  }
}

/// Once, and again until it has worked: signs in, and deals with what was before.
Task<> ChatDoor::come_in() {
  if (in_) co_return Result<void>();
  REC_CO_CHECK(co_await listen());
  REC_CO_TRY(account_, co_await needs_.publisher.account());
  REC_CO_CHECK(co_await tell_interrupted());
  REC_CO_CHECK(co_await warn_if_deaf());
  in_ = true;
  log::info("control.listening", {{"chat", chat_}, {"buttons", account_.bot ? "yes" : "no"}});
  co_return Result<void>();
}

Task<> ChatDoor::listen() {
  if (chat_ != 0) co_return Result<void>();
  const ChatRef group = needs_.rules.group_id.value_or(ChatRef{});
  std::int64_t chat = 0;
  if (const auto* number = std::get_if<std::int64_t>(&group)) {
    chat = *number;
  } else {
    REC_CO_TRY(chat, co_await needs_.publisher.resolve_chat(std::get<std::string>(group)));
  }
  auto job = [path = needs_.state_file, chat] { return load_handled(path, chat); };
  auto kept = co_await run_on(needs_.files, std::move(job));
  if (!kept) log::error("control.notes_unreadable", {{"error", kept.error().text}});
  if (kept) handled_ = std::move(*kept);
  handled_.chat = chat;
  chat_ = chat;
  needs_.conversation.listen(chat);
  co_return Result<void>();
}

Task<> ChatDoor::tell_interrupted() {
  const ChatWords& w = chat_words(needs_.language);
  const auto open = handled_.open;
  for (const auto& [message, command] : open) {
    Saying saying;
    saying.text = fmt::format(fmt::runtime(w.interrupted), one_line(command.text, kMostText),
                              needs_.rules.command_prefix);
    saying.reply_to = std::max<std::int64_t>(0, message);
    REC_CO_CHECK(co_await needs_.conversation.say(std::move(saying)));
    REC_CO_CHECK(co_await write_audit(command.person, "interrupted", command.text, ""));
    handled_.open.erase(message);
    REC_CO_CHECK(co_await keep());
  }
  co_return Result<void>();
}

Task<> ChatDoor::warn_if_deaf() {
  REC_CO_TRY(const std::string deaf,
             co_await needs_.conversation.deaf_to(chat_, needs_.rules.command_prefix));
  if (!deaf.empty()) log::warn("control.hears_not_all", {{"text", deaf}});
  co_return Result<void>();
}

bool ChatDoor::is_old(const Asked& asked) const {
  return needs_.clock.steady() - asked.ago < opened_ - kBeforeStart;
}

void ChatDoor::take(Asked asked) {
  const Role role = role_of(asked.person, needs_.rules);
  if (asked.press != 0)
    take_press(std::move(asked), role);
  else
    take_said(std::move(asked), role);
}

void ChatDoor::take_said(Asked asked, Role role) {
  const ChatWords& w = chat_words(needs_.language);
  const std::string& prefix = needs_.rules.command_prefix;
  const auto line = read_command(asked.text, prefix, account_.bot ? account_.name : "");
  if (line && !*line) return;
  if (asked.message <= handled_.newest) return;  // told again, after a crash
  handled_.newest = asked.message;
  const std::string text = one_line(without_secrets(asked.text), kMostText);
  if (role == Role::stranger) return refuse(asked, asked.person == 0 ? w.anonymous : w.no_access, text);
  if (is_old(asked)) {
    log::info("control.missed", {{"person", asked.person}, {"command", text}});
    if (!std::exchange(said_away_, true)) reply(asked, w.was_away);
    return;
  }
  if (!limit_.take(asked.person, needs_.clock.steady())) {
    if (refusals_.take(asked.person, needs_.clock.steady())) reply(asked, w.too_many);
    return;
  }
  if (!line)
    return reply(asked,
                 dialogue_text(w.malformed, needs_.language == Language::ru ? in_russian(line.error().text)
                                                                            : line.error().text));
  auto command = command_of(**line);
  if (!command) {
    if (asked.own && command.error().usage.empty()) return;  // an answer of ours, perhaps
    return reply(asked, command.error().usage.empty()
                            ? dialogue_text(w.unknown, prefix)
                            : dialogue_text(w.usage, prefix + command.error().usage));
  }
  if (command->changes && role != Role::admin) return refuse(asked, w.read_only, text);
  Turn turn{std::move(asked), role, std::move(*command), text};
  queue(std::move(turn));
}

/// The data of a button is a command; "!" before it: it was asked about, "-": no. Anybody can send any data,
/// so it is read like what is said.
void ChatDoor::take_press(Asked asked, Role role) {
  const ChatWords& w = chat_words(needs_.language);
  std::string data = asked.text;
  const std::string text = one_line(without_secrets(data), kMostText);
  if (role == Role::stranger) return refuse(asked, w.no_access, text);
  if (!limit_.take(asked.person, needs_.clock.steady())) return refuse(asked, w.too_many, "");
  if (data == "-") return role == Role::admin ? start(dismiss(asked)) : refuse(asked, w.read_only, "");
  const bool confirmed = data.starts_with('!');
  if (confirmed) data.erase(0, 1);
  auto line = read_words(data);
  if (!line || line->words.empty()) return reply(asked, dialogue_text(w.unknown, ""));
  line->confirmed = confirmed;
  auto command = command_of(*line);
  if (!command) return reply(asked, dialogue_text(w.unknown, ""));
  if (command->changes && role != Role::admin) return refuse(asked, w.read_only, text);
  Turn turn{std::move(asked), role, std::move(*command), text};
  queue(std::move(turn));
}

/// Tells the one who may not, but not as often as he likes; it is written down each time.
void ChatDoor::refuse(Asked asked, std::string text, std::string command) {
  if (!command.empty()) {
    log::warn("control.denied", {{"person", asked.person}, {"command", command}});
    start(write_audit(asked.person, "denied", std::move(command), text));
  }
  const bool told = asked.press != 0 || refusals_.take(asked.person, needs_.clock.steady());
  if (told) reply(asked, std::move(text));
}

void ChatDoor::reply(const Asked& asked, std::string text) {
  if (asked.press != 0) return start(needs_.conversation.notice(asked.press, std::move(text)));
  Saying saying;
  saying.text = std::move(text);
  saying.reply_to = asked.message;
  start(needs_.conversation.say(std::move(saying)));
}

Task<> ChatDoor::dismiss(Asked asked) {
  const std::string text = chat_words(needs_.language).not_done;
  Saying saying;
  saying.text = text;
  const auto changed = co_await needs_.conversation.change(asked.message, std::move(saying));
  REC_CO_CHECK(co_await needs_.conversation.notice(asked.press, text));
  co_return changed;
}

}  // namespace rec::chat
