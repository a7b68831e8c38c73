#include "cli/status_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vector>

#include "app/names.hpp"
#include "app/texts.hpp"
#include "base/json_members.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

std::string clock_of(double seconds) {
  return clock_text(std::chrono::duration_cast<Millis>(std::chrono::duration<double>(seconds)));
}

std::string short_seconds(double seconds) {
  const auto tenths = std::llround(seconds * 10);
  return tenths % 10 == 0 ? fmt::format("{} s", tenths / 10)
                          : fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

/// "gaps: 12 s (ad 10 s, offline 2 s)"; of unknown length: "gaps: 2, of unknown length"
std::string gaps_text(const json::object& session) {
  std::map<std::string, double> by_cause;
  for (const auto* gap : objects_in(session, "gaps"))
    by_cause[text_in(*gap, "cause")] += number_in(*gap, "seconds");
  const double missing = number_in(session, "missing_s");
  if (by_cause.empty()) return "gaps: 0 s";
  std::string causes;
  for (const auto& [cause, seconds] : by_cause) {
    causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", cause, short_seconds(seconds));
  }
  return fmt::format("gaps: {} ({})", short_seconds(missing), causes);
}

std::string parts_text(const json::object& session) {
  const auto parts = objects_in(session, "parts");
  const auto total = parts.size();
  std::string text =
      flag_in(session, "posts_to_telegram")
          ? fmt::format("posted: {}/{} parts", static_cast<int>(number_in(session, "posted_parts")), total)
          : fmt::format("{} part{}", total, total == 1 ? "" : "s");
  for (const auto* part : parts) {
    const int number = static_cast<int>(number_in(*part, "number"));
    const double bytes = number_in(*part, "bytes");
    if (part->if_contains("uploaded_bytes") != nullptr && bytes > 0) {
      text += fmt::format(", uploading #{} {} %", number,
                          std::min(100, static_cast<int>(number_in(*part, "uploaded_bytes") * 100 / bytes)));
    }
    if (text_in(*part, "state") == "failed") {
      text += fmt::format("\n      part {} could not be made: {}", number, text_in(*part, "error"));
    }
  }
  return text;
}

/// "2026-11-22T21:07:00.000Z" as "21:07:00 UTC"
std::string time_of_day(const std::string& iso) {
  return iso.size() >= 19 ? iso.substr(11, 8) + " UTC" : iso;
}

std::string files_text(const json::object& session) {
  std::string text;
  for (const auto* file : objects_in(session, "files")) {
    const std::string state = text_in(*file, "state");
    if (state != "aside" && state != "failed") continue;
    text += fmt::format("\n      file {} of yt-dlp {}: {}", number_in(*file, "number"),
                        state == "aside" ? "was set aside" : "could not be used", text_in(*file, "note"));
  }
  return text;
}

std::string session_line(const json::object& session, const std::string& state) {
  std::string line = fmt::format("{} {}", state, clock_of(number_in(session, "recorded_s")));
  const std::string title = one_line(text_in(session, "title"), 60);
  if (!title.empty()) line += " · " + title;
  if (const std::string picture = text_in(session, "picture"); !picture.empty()) line += " · " + picture;
  line += " · " + gaps_text(session) + " · " + parts_text(session) + files_text(session);
  return line;
}

struct Lines {
  std::string live{};
  int count = 0;  ///< of channels in it
  std::vector<std::string> offline{};
  std::vector<std::string> peculiar{};  ///< offline, with something to say of them
};

Lines channel_lines(const json::object& status, const std::map<std::string, const json::object*>& sessions) {
  const bool running = flag_in(status, "running");
  Lines lines;
  for (const auto* channel : objects_in(status, "channels")) {
    const bool by_name = text_in(*channel, "platform") == "url";  // the id of a page says nothing to people
    const std::string name = one_line(text_in(*channel, by_name ? "name" : "id"), 60);
    const auto session = sessions.find(text_in(*channel, "session"));
    if (session == sessions.end()) {
      const std::string note = one_line(text_in(*channel, "note"), 300);
      std::string state = flag_in(*channel, "paused") ? "paused" : text_in(*channel, "status");
      if (state.empty()) state = "offline";
      if (state == "offline" && flag_in(*channel, "over")) state = "over";
      const std::string line = fmt::format("○ {}  {}{}\n", name, state, note.empty() ? "" : " · " + note);
      (note.empty() ? lines.offline : lines.peculiar).push_back(line);
      continue;
    }
    ++lines.count;
    const std::string until = text_in(*channel, "dropped_until");
    const char* mark = "●";
    std::string state = text_in(*channel, "status");
    if (!running) {
      mark = "‖";
      state = "interrupted";
    } else if (!until.empty()) {
      mark = "◐";
      state = "dropped, waits until " + time_of_day(until) + ",";
    }
    lines.live += fmt::format("{} {}  {}\n", mark, name, session_line(*session->second, state));
  }
  return lines;
}

std::string queue_lines(const json::object& status) {
  const auto* queues = status.if_contains("queues");
  if (queues == nullptr || !queues->is_object()) return {};
  const json::object& of = queues->get_object();
  std::string text = fmt::format("Queues: {} parts to make, {} posts to send, {} messages, {} removals\n",
                                 number_in(of, "media"), number_in(of, "post"), number_in(of, "text"),
                                 number_in(of, "remove"));
  for (const auto* row : objects_in(of, "failing")) {
    text += fmt::format("  tried {}×, again at {}: {}\n", number_in(*row, "attempts"),
                        time_of_day(text_in(*row, "next_try")), one_line(text_in(*row, "error"), 300));
  }
  return text;
}

std::string watch_lines(const json::object& status) {
  std::string text;
  for (const auto* watch : objects_in(status, "watch")) {
    const std::string note = one_line(text_in(*watch, "note"), 300);
    const std::string trouble = one_line(text_in(*watch, "trouble"), 300);
    text += fmt::format("Watching {}: {} channels, each every {}{}{}\n", text_in(*watch, "platform"),
                        number_in(*watch, "channels"), short_seconds(number_in(*watch, "interval_s")),
                        note.empty() ? "" : " · " + note, trouble.empty() ? "" : " · FAILS: " + trouble);
  }
  return text;
}

/// What needs a person now, and how to mend it.
std::string incident_lines(const json::object& status) {
  std::string text;
  for (const auto* incident : objects_in(status, "incidents")) {
    if (!text_in(*incident, "over_at").empty()) continue;
    text += fmt::format("! {}\n", one_line(text_in(*incident, "text"), 300));
    const std::string cure = one_line(text_in(*incident, "cure"), 300);
    if (!cure.empty()) text += fmt::format("    → {}\n", cure);
  }
  return text;
}

/// The file that the daemon goes by, where there is something to say of it.
std::string config_lines(const json::object& status) {
  const json::object& config = object_in(status, "config");
  std::string text;
  const std::string error = text_in(config, "error");
  if (!error.empty())
    text += fmt::format("Configuration: WRONG, what was read at {} counts: {}\n",
                        time_of_day(text_in(config, "read_at")), one_line(error, 300));
  std::string keys;
  for (const json::value& key : list_in(config, "needs_restart")) {
    if (key.is_string()) keys += (keys.empty() ? "" : ", ") + std::string(key.get_string());
  }
  if (!keys.empty()) text += fmt::format("Configuration: changed, and counts after a restart: {}\n", keys);
  return text;
}

std::string telegram_lines(const json::object& status) {
  const auto* told = status.if_contains("telegram");
  if (told == nullptr || !told->is_object()) return {};
  const json::object& of = told->get_object();
  std::string text;
  if (const double rate = number_in(of, "upload_bytes_per_s"); rate > 0)
    text += fmt::format(" · uploading {:.1f} MB/s", rate / 1e6);
  if (const double limit = number_in(of, "upload_limit_mbps"); limit > 0)
    text += fmt::format(" · limit {:g} Mbit/s", limit);
  if (const std::string proxy = text_in(of, "proxy"); !proxy.empty()) text += " · by " + one_line(proxy, 100);
  if (const std::string note = text_in(of, "limit_note"); !note.empty()) text += " · " + one_line(note, 300);
  if (const std::string until = text_in(of, "flood_wait_until"); !until.empty())
    text += " · Telegram asks to wait until " + time_of_day(until);
  if (const double silent = number_in(of, "silent_s"); silent > 0)
    text += " · no answer from Telegram for " + clock_of(silent);
  if (const std::string trouble = text_in(of, "trouble"); !trouble.empty())
    text += " · FAILS: " + one_line(trouble, 300);
  return text.empty() ? "" : "Telegram:" + text.substr(std::string(" ·").size()) + "\n";
}

std::string disk_lines(const json::object& status) {
  std::string text;
  for (const auto* disk : objects_in(status, "disks")) {
    const double free = number_in(*disk, "free_bytes") / 1e9;
    const std::string folder = text_in(*disk, "folder");
    if (flag_in(*disk, "paused")) {
      text += fmt::format("✗ PAUSED for want of room: {:.1f} GB free for {}; make room\n", free, folder);
    } else if (disk->if_contains("left_s") != nullptr && disk->at("left_s").is_number()) {
      text += fmt::format("Disk: {:.1f} GB free for {}, {} left\n", free, folder,
                          clock_of(number_in(*disk, "left_s")));
    } else {
      text += fmt::format("Disk: {:.1f} GB free for {}\n", free, folder);
    }
  }
  return text;
}

}  // namespace

