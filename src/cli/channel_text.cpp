#include "cli/channel_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include <boost/json/array.hpp>

#include "app/names.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

std::string told_text(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? one_line(std::string(value->get_string()), 300) : "";
}

bool told_flag(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->get_bool();
}

/// "title_filter=chess  quality=720p (set)": that one was set by a command.
std::string overrides_text(const json::object& channel) {
  const auto* overrides = channel.if_contains("overrides");
  const auto* commanded = channel.if_contains("set_by_command");
  if (overrides == nullptr || !overrides->is_object()) return {};
  std::string text;
  for (const auto& [key, value] : overrides->get_object()) {
    const bool by_command =
        commanded != nullptr && commanded->is_array() &&
        std::ranges::find(commanded->get_array(), json::value(key)) != commanded->get_array().end();
    text += fmt::format("{}{}={}{}", text.empty() ? "" : "  ", std::string(key),
                        told_text(overrides->get_object(), key), by_command ? " (set)" : "");
  }
  return text;
}

struct Row {
  std::string id{};
  std::string state{};
  std::string source{};
  std::string looked{};
  std::string url{};
};

Row row_of(const json::object& channel) {
  std::string looked = told_text(channel, "looked_at");
  if (looked.size() >= 19) looked = looked.substr(11, 8) + " UTC";
  std::string state = told_text(channel, "status");
  if (state == "offline" && told_flag(channel, "over")) state = "over";
  if (told_flag(channel, "paused")) state = state == "offline" ? "paused" : state + ", then paused";
  return {told_text(channel, "id"), state, told_text(channel, "source"), looked.empty() ? "-" : looked,
          told_text(channel, "url")};
}

}  // namespace

std::string channel_table(const json::object& list) {
  std::vector<Row> rows{{"CHANNEL", "STATUS", "FROM", "LOOKED AT", "URL"}};
  std::vector<std::string> more{""};
  const auto* channels = list.if_contains("channels");
  if (channels == nullptr || !channels->is_array() || channels->get_array().empty())
    return "No channel is watched; `streamrecorder channel add URL` adds one.\n";
  for (const json::value& one : channels->get_array()) {
    if (!one.is_object()) continue;
    rows.push_back(row_of(one.get_object()));
    const std::string overrides = overrides_text(one.get_object());
    const std::string note = told_text(one.get_object(), "note");
    more.push_back((overrides.empty() ? "" : "    " + overrides + "\n") +
                   (note.empty() ? "" : "    " + note + "\n"));
  }
  const auto width = [&](std::string Row::* column) {
    std::size_t widest = 0;
    for (const Row& row : rows) widest = std::max(widest, (row.*column).size());
    return widest;
  };
  std::string text;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    text += fmt::format("{:<{}}  {:<{}}  {:<{}}  {:<{}}  {}\n", row.id, width(&Row::id), row.state,
                        width(&Row::state), row.source, width(&Row::source), row.looked, width(&Row::looked),
                        row.url);
    text += more[i];
  }
  const auto* problems = list.if_contains("problems");
  if (problems == nullptr || !problems->is_array()) return text;
  for (const json::value& problem : problems->get_array()) {
    if (problem.is_string()) text += "! " + one_line(std::string(problem.get_string()), 500) + "\n";
  }
  return text;
}

std::string channel_told(const json::object& answer) {
  std::string text = told_text(answer, "text");
  if (told_flag(answer, "changed") && !told_flag(answer, "running"))
    text += " (streamrecorder does not run: in effect when it does)";
  return text + "\n";
}

}  // namespace rec::cli
