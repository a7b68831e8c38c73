// The door, what becomes of a command that was let in.
#include <fmt/format.h>

#include <utility>

#include "app/names.hpp"
#include "base/log.hpp"
#include "base/private_file.hpp"
#include "chat/audit_log.hpp"
#include "chat/chat_door.hpp"
#include "chat/chat_texts.hpp"

namespace rec::chat {
namespace {

constexpr std::size_t kMostWaiting = 30;
constexpr std::size_t kMostName = 60;
constexpr std::size_t kMostButtonData = 64;

}  // namespace

void ChatDoor::queue(Turn turn) {
  if (waiting_.size() >= kMostWaiting) return reply(turn.asked, chat_words(needs_.language).busy);
  if (turn.command.changes) handled_.open[turn.key()] = {turn.asked.person, turn.text};
  waiting_.push_back(std::move(turn));
  pump();
}

void ChatDoor::pump() {
  while (!closing_ && running_ < needs_.at_once && !waiting_.empty()) {
    Turn turn = std::move(waiting_.front());
    waiting_.pop_front();
    ++running_;
    start(carry_out(std::move(turn)));
  }
}

Task<> ChatDoor::carry_out(Turn turn) {
  struct Running {
    ChatDoor& door;
    explicit Running(ChatDoor& d) : door(d) {}
    ~Running() {
      --door.running_;
      door.pump();
    }
  } running(*this);
  REC_CO_CHECK(co_await note_begin(turn));
  Desk::Person person{turn.asked.person, turn.asked.name, turn.role};
  Command command = turn.command;
  auto answer = co_await desk_.answer(std::move(command), std::move(person));
  const auto noted = co_await note_end(turn, answer);
  if (!noted) log::error("control.not_noted", {{"error", noted.error().text}});
  if (!answer) {
    Answer sorry;
    sorry.text = error_text(answer.error().text, needs_.language);
    answer = std::move(sorry);
  }
  Answer made = std::move(*answer);
  put_question(turn, made);
  Result<void> delivered;
  if (turn.asked.press != 0)
    delivered = co_await deliver_press(turn, std::move(made));
  else
    delivered = co_await deliver(turn, std::move(made));
  const bool was_open = handled_.open.erase(turn.key()) > 0;
  if (was_open || noted_newest_ < handled_.newest) {
    REC_CO_CHECK(co_await keep());
  }
  co_return delivered;
}

/// By a button where there can be one that holds the command, else by words.
void ChatDoor::put_question(const Turn& turn, Answer& answer) {
  if (answer.question.empty()) return;
  const ChatWords& w = chat_words(needs_.language);
  const std::string yes = "!" + answer.question;
  if (account_.bot && yes.size() <= kMostButtonData) {
    answer.buttons = {{{w.yes, yes}, {w.no, "-"}}};
    return;
  }
  const int number = questions_.ask(turn.asked.person, answer.question, needs_.clock.steady());
  answer.text += "\n" + fmt::format(fmt::runtime(w.say_yes), needs_.rules.command_prefix, number);
}

/// Durable when it returns: from now on it is not acted on again.
Task<> ChatDoor::note_begin(const Turn& turn) {
  log::info("control.asked", {{"person", turn.asked.person},
                              {"name", one_line(turn.asked.name, kMostName)},
                              {"command", turn.text}});
  if (!turn.command.changes) co_return Result<void>();
  const auto kept = co_await keep();
  if (kept) co_return Result<void>();
  handled_.open.erase(turn.key());
  reply(turn.asked, error_text(kept.error().text, needs_.language));
  co_return fail(kept.error());
}

Task<> ChatDoor::note_end(const Turn& turn, const Result<Answer>& answer) {
  if (!turn.command.changes || (answer && !answer->question.empty())) co_return Result<void>();
  const std::string result = answer ? answer->text : answer.error().text;
  co_return co_await write_audit(turn.asked.person, answer ? "ok" : "failed", turn.text, result);
}

Task<> ChatDoor::deliver(const Turn& turn, Answer answer) {
  Saying saying = saying_of(std::move(answer.text), turn.asked.message);
  saying.buttons = std::move(answer.buttons);
  return needs_.conversation.say(std::move(saying));
}

/// What was asked about, and a status, is changed in its place; all else is said, so that the others see it.
Task<> ChatDoor::deliver_press(const Turn& turn, Answer answer) {
  const bool in_place = turn.command.confirmed || turn.command.verb == Verb::status;
  const std::string who = fmt::format("{} ({})", answer.text, one_line(turn.asked.name, kMostName));
  const bool short_notice = turn.command.changes && answer.question.empty();
  Saying saying = saying_of(short_notice ? who : answer.text, 0);
  saying.buttons = std::move(answer.buttons);
  std::string words = short_notice ? answer.text : "";
  const auto told = co_await needs_.conversation.notice(turn.asked.press, std::move(words));
  if (!told) log::info("control.press_too_old", {{"error", told.error().text}});
  if (in_place) {
    Saying changed = saying;
    const auto done = co_await needs_.conversation.change(turn.asked.message, std::move(changed));
    if (done) co_return Result<void>();
  }
  saying.reply_to = turn.asked.message;
  co_return co_await needs_.conversation.say(std::move(saying));
}

Task<> ChatDoor::keep() {
  const std::int64_t newest = handled_.newest;
  auto job = [path = needs_.state_file, text = handled_text(handled_)] {
    return write_private_file(path, text);
  };
  REC_CO_CHECK(co_await run_on(needs_.files, std::move(job)));
  noted_newest_ = newest;
  co_return Result<void>();
}

Task<> ChatDoor::write_audit(std::int64_t person, std::string outcome, std::string command,
                             std::string result) {
  if (needs_.rules.audit_log_file.empty()) co_return Result<void>();
  const AuditEntry entry{needs_.clock.now(), person, std::move(outcome), std::move(command),
                         std::move(result)};
  auto job = [path = needs_.rules.audit_log_file, line = audit_line(entry)] {
    return append_audit(path, line);
  };
  co_return co_await run_on(needs_.files, std::move(job));
}

}  // namespace rec::chat