std::string status_text(const json::object& status) {
  std::map<std::string, const json::object*> sessions;
  for (const auto* session : objects_in(status, "sessions")) sessions[text_in(*session, "id")] = session;
  std::string text;
  const bool running = flag_in(status, "running");
  const Lines lines = channel_lines(status, sessions);
  text += running ? fmt::format("streamrecorder runs (pid {}), {} of {} channels live\n",
                                number_in(status, "pid"), lines.count, objects_in(status, "channels").size())
                  : "streamrecorder does not run: nothing is being recorded.\n";
  text += lines.live;
  for (const std::string& line : lines.peculiar) text += line;
  if (lines.offline.size() <= 5) {
    for (const std::string& line : lines.offline) text += line;
  } else {
    text += fmt::format("○ {} offline\n", lines.offline.size());
  }
  std::set<std::string> shown;
  for (const auto* channel : objects_in(status, "channels")) shown.insert(text_in(*channel, "session"));
  std::string others;
  for (const auto* session : objects_in(status, "sessions")) {
    const std::string id = text_in(*session, "id");
    if (shown.contains(id)) continue;
    others += fmt::format("  {}  {}  {}\n", id.substr(id.size() - std::min<std::size_t>(8, id.size())),
                          one_line(text_in(*session, "channel"), 60),
                          session_line(*session, text_in(*session, "status")));
  }
  if (!others.empty()) text += "Other sessions, newest first:\n" + others;
  return text + queue_lines(status) + telegram_lines(status) + watch_lines(status) + disk_lines(status) +
         config_lines(status) + incident_lines(status);
}

}  // namespace rec::cli
