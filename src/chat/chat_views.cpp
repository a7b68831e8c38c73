#include "chat/chat_views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "app/names.hpp"
#include "app/texts.hpp"
#include "base/iso_time.hpp"
#include "base/json_members.hpp"
#include "chat/chat_rows.hpp"
#include "chat/chat_texts.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

constexpr std::size_t kUsualLimit = 20;
constexpr std::size_t kMostLimit = 50;

/// As folders are named.
std::string id_end(const std::string& id) {
  return id.substr(id.size() - std::min<std::size_t>(8, id.size()));
}

/// "2026-11-22T21:07:00.000Z" as "22.11. 22:07 CET", by the clock of the configuration.
std::string instant_text(const std::string& iso, Language language) {
  const auto at = parse_iso8601(iso);
  if (!at) return iso;
  return zoned_time(*at, language == Language::ru ? "%d.%m %H:%M %Z" : "%d.%m. %H:%M %Z", language);
}

std::size_t number_of(const ListFilter& filter, const char* key, std::size_t otherwise, std::size_t most) {
  const auto given = filter.find(key);
  if (given == filter.end()) return otherwise;
  std::size_t number = 0;
  const std::string& text = given->second;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && number > 0 ? std::min(number, most) : otherwise;
}

bool let_through(const ListFilter& filter, const char* key, const std::string& value) {
  const auto wanted = filter.find(key);
  return wanted == filter.end() || wanted->second == value;
}

/// The page that is asked for, below a heading with the number of all.
std::string paged(const std::vector<std::string>& items, const ListFilter& filter, const char* heading,
                  const char* none, const ChatWords& w) {
  if (items.empty()) return none;
  const std::size_t limit = number_of(filter, "limit", kUsualLimit, kMostLimit);
  const std::size_t pages = (items.size() + limit - 1) / limit;
  const std::size_t page = std::min(number_of(filter, "page", 1, 1'000'000), pages);
  std::string text = fmt::format(fmt::runtime(heading), items.size());
  if (pages > 1) text += ", " + fmt::format(fmt::runtime(w.page), page, pages);
  text += "\n";
  for (std::size_t i = (page - 1) * limit; i < std::min(items.size(), page * limit); ++i) text += items[i];
  return text;
}

}  // namespace

std::string sources_text(const json::object& list, const ListFilter& filter, Language language) {
  const ChatWords& w = chat_words(language);
  std::vector<std::string> lines;
  for (const auto* source : objects_in(list, "channels")) {
    const json::object& overrides = object_in(*source, "overrides");
    const std::string own = text_in(overrides, "target");
    const std::string target = own.empty() ? "default" : own;
    if (!let_through(filter, "platform", text_in(*source, "platform")) ||
        !let_through(filter, "target", target) || !let_through(filter, "state", state_of(*source)))
      continue;
    const std::string tags = shown_text(overrides, "tags");
    lines.push_back(fmt::format("{} {}{}{}\n", status_icon(state_of(*source)), shown_text(*source, "id"),
                                own.empty() ? "" : " -> " + one_line(own, kMostTitle),
                                tags.empty() ? "" : " [" + tags + "]"));
  }
  std::string text = paged(lines, filter, w.sources, w.no_sources, w);
  for (const json::value& problem : list_in(list, "problems")) {
    if (problem.is_string()) text += "⚠️ " + one_line(std::string(problem.get_string()), kMostError) + "\n";
  }
  return text;
}

std::string source_text(const json::object& source, Language language) {
  const ChatWords& w = chat_words(language);
  std::string text =
      fmt::format("{}\n{}\n{}\n", shown_text(source, "id"), status_word(state_of(source), language),
                  shown_text(source, "url", kMostError));
  const std::string looked = text_in(source, "looked_at");
  text += looked.empty() ? w.no_looked : fmt::format(fmt::runtime(w.looked), instant_text(looked, language));
  text += fmt::format("\n{}\n", text_in(source, "source") == "config" ? w.from_config : w.by_command);
  const json::array& commanded = list_in(source, "set_by_command");
  for (const auto& [key, value] : object_in(source, "overrides")) {
    const bool by_command = std::ranges::find(commanded, json::value(key)) != commanded.end();
    text += fmt::format("{} = {}{}\n", std::string(key),
                        shown_text(object_in(source, "overrides"), std::string(key).c_str(), kMostError),
                        by_command ? std::string(" ") + w.set_by_command : "");
  }
  const std::string note = shown_text(source, "note", kMostError);
  return note.empty() ? text : text + "⚠️ " + note + "\n";
}

