// Each request is named by an object on the line above its call: see CONTRIBUTING.md.
#include "chat/desk.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/names.hpp"
#include "base/json_members.hpp"
#include "chat/chat_texts.hpp"
#include "chat/chat_views.hpp"
#include "words/russian.hpp"
#include "words/told.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostQuestionName = 60;
constexpr std::size_t kYouTubeIdLength = 24;

std::string page_of(const std::string& platform, const std::string& name) {
  if (platform == "twitch") return "https://www.twitch.tv/" + name;
  if (name.starts_with("UC") && name.size() == kYouTubeIdLength)
    return "https://www.youtube.com/channel/" + name;
  return "https://www.youtube.com/" + (name.starts_with('@') ? name : "@" + name);
}

/// "add URL [TARGET]", or as the predecessor had it: "add twitch NAME [TARGET]".
struct NewSource {
  std::string url{};
  std::string target{};
};

NewSource new_source(const std::vector<std::string>& words) {
  const bool named = (words[0] == "twitch" || words[0] == "youtube") && words.size() > 1;
  NewSource source{named ? page_of(words[0], words[1]) : words[0]};
  const std::size_t behind = named ? 2 : 1;
  if (words.size() > behind) source.target = words[behind];
  return source;
}

json::object texts_object(const std::map<std::string, std::string>& texts) {
  json::object object;
  for (const auto& [key, text] : texts) object[key] = text;
  return object;
}

std::string joined_words(const std::vector<std::string>& words, std::size_t from, const char* between) {
  std::string all;
  for (std::size_t i = from; i < words.size(); ++i) all += (i == from ? "" : between) + words[i];
  return all;
}

}  // namespace

Answer question_of(std::string text, std::string command) {
  Answer asked;
  asked.text = std::move(text);
  asked.question = std::move(command);
  return asked;
}

Task<Answer> Desk::answer(Command command, Person person) {
  const ChatWords& w = chat_words(language_);
  Answer made;
  switch (command.verb) {
    case Verb::help:
      made.text = help_text(command.arguments.empty() ? "" : command.arguments[0], prefix_, language_);
      co_return made;
    case Verb::whoami:
      made.text =
          fmt::format(fmt::runtime(w.whoami), person.name, person.id, role_word(person.role, language_));
      co_return made;
    case Verb::status: {
      REC_CO_TRY(const json::object overview, co_await look("overview"));
      made.text = overview_text(overview, language_);
      if (person.role == Role::admin) made.buttons = overview_buttons(overview, language_);
      co_return made;
    }
    case Verb::source_list:
      co_return co_await sources(std::move(command));
    case Verb::source_info:
      co_return co_await source(std::move(command));
    case Verb::source_add:
      co_return co_await add_source(std::move(command));
    case Verb::source_remove:
    case Verb::source_pause:
    case Verb::source_resume:
      co_return co_await change_source(std::move(command));
    case Verb::source_set:
    case Verb::source_target:
    case Verb::source_notes:
    case Verb::source_tags:
      co_return co_await set_source(std::move(command));
    case Verb::target_list:
    case Verb::target_info:
      co_return co_await targets(std::move(command));
    case Verb::target_test:
    case Verb::target_add:
    case Verb::target_set:
    case Verb::target_rename:
    case Verb::target_remove:
      co_return co_await change_target(std::move(command));
    case Verb::session_list:
    case Verb::session_details:
      co_return co_await sessions(std::move(command));
    case Verb::session_action:
      co_return co_await act(std::move(command));
    case Verb::config_summary:
      co_return co_await summary();
    case Verb::config_elsewhere:
      made.text = w.elsewhere;
      co_return made;
    case Verb::confirm:  // the door's
      co_return made;
  }
  co_return made;
}

Task<json::object> Desk::asked(std::string request, json::object arguments) {
  auto told = co_await ask_(std::move(request), std::move(arguments));
  if (language_ == Language::en) co_return told;
  if (!told)
    co_return fail(Error{told.error().code, in_russian(told.error().text), told.error().retry_after});
  tell_in_russian(*told);
  co_return told;
}

/// A request that takes no arguments.
Task<json::object> Desk::look(std::string request) {
  json::object none;
  co_return co_await asked(std::move(request), std::move(none));
}

Task<Answer> Desk::sources(Command command) {
  REC_CO_TRY(const json::object list, co_await look("channel_list"));
  Answer made;
  made.text = sources_text(list, command.settings, language_);
  co_return made;
}

Task<Answer> Desk::source(Command command) {
  REC_CO_TRY(const json::object list, co_await look("channel_list"));
  const auto* found = find_in(list, "channels", command.arguments[0]);
  if (found == nullptr)
    co_return fail(Errc::not_found,
                   fmt::format(fmt::runtime(chat_words(language_).no_source), command.arguments[0], prefix_));
  Answer made;
  made.text = source_text(*found, language_);
  co_return made;
}

Task<Answer> Desk::add_source(Command command) {
  const ChatWords& w = chat_words(language_);
  NewSource wanted = new_source(command.arguments);
  if (!wanted.target.empty()) command.settings["target"] = wanted.target;
  json::object arguments;
  arguments["url"] = wanted.url;
  REC_CO_TRY(const json::object told, co_await asked("channel_add", std::move(arguments)));
  const std::string id = text_in(told, "channel");
  Answer made;
  made.text = fmt::format(fmt::runtime(flag_in(told, "changed") ? w.added : w.watched), id);
  if (command.settings.empty()) co_return made;
  json::object set;
  set["channel"] = id;
  set["set"] = texts_object(command.settings);
  const auto done = co_await asked("channel_set", std::move(set));
  if (!done) co_return fail(Errc::invalid, made.text + "; " + done.error().text);
  made.text += "\n" + fmt::format(fmt::runtime(w.set), id);
  co_return made;
}

