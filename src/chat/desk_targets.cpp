// The desk, what is said of targets.
#include <fmt/format.h>

#include <utility>

#include "base/json_members.hpp"
#include "chat/chat_texts.hpp"
#include "chat/chat_views.hpp"
#include "chat/desk.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

/// The key of a target as the predecessor called it.
std::string target_key(const std::string& key) {
  if (key == "upload_channel_id") return "channel_id";
  return key;
}

json::object target_values(const std::map<std::string, std::string>& settings) {
  json::object values;
  for (const auto& [key, text] : settings) {
    const bool nothing = text == "null" || text == "none" || text == "global";
    values[target_key(key)] = nothing ? "" : text;
  }
  return values;
}

}  // namespace

Task<Answer> Desk::targets(Command command) {
  REC_CO_TRY(const json::object list, co_await look("target_list"));
  Answer made;
  if (command.verb == Verb::target_list) {
    made.text = targets_text(list, command.settings, language_);
    co_return made;
  }
  const auto* found = find_in(list, "targets", command.arguments[0]);
  if (found == nullptr)
    co_return fail(Errc::not_found,
                   fmt::format(fmt::runtime(chat_words(language_).no_target), command.arguments[0], prefix_));
  made.text = target_text(*found, language_);
  co_return made;
}

Task<Answer> Desk::change_target(Command command) {
  const ChatWords& w = chat_words(language_);
  const std::string name = command.arguments[0];
  if (command.verb == Verb::target_remove && !command.confirmed) {
    const auto other = command.settings.find("reassign");
    std::string again = "target remove " + name;
    if (other != command.settings.end()) again += " reassign=" + other->second;
    co_return question_of(fmt::format(fmt::runtime(w.ask_remove), name), std::move(again));
  }
  if (command.verb == Verb::target_rename) co_return co_await rename_target(std::move(command));
  if (command.verb == Verb::target_remove) co_return co_await remove_target(std::move(command));
  Answer made;
  json::object arguments;
  arguments["target"] = name;
  if (command.verb == Verb::target_test) {
    REC_CO_TRY(const json::object found, co_await asked("target_test", std::move(arguments)));
    made.text = findings_text(found);
    co_return made;
  }
  const bool adds = command.verb == Verb::target_add;
  json::object values = target_values(command.settings);
  if (adds) values["channel_id"] = command.arguments[1];
  arguments["set"] = std::move(values);
  std::string request = adds ? "target_add" : "target_set";
  REC_CO_TRY(const json::object told, co_await asked(std::move(request), std::move(arguments)));
  const char* text = adds ? w.target_added : flag_in(told, "changed") ? w.target_set : w.no_change;
  made.text = fmt::format(fmt::runtime(text), text_in(told, "target"));
  co_return made;
}

/// One after the other: what a crash or an error has cut short goes on when it is said again.
Task<> Desk::bind_all(json::array sources, std::string target) {
  for (const json::value& source : sources) {
    json::object set;
    set["target"] = target;
    json::object arguments;
    arguments["channel"] = source;
    arguments["set"] = std::move(set);
    const auto done = co_await asked("channel_set", std::move(arguments));
    if (!done) co_return fail(done.error());
  }
  co_return Result<void>();
}

Task<Answer> Desk::rename_target(Command command) {
  const std::string& from = command.arguments[0];
  const std::string& to = command.arguments[1];
  REC_CO_TRY(const json::object list, co_await look("target_list"));
  const auto* found = find_in(list, "targets", from);
  if (found == nullptr)
    co_return fail(Errc::not_found,
                   fmt::format(fmt::runtime(chat_words(language_).no_target), from, prefix_));
  if (text_in(*found, "source") == "config" || text_in(*found, "name") == "default")
    co_return fail(
        Errc::conflict,
        text_in(*found, "name") + ": only what a command has added can be renamed; change it in config.yaml");
  const auto* there = find_in(list, "targets", to);
  const bool goes_on = there != nullptr && text_in(*there, "name") == to &&
                       object_in(*there, "values") == object_in(*found, "values");
  if (!goes_on) {
    json::object arguments;
    arguments["target"] = to;
    arguments["set"] = object_in(*found, "values");
    const auto added = co_await asked("target_add", std::move(arguments));
    if (!added) co_return fail(added.error());
  }
  json::array users = list_in(*found, "channels");
  REC_CO_CHECK(co_await bind_all(std::move(users), to));
  json::object arguments;
  arguments["target"] = text_in(*found, "name");
  const auto removed = co_await asked("target_remove", std::move(arguments));
  if (!removed) co_return fail(removed.error());
  Answer made;
  made.text = fmt::format(fmt::runtime(chat_words(language_).target_renamed), from, to);
  co_return made;
}

Task<Answer> Desk::remove_target(Command command) {
  const std::string& name = command.arguments[0];
  const auto other = command.settings.find("reassign");
  if (other != command.settings.end()) {
    REC_CO_TRY(const json::object list, co_await look("target_list"));
    const auto* found = find_in(list, "targets", name);
    json::array users = found == nullptr ? json::array() : list_in(*found, "channels");
    std::string target = other->second == "default" ? "" : other->second;
    REC_CO_CHECK(co_await bind_all(std::move(users), std::move(target)));
  }
  json::object arguments;
  arguments["target"] = name;
  REC_CO_TRY(const json::object told, co_await asked("target_remove", std::move(arguments)));
  Answer made;
  made.text = fmt::format(fmt::runtime(chat_words(language_).target_removed), text_in(told, "target"));
  co_return made;
}

}  // namespace rec::chat
