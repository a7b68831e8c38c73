#include "cli/session_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_members.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

std::string length_text(double seconds) {
  const auto whole = static_cast<long long>(std::max(0.0, seconds));
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

/// As folders are named: the end of the id.
std::string end_of(const std::string& id) {
  return id.substr(id.size() - std::min<std::size_t>(8, id.size()));
}

std::string joined(const json::array& words) {
  std::string all;
  for (const json::value& each : words) {
    if (each.is_string()) all += (all.empty() ? "" : ", ") + std::string(each.get_string());
  }
  return all;
}

std::string session_row(const json::object& session) {
  const std::string flags = joined(list_in(session, "flags"));
  return fmt::format("{}  {}  {}  {}  posted {}/{}{}{}\n", end_of(text_in(session, "id")),
                     text_in(session, "started_at").substr(0, 16), text_in(session, "channel"),
                     text_in(session, "status"), number_in(session, "posted_parts"),
                     number_in(session, "parts"), flags.empty() ? "" : "  (" + flags + ")",
                     text_in(session, "title").empty() ? "" : "  " + text_in(session, "title"));
}

std::string part_line(const json::object& part) {
  std::string line = fmt::format("  part {}: {}, {}, {:.1f} MB, {}", number_in(part, "number"),
                                 text_in(part, "state"), length_text(number_in(part, "duration_s")),
                                 number_in(part, "bytes") / 1e6, text_in(part, "path"));
  const std::string error = text_in(part, "error");
  return line + (error.empty() ? "" : ": " + error) + "\n";
}

}  // namespace

std::string session_table(const json::object& list) {
  const json::array& sessions = list_in(list, "sessions");
  if (sessions.empty()) return "no sessions\n";
  std::string out;
  for (const json::value& each : sessions) {
    if (const auto* session = each.if_object()) out += session_row(*session);
  }
  return out;
}

std::string session_details_text(const json::object& details) {
  std::string out = fmt::format("{}  {}  {}\n", text_in(details, "id"), text_in(details, "channel"),
                                text_in(details, "status"));
  const auto line = [&out](const char* label, const std::string& value) {
    if (!value.empty()) out += fmt::format("{}: {}\n", label, value);
  };
  line("title", text_in(details, "title"));
  line("started", text_in(details, "started_at"));
  line("ended", text_in(details, "ended_at"));
  line("recorded", length_text(number_in(details, "recorded_s")));
  line("missing", fmt::format("{:.1f} s", number_in(details, "missing_s")));
  const json::object& target = object_in(details, "target");
  line("posted to", text_in(target, "chat"));
  line("copied to", text_in(target, "backup"));
  line("flags", joined(list_in(details, "flags")));
  line("folder", text_in(details, "folder"));
  line("segments", text_in(details, "segments"));
  for (const json::value& each : list_in(details, "parts")) {
    if (const auto* part = each.if_object()) out += part_line(*part);
  }
  const json::object& compressed = object_in(details, "compressed");
  if (!compressed.empty())
    out += fmt::format("  compressed: {}, comment {} {}\n", text_in(compressed, "made"),
                       text_in(compressed, "posted"), text_in(compressed, "error"));
  for (const json::value& each : list_in(details, "failing")) {
    if (const auto* row = each.if_object())
      out += fmt::format("  waits ({}, try {}): {}\n", text_in(*row, "queue"), number_in(*row, "attempts"),
                         text_in(*row, "error"));
  }
  return out;
}

std::string session_told(const json::object& outcome) {
  return fmt::format("{}: {}\n", end_of(text_in(outcome, "session")), text_in(outcome, "text"));
}

}  // namespace rec::cli
