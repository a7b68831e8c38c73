// The door, who and what is let in.
#include <fmt/format.h>

#include <charconv>
#include <utility>

#include "app/names.hpp"
#include "base/log.hpp"
#include "chat/chat_door.hpp"
#include "chat/chat_texts.hpp"
#include "words/russian.hpp"

namespace rec::chat {
namespace {

/// What was said shortly before the start is meant for this program: it was being restarted.
constexpr std::chrono::seconds kBeforeStart{30};
/// What is heard so late, because the network was away, may be meant for something that is over.
constexpr std::chrono::minutes kTooLate{5};
constexpr std::size_t kMostSaid = 500;

std::string dialogue_text(std::string_view format, std::string_view value) {
  return fmt::format(fmt::runtime(format), value);
}

/// 0: none is named; -1: what is named is no number.
int question_number(const std::vector<std::string>& arguments) {
  if (arguments.empty()) return 0;
  int number = 0;
  const std::string& text = arguments.front();
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() && number > 0 ? number : -1;
}

}  // namespace

bool ChatDoor::is_old(const Asked& asked) const {
  return asked.ago > kTooLate || said_at(asked) < opened_ - kBeforeStart;
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
  if (line && !*line) return take_word(std::move(asked), role);
  if (asked.message <= handled_.newest) return;  // told again, after a crash
  handled_.newest = asked.message;
  const std::string text = one_line(without_secrets(asked.text), kMostSaid);
  if (role == Role::stranger) return refuse(asked, asked.person == 0 ? w.anonymous : w.no_access, text);
  if (is_old(asked)) {
    log::info("control.missed", {{"person", asked.person}, {"command", text}});
    if (!std::exchange(said_away_, true)) reply(asked, w.was_away);
    return;
  }
  said_away_ = false;
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
  if (command->verb == Verb::confirm)
    return take_confirmation(std::move(asked), role, question_number(command->arguments));
  Turn turn{std::move(asked), role, std::move(*command), text};
  queue(std::move(turn));
}

/// What is said without the prefix means something only to him whom a question is open to.
void ChatDoor::take_word(Asked asked, Role role) {
  const Word word = word_of(asked.text);
  if (word == Word::other || role != Role::admin || asked.message <= handled_.newest) return;
  if (!questions_.open_to(asked.person, said_at(asked))) return;
  handled_.newest = asked.message;
  if (word == Word::yes) return take_confirmation(std::move(asked), role, 0);
  questions_.drop(asked.person);
  reply(asked, chat_words(needs_.language).not_done);
}

void ChatDoor::take_confirmation(Asked asked, Role role, int number) {
  const ChatWords& w = chat_words(needs_.language);
  const std::string& prefix = needs_.rules.command_prefix;
  const auto meant = questions_.confirm(asked.person, number, said_at(asked));
  if (!meant && meant.error().empty()) return reply(asked, w.no_question);
  if (!meant) {
    std::string choice;
    for (const int each : meant.error())
      choice += fmt::format("{}{}confirm {}", choice.empty() ? "" : ", ", prefix, each);
    return reply(asked, dialogue_text(w.which_question, choice));
  }
  auto line = read_words(*meant);
  auto command = line ? command_of(*line) : tl::expected<Command, Misread>(tl::unexpected(Misread{}));
  if (!command) return reply(asked, w.no_question);
  command->confirmed = true;
  Turn turn{std::move(asked), role, std::move(*command), prefix + *meant + " --confirm"};
  queue(std::move(turn));
}

/// The data of a button is a command; "!" before it: it was asked about, "-": no. Anybody can send any data,
/// so it is read like what is said.
void ChatDoor::take_press(Asked asked, Role role) {
  const ChatWords& w = chat_words(needs_.language);
  std::string data = asked.text;
  const std::string text = one_line(without_secrets(data), kMostSaid);
  if (role == Role::stranger) return refuse(asked, w.no_access, text);
  if (!limit_.take(asked.person, needs_.clock.steady())) return refuse(asked, w.too_many, "");
  if (data == "-") return role == Role::admin ? start(dismiss(asked)) : refuse(asked, w.read_only, "");
  const bool confirmed = data.starts_with('!');
  if (confirmed) data.erase(0, 1);
  auto line = read_words(data);
  if (!line || line->words.empty()) return reply(asked, dialogue_text(w.unknown, ""));
  line->confirmed = confirmed;
  auto command = command_of(*line);
  if (!command || command->verb == Verb::confirm) return reply(asked, dialogue_text(w.unknown, ""));
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
  start(needs_.conversation.say(saying_of(std::move(text), asked.message)));
}

/// No answer of ours is a command: a user's account may hear itself.
Saying ChatDoor::saying_of(std::string text, std::int64_t reply_to) const {
  const std::string& prefix = needs_.rules.command_prefix;
  Saying saying;
  saying.text = !prefix.empty() && text.starts_with(prefix) ? "· " + std::move(text) : std::move(text);
  saying.reply_to = reply_to;
  return saying;
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
