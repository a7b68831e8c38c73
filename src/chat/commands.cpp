// One table; the words of a session's actions are those of app/session_actions.
#include "chat/commands.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

#include "app/session_actions.hpp"

namespace rec::chat {
namespace {

constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

struct CommandSpec {
  std::string_view group, action;
  Verb verb{};
  std::size_t least = 0, most = 0;  ///< arguments
  bool changes = false, destroys = false;
  std::string_view usage;
};

constexpr CommandSpec kCommands[] = {
    {"", "help", Verb::help, 0, 1, false, false, "help [source|target|session|config]"},
    {"", "status", Verb::status, 0, 0, false, false, "status"},
    {"", "whoami", Verb::whoami, 0, 0, false, false, "whoami"},
    {"", "confirm", Verb::confirm, 0, 1, true, false, "confirm [NUMBER]"},
    {"source", "list", Verb::source_list, 0, 0, false, false,
     "sources [platform=twitch] [target=NAME] [state=WORD] [page=2] [limit=20]"},
    {"source", "info", Verb::source_info, 1, 1, false, false, "source info SOURCE"},
    {"source", "add", Verb::source_add, 1, 3, true, false, "source add URL [target=NAME] [KEY=VALUE …]"},
    {"source", "pause", Verb::source_pause, 1, 1, true, false, "source pause SOURCE"},
    {"source", "resume", Verb::source_resume, 1, 1, true, false, "source resume SOURCE"},
    {"source", "remove", Verb::source_remove, 1, 1, true, true, "source remove SOURCE"},
    {"source", "set", Verb::source_set, 1, 1, true, false, "source set SOURCE KEY=VALUE …"},
    {"source", "target", Verb::source_target, 2, 2, true, false, "source target SOURCE TARGET"},
    {"source", "notes", Verb::source_notes, 1, kAnyNumber, true, false, "source notes SOURCE [TEXT]"},
    {"source", "tags", Verb::source_tags, 1, kAnyNumber, true, false, "source tags SOURCE [TAG …]"},
    {"target", "list", Verb::target_list, 0, 0, false, false, "targets [page=2] [limit=20]"},
    {"target", "info", Verb::target_info, 1, 1, false, false, "target info TARGET"},
    {"target", "test", Verb::target_test, 1, 1, true, false, "target test TARGET"},
    {"target", "add", Verb::target_add, 2, 2, true, false, "target add TARGET CHAT [KEY=VALUE …]"},
    {"target", "set", Verb::target_set, 1, 1, true, false, "target set TARGET KEY=VALUE …"},
    {"target", "rename", Verb::target_rename, 2, 2, true, false, "target rename TARGET NAME"},
    {"target", "remove", Verb::target_remove, 1, 1, true, true, "target remove TARGET [reassign=OTHER]"},
    {"session", "list", Verb::session_list, 0, 1, false, false,
     "sessions [SOURCE] [state=WORD] [page=2] [limit=20]"},
    {"session", "details", Verb::session_details, 1, 1, false, false, "session details SESSION"},
    {"session", "stop", Verb::session_action, 1, 1, true, true, "session stop SESSION"},
    {"session", "cancel", Verb::session_action, 1, 1, true, true, "session cancel SESSION"},
    {"session", "retry", Verb::session_action, 1, 1, true, false, "session retry SESSION"},
    {"session", "skip-upload", Verb::session_action, 1, 1, true, true, "session skip-upload SESSION"},
    {"session", "skip-compression", Verb::session_action, 1, 1, true, true,
     "session skip-compression SESSION"},
    {"session", "skip-forwarding", Verb::session_action, 1, 1, true, true, "session skip-forwarding SESSION"},
    {"session", "clear-flags", Verb::session_action, 1, 1, true, false, "session clear-flags SESSION"},
    {"session", "reprocess", Verb::session_action, 1, 1, true, false, "session reprocess SESSION"},
    {"config", "summary", Verb::config_summary, 0, 0, false, false, "config summary"},
    {"config", "export", Verb::config_elsewhere, 0, kAnyNumber, true, false, "config export"},
    {"config", "import-check", Verb::config_elsewhere, 0, kAnyNumber, true, false, "config import-check"},
    {"config", "import", Verb::config_elsewhere, 0, kAnyNumber, true, false, "config import"},
};

/// Words that stand for others.
constexpr std::pair<std::string_view, std::string_view> kSameWords[] = {
    {"start", "help"},     {"health", "status"},    {"dashboard", "status"}, {"jobs", "status"},
    {"queue", "status"},   {"sources", "source"},   {"channels", "source"},  {"channel", "source"},
    {"targets", "target"}, {"sessions", "session"},
};

std::string plain_word(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return c == '_' ? '-' : static_cast<char>(std::tolower(c)); });
  const auto same = std::ranges::find(kSameWords, word, [](const auto& each) { return each.first; });
  return same == std::end(kSameWords) ? word : std::string(same->second);
}