std::string targets_text(const json::object& list, const ListFilter& filter, Language language) {
  const ChatWords& w = chat_words(language);
  std::vector<std::string> lines;
  for (const auto* target : objects_in(list, "targets")) {
    lines.push_back(fmt::format("{} -> {} ({})\n", shown_text(*target, "name"),
                                shown_text(object_in(*target, "values"), "channel_id"),
                                count_in(*target, "channels")));
  }
  return paged(lines, filter, w.targets, w.no_targets, w);
}

std::string target_text(const json::object& target, Language language) {
  const ChatWords& w = chat_words(language);
  std::string text = fmt::format("{}\n{}\n", shown_text(target, "name"),
                                 text_in(target, "source") == "config" ? w.from_config : w.by_command);
  const json::array& commanded = list_in(target, "set_by_command");
  for (const auto& [key, value] : object_in(target, "values")) {
    const bool by_command = std::ranges::find(commanded, json::value(key)) != commanded.end();
    text += fmt::format("{} = {}{}\n", std::string(key),
                        shown_text(object_in(target, "values"), std::string(key).c_str(), kMostError),
                        by_command ? std::string(" ") + w.set_by_command : "");
  }
  const json::array& users = list_in(target, "channels");
  if (users.empty()) text += std::string(w.no_channels) + "\n";
  for (const json::value& user : users) {
    if (user.is_string()) text += "• " + one_line(std::string(user.get_string()), kMostTitle) + "\n";
  }
  return text;
}

std::string sessions_text(const json::object& list, const ListFilter& filter, Language language) {
  const ChatWords& w = chat_words(language);
  std::vector<std::string> lines;
  for (const auto* session : objects_in(list, "sessions")) {
    if (!let_through(filter, "state", text_in(*session, "status"))) continue;
    lines.push_back(fmt::format("{} {} ", id_end(text_in(*session, "id")),
                                instant_text(text_in(*session, "started_at"), language)) +
                    session_line(*session, language));
  }
  return paged(lines, filter, w.sessions, w.no_sessions, w);
}

std::string session_text(const json::object& details, Language language) {
  const ChatWords& w = chat_words(language);
  std::string text = fmt::format("{}\n{}", text_in(details, "id"), session_line(details, language));
  text += fmt::format("{}: {}, {}\n", w.length, instant_text(text_in(details, "started_at"), language),
                      length_of(number_in(details, "recorded_s")));
  const std::string chat = shown_text(object_in(details, "target"), "chat");
  if (!chat.empty()) text += fmt::format("{}: {}\n", w.posted_to, chat);
  std::string flags;
  for (const json::value& flag : list_in(details, "flags"))
    flags += (flags.empty() ? "" : ", ") + std::string(flag.as_string());
  if (!flags.empty()) text += fmt::format("{}: {}\n", w.flags, flags);
  for (const auto* part : objects_in(details, "parts")) {
    text +=
        fmt::format(fmt::runtime(w.part), static_cast<int>(number_in(*part, "number")),
                    part_word(text_in(*part, "state"), language), length_of(number_in(*part, "duration_s")),
                    size_of(number_in(*part, "bytes"), language));
    const std::string error = shown_text(*part, "error", kMostError);
    text += (error.empty() ? "" : " ❌ " + error) + "\n";
  }
  for (const auto* row : objects_in(details, "failing")) {
    text += "⚠️ " +
            fmt::format(fmt::runtime(w.tried), static_cast<int>(number_in(*row, "attempts")),
                        shown_text(*row, "error", kMostError)) +
            "\n";
  }
  return text + fmt::format("{}: {}\n", w.folder, shown_text(details, "folder", kMostError));
}

std::string findings_text(const json::object& findings) {
  std::string text;
  for (const auto* finding : objects_in(findings, "findings")) {
    const std::string level = text_in(*finding, "level");
    text += fmt::format("{} {}\n",
                        level == "ok"        ? "✅"
                        : level == "warning" ? "⚠️"
                                             : "❌",
                        shown_text(*finding, "text", kMostError * 2));
    const std::string cure = shown_text(*finding, "cure", kMostError * 2);
    if (!cure.empty()) text += "    → " + cure + "\n";
  }
  return text;
}

const json::object* find_in(const json::object& answer, const char* list, std::string_view name) {
  const json::object* near = nullptr;
  int how_many = 0;
  for (const auto* each : objects_in(answer, list)) {
    for (const char* member : {"id", "name", "url"}) {
      const std::string own = text_in(*each, member);
      if (own == name || own == "@" + std::string(name)) return each;
    }
    const bool begins = text_in(*each, "id").starts_with(name) || text_in(*each, "name").starts_with(name);
    if (begins && !name.empty()) {
      near = each;
      ++how_many;
    }
  }
  return how_many == 1 ? near : nullptr;
}

}  // namespace rec::chat