Task<Answer> Desk::change_source(Command command) {
  const ChatWords& w = chat_words(language_);
  const bool removes = command.verb == Verb::source_remove;
  if (removes && !command.confirmed) {
    REC_CO_TRY(const json::object list, co_await look("channel_list"));
    const auto* found = find_in(list, "channels", command.arguments[0]);
    const std::string id = found == nullptr ? command.arguments[0] : text_in(*found, "id");
    co_return question_of(fmt::format(fmt::runtime(w.ask_remove), id), "source remove " + id);
  }
  json::object arguments;
  arguments["channel"] = command.arguments[0];
  const bool pauses = command.verb == Verb::source_pause;
  std::string request = removes ? "channel_remove" : pauses ? "channel_pause" : "channel_resume";
  REC_CO_TRY(const json::object told, co_await asked(std::move(request), std::move(arguments)));
  const bool changed = flag_in(told, "changed");
  const char* text = changed ? w.resumed : w.not_paused;
  if (pauses) text = changed ? w.paused : w.paused_already;
  if (removes) text = w.removed;
  Answer made;
  made.text = fmt::format(fmt::runtime(text), text_in(told, "channel"));
  co_return made;
}

Task<Answer> Desk::set_source(Command command) {
  const ChatWords& w = chat_words(language_);
  const std::string& name = command.arguments[0];
  const bool binds = command.verb == Verb::source_target;
  const bool tags = command.verb == Verb::source_tags;
  std::map<std::string, std::string> values = command.settings;
  if (binds) values["target"] = command.arguments[1] == "default" ? "" : command.arguments[1];
  if (command.verb == Verb::source_notes) values["notes"] = joined_words(command.arguments, 1, " ");
  if (tags) values["tags"] = joined_words(command.arguments, 1, ", ");
  json::object arguments;
  arguments["channel"] = name;
  arguments["set"] = texts_object(values);
  REC_CO_TRY(const json::object told, co_await asked("channel_set", std::move(arguments)));
  const std::string id = text_in(told, "channel");
  Answer made;
  if (!flag_in(told, "changed"))
    made.text = fmt::format(fmt::runtime(w.no_change), id);
  else if (binds)
    made.text = fmt::format(fmt::runtime(w.bound), id, command.arguments[1]);
  else if (tags)
    made.text = fmt::format(fmt::runtime(w.tags), id, values["tags"]);
  else
    made.text = fmt::format(fmt::runtime(command.verb == Verb::source_notes ? w.notes : w.set), id);
  co_return made;
}

Task<Answer> Desk::sessions(Command command) {
  Answer made;
  json::object arguments;
  if (command.verb == Verb::session_details) {
    arguments["session"] = command.arguments[0];
    REC_CO_TRY(const json::object details, co_await asked("session_details", std::move(arguments)));
    made.text = session_text(details, language_);
    co_return made;
  }
  constexpr int kLookedAt = 200;
  arguments["limit"] = kLookedAt;
  if (!command.arguments.empty()) arguments["channel"] = command.arguments[0];
  REC_CO_TRY(const json::object list, co_await asked("session_list", std::move(arguments)));
  made.text = sessions_text(list, command.settings, language_);
  co_return made;
}

Task<Answer> Desk::act(Command command) {
  const ChatWords& w = chat_words(language_);
  json::object arguments;
  arguments["session"] = command.arguments[0];
  if (command.destroys && !command.confirmed) {
    REC_CO_TRY(const json::object details, co_await asked("session_details", std::move(arguments)));
    const std::string id = text_in(details, "id");
    std::string name = text_in(details, "name");
    const std::string title = one_line(text_in(details, "title"), kMostQuestionName);
    if (!title.empty()) name += " «" + title + "»";
    std::string text = command.action == "stop" ? fmt::format(fmt::runtime(w.ask_stop), name)
                       : command.action == "cancel"
                           ? fmt::format(fmt::runtime(w.ask_cancel), name)
                           : fmt::format(fmt::runtime(w.ask_skip), command.action, name);
    co_return question_of(std::move(text), fmt::format("session {} {}", command.action, id));
  }
  arguments["action"] = command.action;
  REC_CO_TRY(const json::object told, co_await asked("session_action", std::move(arguments)));
  const std::string id = text_in(told, "session");
  Answer made;
  made.text = fmt::format("{}: {}", id.substr(id.size() - std::min<std::size_t>(8, id.size())),
                          session_outcome(command.action, flag_in(told, "changed"), language_));
  co_return made;
}

Task<Answer> Desk::summary() {
  REC_CO_TRY(const json::object sources, co_await look("channel_list"));
  REC_CO_TRY(const json::object targets, co_await look("target_list"));
  REC_CO_TRY(const json::object status, co_await look("status"));
  std::size_t paused = 0;
  for (const auto* source : objects_in(sources, "channels")) paused += flag_in(*source, "paused") ? 1 : 0;
  std::size_t open = 0;
  for (const auto* session : objects_in(status, "sessions")) {
    const std::string word = text_in(*session, "status");
    open += word == "done" || word == "error" ? 0 : 1;
  }
  Answer made;
  made.text = fmt::format(fmt::runtime(chat_words(language_).summary), list_in(sources, "channels").size(),
                          paused, list_in(targets, "targets").size(), open);
  for (const auto* list : {&sources, &targets}) {
    for (const json::value& problem : list_in(*list, "problems")) {
      if (problem.is_string()) made.text += "\n⚠️ " + std::string(problem.get_string());
    }
  }
  co_return made;
}

}  // namespace rec::chat