bool is_group(std::string_view word) {
  return word == "source" || word == "target" || word == "session" || word == "config";
}

const CommandSpec* spec_of(std::string_view group, std::string_view action) {
  const auto found = std::ranges::find_if(
      kCommands, [&](const CommandSpec& each) { return each.group == group && each.action == action; });
  return found == std::end(kCommands) ? nullptr : found;
}

/// A session's action by any of its words, "" when it is none.
std::string session_word(const std::string& action) {
  const auto known = session_action_of(action);
  return known ? std::string(word(*known)) : std::string();
}

struct Words {
  std::string group{};
  std::string action{};
  std::size_t own = 1;  ///< how many of the line's words they were
};

/// "source add …", "source_add …", "sources", "stop …".
Words words_of(const std::vector<std::string>& line) {
  const std::string first = plain_word(line.front());
  if (const auto dash = first.find('-'); dash != std::string::npos) {
    const std::string group = plain_word(first.substr(0, dash));
    if (is_group(group)) return {group, first.substr(dash + 1), 1};
  }
  if (!is_group(first)) return session_word(first).empty() ? Words{"", first, 1} : Words{"session", first, 1};
  const std::string second = line.size() > 1 ? plain_word(line[1]) : "";
  const bool action =
      spec_of(first, second) != nullptr || (first == "session" && !session_word(second).empty());
  if (action) return {first, second, 2};
  if (first == "config" && second.empty()) return {first, "summary", 1};
  if (first == "session" || second.empty()) return {first, "list", 1};
  return {first, second, 2};
}

}  // namespace

tl::expected<Command, Misread> command_of(const CommandLine& line) {
  Words words = words_of(line.words);
  if (words.group == "session") {
    const std::string known = session_word(words.action);
    if (!known.empty()) words.action = known;
  }
  const CommandSpec* spec = spec_of(words.group, words.action);
  if (spec == nullptr) return tl::unexpected(Misread{});
  Command command;
  command.verb = spec->verb;
  command.action = spec->action;
  command.arguments.assign(line.words.begin() + static_cast<std::ptrdiff_t>(words.own), line.words.end());
  command.settings = line.settings;
  command.confirmed = line.confirmed;
  command.changes = spec->changes;
  command.destroys = spec->destroys;
  const std::size_t given = command.arguments.size();
  const bool needs_settings = spec->verb == Verb::source_set || spec->verb == Verb::target_set;
  if (given < spec->least || given > spec->most || (needs_settings && line.settings.empty()))
    return tl::unexpected(Misread{std::string(spec->usage)});
  return command;
}

std::vector<std::string> usages_of(std::string_view group) {
  std::vector<std::string> usages;
  for (const CommandSpec& each : kCommands) {
    if (each.group == group) usages.emplace_back(each.usage);
  }
  return usages;
}

}  // namespace rec::chat
