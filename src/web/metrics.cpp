#include "web/metrics.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <initializer_list>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include <boost/json/array.hpp>

#include "base/iso_time.hpp"

namespace rec::web {
namespace {

namespace json = boost::json;

using Labels = std::initializer_list<std::pair<std::string_view, std::string>>;

std::string escaped_label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

class Page {
 public:
  void family(std::string_view name, std::string_view type, std::string_view about) {
    name_ = name;
    fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n# TYPE {} {}\n", name, about, name, type);
  }
  void sample(double value, Labels labels = {}) {
    text_ += name_;
    const char* mark = "{";
    for (const auto& [label, words] : labels) {
      fmt::format_to(std::back_inserter(text_), "{}{}=\"{}\"", mark, label, escaped_label(words));
      mark = ",";
    }
    if (labels.size() > 0) text_ += '}';
    fmt::format_to(std::back_inserter(text_), " {}\n", value);
  }
  [[nodiscard]] std::string text() && { return std::move(text_); }

 private:
  std::string name_;
  std::string text_;
};

const json::array& entries(const json::object& object, const char* name) {
  static const json::array kNothing;
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_array() ? value->get_array() : kNothing;
}

double figure(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr) return 0;
  if (value->is_bool()) return value->get_bool() ? 1 : 0;
  return value->is_number() ? value->to_number<double>() : 0;
}

std::string words(const json::object& object, const char* name) {
  const auto* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

/// By this program: what another one records, and has posted here, has no channel of its own.
bool is_recorded(const json::object& session) {
  return words(session, "status") == "recording" && words(session, "channel") != "files:post";
}

void tell_channels(Page& page, const json::object& overview) {
  std::map<std::string, int> by_status;
  for (const char* status : {"offline", "waiting", "recording", "processing", "uploading", "compressing",
                             "sending_compressed", "forwarding", "done", "error"})
    by_status[status] = 0;
  for (const json::value& channel : entries(overview, "channels"))
    ++by_status[words(channel.as_object(), "status")];
  page.family("streamrecorder_channels", "gauge", "Channels by status.");
  for (const auto& [status, count] : by_status) page.sample(count, {{"status", status}});
  page.family("streamrecorder_live", "gauge", "Channels that are live and to be recorded.");
  page.sample(figure(overview, "live"));
  page.family("streamrecorder_recorded", "gauge",
              "Of those the ones that gave a byte within the last minute.");
  page.sample(figure(overview, "recorded"));
}

void tell_sessions(Page& page, const json::object& overview, Instant now) {
  struct Family {
    const char* name;
    const char* about;
    const char* member;
  };
  static constexpr Family kFamilies[] = {
      {"streamrecorder_session_recorded_seconds", "Media on disk of a session that is being recorded.",
       "recorded_s"},
      {"streamrecorder_session_bytes", "Bytes recorded of it.", "bytes"},
      {"streamrecorder_session_missing_seconds", "What its gaps are together.", "missing_s"},
      {"streamrecorder_session_posted_parts", "Parts of it that are on Telegram.", "posted_parts"}};
  for (const Family& family : kFamilies) {
    page.family(family.name, "gauge", family.about);
    for (const json::value& value : entries(overview, "sessions")) {
      const json::object& session = value.as_object();
      if (is_recorded(session))
        page.sample(figure(session, family.member), {{"channel", words(session, "channel")}});
    }
  }
  page.family("streamrecorder_session_silence_seconds", "gauge", "Since its last byte came.");
  for (const json::value& value : entries(overview, "sessions")) {
    const json::object& session = value.as_object();
    const auto last = parse_iso8601(words(session, "last_segment_at"));
    if (is_recorded(session) && last)
      page.sample(std::chrono::duration<double>(now - *last).count(),
                  {{"channel", words(session, "channel")}});
  }
}

void tell_work(Page& page, const json::object& overview) {
  page.family("streamrecorder_missing_today_seconds", "gauge",
              "What all gaps noticed since midnight are together.");
  page.sample(figure(overview, "missing_today_s"));
  page.family("streamrecorder_unposted_bytes", "gauge", "Recorded and not on Telegram yet.");
  page.sample(figure(overview, "unposted_bytes"));
  std::map<std::string, int> problems{{"error", 0}, {"warning", 0}};
  for (const json::value& problem : entries(overview, "problems"))
    ++problems[words(problem.as_object(), "level")];
  page.family("streamrecorder_problems", "gauge", "What a person should look at.");
  for (const auto& [level, count] : problems) page.sample(count, {{"level", level}});
  const auto* queues = overview.if_contains("queues");
  if (queues == nullptr || !queues->is_object()) return;
  std::map<std::string, int> failing;
  for (const json::value& row : entries(queues->get_object(), "failing"))
    ++failing[words(row.as_object(), "queue")];
  page.family("streamrecorder_queue", "gauge", "What waits to be done.");
  for (const auto& [queue, waiting] : queues->get_object())
    if (waiting.is_number()) page.sample(waiting.to_number<double>(), {{"queue", std::string(queue)}});
  page.family("streamrecorder_queue_failing", "gauge", "Of that what has failed and is tried again.");
  for (const auto& [queue, waiting] : queues->get_object())
    if (waiting.is_number()) page.sample(failing[std::string(queue)], {{"queue", std::string(queue)}});
}

void tell_machine(Page& page, const json::object& overview) {
  page.family("streamrecorder_disk_free_bytes", "gauge", "Free where recordings are written to.");
  for (const json::value& disk : entries(overview, "disks"))
    page.sample(figure(disk.as_object(), "free_bytes"), {{"folder", words(disk.as_object(), "folder")}});
  page.family("streamrecorder_disk_paused", "gauge",
              "1: less than recording.min_free is free, nothing is recorded.");
  for (const json::value& disk : entries(overview, "disks"))
    page.sample(figure(disk.as_object(), "paused"), {{"folder", words(disk.as_object(), "folder")}});
  page.family("streamrecorder_disk_left_seconds", "gauge", "Until it pauses at the present rate.");
  for (const json::value& disk : entries(overview, "disks")) {
    const auto* left = disk.as_object().if_contains("left_s");
    if (left != nullptr && left->is_number())
      page.sample(left->to_number<double>(), {{"folder", words(disk.as_object(), "folder")}});
  }
  page.family("streamrecorder_watch_trouble", "gauge", "1: nothing can be seen of the platform.");
  for (const json::value& watch : entries(overview, "watch"))
    page.sample(words(watch.as_object(), "trouble").empty() ? 0 : 1,
                {{"platform", words(watch.as_object(), "platform")}});
}

}  // namespace

ProcessFigures process_figures() {
  ProcessFigures out;
  long pages = 0, resident = 0;
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> statm(std::fopen("/proc/self/statm", "re"),
                                                              std::fclose);
  if (statm && std::fscanf(statm.get(), "%ld %ld", &pages, &resident) == 2)
    out.resident_bytes = static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    out.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  std::error_code error;
  for (auto file = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && file != std::filesystem::directory_iterator(); file.increment(error))
    ++out.open_files;
  return out;
}

std::string metrics_text(const MetricsFrom& from) {
  Page page;
  page.family("streamrecorder_info", "gauge", "The version that runs.");
  page.sample(1, {{"version", std::string(from.version)}});
  tell_channels(page, from.overview);
  tell_sessions(page, from.overview, from.now);
  tell_work(page, from.overview);
  tell_machine(page, from.overview);
  page.family("streamrecorder_web_connections", "gauge", "Open connections of the web server.");
  page.sample(static_cast<double>(from.connections));
  page.family("process_resident_memory_bytes", "gauge", "Memory in use.");
  page.sample(from.process.resident_bytes);
  page.family("process_cpu_seconds_total", "counter", "CPU used since the start.");
  page.sample(from.process.cpu_seconds);
  page.family("process_open_fds", "gauge", "Open descriptors.");
  page.sample(from.process.open_files);
  page.family("process_start_time_seconds", "gauge", "When it was started, seconds since 1970.");
  page.sample(static_cast<double>(unix_ms(from.started)) / 1000);
  return std::move(page).text();
}

}  // namespace rec::web
