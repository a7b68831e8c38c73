#include "cli/target_text.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "app/names.hpp"
#include "cli/channel_text.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t kLongestLine = 300;

const json::array& array_in(const json::object& object, json::string_view key) {
  static const json::array kNone;
  const auto* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

std::string shown(const json::value& value) {
  return value.is_string() ? one_line(std::string(value.get_string()), kLongestLine) : "";
}

std::string shown(const json::object& object, json::string_view key) {
  const auto* value = object.if_contains(key);
  return value == nullptr ? "" : shown(*value);
}

std::string target_lines(const json::object& target) {
  std::string text = fmt::format("{}  ({})\n", shown(target, "name"),
                                 shown(target, "source") == "config" ? "config.yaml" : "by command");
  const auto& commanded = array_in(target, "set_by_command");
  const auto* values = target.if_contains("values");
  if (values != nullptr && values->is_object()) {
    for (const auto& [key, value] : values->get_object()) {
      bool by_command = false;
      for (const json::value& each : commanded) by_command = by_command || each == json::value(key);
      text += fmt::format("    {}={}{}\n", std::string(key), shown(value), by_command ? " (set)" : "");
    }
  }
  std::string users;
  for (const json::value& each : array_in(target, "channels"))
    users += (users.empty() ? "" : " ") + shown(each);
  return text + (users.empty() ? "    no channel posts to it\n" : "    channels: " + users + "\n");
}

}  // namespace

std::string target_table(const json::object& list) {
  std::string text;
  for (const json::value& each : array_in(list, "targets")) {
    if (each.is_object()) text += target_lines(each.get_object());
  }
  if (text.empty())
    text = "Nothing is posted; `streamrecorder target add default CHAT` names a chat for all channels.\n";
  for (const json::value& each : array_in(list, "problems")) text += "! " + shown(each) + "\n";
  return text;
}

std::string target_told(const json::object& answer) { return channel_told(answer); }

}  // namespace rec::cli
