#include "app/overview.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>

#include "app/file_post.hpp"
#include "base/json_members.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr double kSilentAfterS = 60;
constexpr double kDiskWarningS = 6 * 3600;
constexpr int kWorrysomeAttempts = 3;
constexpr double kToldAfterEndS = 24 * 3600;

struct Trouble {
  const char* level;
  const char* code;
  std::string text;
  std::string cure{};
};

json::object problem_of(const Trouble& trouble) {
  json::object out;
  out["level"] = trouble.level;
  out["code"] = trouble.code;
  out["text"] = trouble.text;
  out["cure"] = trouble.cure;
  return out;
}

/// Instants of one form compare as texts.
double seconds_since(const std::string& instant, Instant now) {
  const auto at = parse_iso8601(instant);
  return at ? std::chrono::duration<double>(now - *at).count() : 0;
}

/// By this program: what another one records and has posted here is its own affair.
bool is_recording(const json::object& session) {
  return text_in(session, "status") == "recording" && text_in(session, "channel") != kPostChannel;
}

/// In its grace period nothing is expected of it.
bool waits_for_return(const json::object& status, const json::object& session) {
  return std::ranges::any_of(list_in(status, "channels"), [&](const json::value& channel) {
    const auto& object = channel.as_object();
    return text_in(object, "session") == text_in(session, "id") && !text_in(object, "dropped_until").empty();
  });
}

/// For how long nothing has come; of one that has nothing yet, since it began.
double silence_of(const json::object& session, Instant now) {
  const std::string last = text_in(session, "last_segment_at");
  return seconds_since(last.empty() ? text_in(session, "started_at") : last, now);
}

bool is_over(const std::string& status) { return status == "done" || status == "error"; }

/// Over, and not as it should be, unless somebody wanted that.
bool failed_lately(const json::object& session, Instant now) {
  const auto& flags = list_in(session, "flags");
  return text_in(session, "status") == "error" &&
         std::ranges::find(flags, json::value("cancelled")) == flags.end() &&
         seconds_since(text_in(session, "ended_at"), now) < kToldAfterEndS;
}

void add_failed_parts(const json::object& session, const char* level, json::array& problems) {
  const std::string name = text_in(session, "name");
  for (const json::value& value : list_in(session, "parts")) {
    const json::object& part = value.as_object();
    if (text_in(part, "state") != "failed") continue;
    const double number = number_in(part, "number");
    auto problem = problem_of(
        {level, "part_failed",
         fmt::format("{}: part {:.0f} could not be made: {}", name, number, text_in(part, "error")),
         "what there is of it is kept; see the session"});
    problem["session"] = session.at("id");
    problem["name"] = name;
    problem["number"] = part.at("number");
    problem["error"] = part.at("error");
    problems.push_back(std::move(problem));
  }
}

void add_sessions(const OverviewFrom& from, json::array& problems) {
  for (const json::value& value : list_in(from.status, "sessions")) {
    const json::object& session = value.as_object();
    const std::string status = text_in(session, "status");
    const std::string name = text_in(session, "name");
    const double silent = silence_of(session, from.now);
    const bool by_files = std::ranges::any_of(list_in(session, "files"), [](const json::value& file) {
      return text_in(file.as_object(), "state") == "recording";
    });
    if (is_recording(session) && !by_files && silent >= kSilentAfterS &&
        !waits_for_return(from.status, session)) {
      auto problem = problem_of({"error", "silent", fmt::format("{}: no byte for {:.0f} s", name, silent)});
      problem["session"] = session.at("id");
      problem["name"] = name;
      problem["since"] = text_in(session, "last_segment_at");
      problems.push_back(std::move(problem));
    }
    if (!is_over(status))
      add_failed_parts(session, "error", problems);
    else if (failed_lately(session, from.now))
      add_failed_parts(session, "warning", problems);
  }
}

std::string work_of(const json::object& row) {
  const std::string queue = text_in(row, "queue");
  const auto numbered = [&](const char* what) {
    return fmt::format(fmt::runtime(what), static_cast<int>(number_in(row, "number")));
  };
  if (queue == "media") return numbered("part {}");
  if (queue == "post") return numbered("post {}");
  if (queue == "copy") return numbered("the copy of post {}");
  if (queue == "compress") return "the compressed version";
  return queue == "text" ? "a message" : "a removal";
}

std::string name_of(const std::string& session, const json::object& status) {
  for (const json::value& one : list_in(status, "sessions")) {
    if (text_in(one.as_object(), "id") == session) return text_in(one.as_object(), "name");
  }
  return {};
}

void add_queues(const OverviewFrom& from, json::array& problems) {
  const auto* queues = from.status.if_contains("queues");
  if (queues == nullptr || !queues->is_object()) return;
  for (const json::value& value : list_in(queues->get_object(), "failing")) {
    const json::object& row = value.as_object();
    if (number_in(row, "attempts") < kWorrysomeAttempts) continue;
    const std::string name = name_of(text_in(row, "session"), from.status);
    const bool posts = text_in(row, "queue") == "post";
    auto problem = problem_of(
        {"warning", "failing",
         fmt::format("{}{} has failed {:.0f} times and is tried again: {}", name.empty() ? "" : name + ": ",
                     work_of(row), number_in(row, "attempts"), text_in(row, "error")),
         posts ? "nothing is lost: it goes on by itself once the cause is gone" : ""});
    for (const char* member : {"session", "queue", "number", "attempts", "error"})
      problem[member] = row.at(member);
    problems.push_back(std::move(problem));
  }
}

void add_machine(const OverviewFrom& from, json::array& problems) {
  for (const json::value& value : list_in(from.status, "disks")) {
    const json::object& disk = value.as_object();
    const std::string folder = text_in(disk, "folder");
    const auto* left = disk.if_contains("left_s");
    if (flag_in(disk, "paused")) {
      auto problem = problem_of({"error", "disk_full", folder + " is full: nothing is recorded",
                                 "make room there; recording goes on by itself"});
      problem["folder"] = folder;
      problems.push_back(std::move(problem));
    } else if (left != nullptr && left->is_number() && left->to_number<double>() < kDiskWarningS) {
      auto problem =
          problem_of({"warning", "disk_low",
                      fmt::format("{} is full in {:.1f} h", folder, left->to_number<double>() / 3600),
                      "make room there"});
      problem["folder"] = folder;
      problem["left_s"] = *left;
      problems.push_back(std::move(problem));
    }
  }
  for (const json::value& value : list_in(from.status, "watch")) {
    const json::object& watch = value.as_object();
    const std::string trouble = text_in(watch, "trouble");
    if (!trouble.empty())
      problems.push_back(problem_of({"error", "watch", text_in(watch, "platform") + ": " + trouble,
                                     "`streamrecorder doctor` looks at keys, cookies and the network; "
                                     "recordings that run go on"}));
  }
  for (const Finding& finding : from.cookies) {
    if (finding.level == Finding::Level::ok) continue;
    problems.push_back(problem_of({finding.level == Finding::Level::error ? "error" : "warning", "cookies",
                                   finding.text, finding.cure}));
  }
  for (const std::string& text : from.book_problems)
    problems.push_back(problem_of({"warning", "channel", text}));
}

/// What is told here as it is now, not only once it has lasted.
bool told_here(const std::string& kind) {
  constexpr std::string_view kKinds[] = {"disk.paused", "disk.low",     "watch",        "capture.silent",
                                         "part.failed", "part.failing", "post.failing", "cookies"};
  return std::ranges::find(kKinds, kind) != std::end(kKinds);
}

/// Those that stand: not what is over, and not what merely happened.
void add_incidents(const OverviewFrom& from, json::array& problems) {
  for (const json::value& value : list_in(from.status, "incidents")) {
    const json::object& incident = value.as_object();
    const std::string level = text_in(incident, "level");
    const bool stands = text_in(incident, "over_at").empty() && !flag_in(incident, "once");
    if (!stands || level == "notice" || told_here(text_in(incident, "kind"))) continue;
    problems.push_back(problem_of({level == "error" ? "error" : "warning", "incident",
                                   text_in(incident, "text"), text_in(incident, "cure")}));
  }
}

double missing_since(const json::object& session, Instant day_began) {
  double seconds = 0;
  for (const json::value& gap : list_in(session, "gaps")) {
    const auto at = parse_iso8601(text_in(gap.as_object(), "noticed_at"));
    if (at && *at >= day_began) seconds += number_in(gap.as_object(), "seconds");
  }
  return seconds;
}

/// What is recorded and not on Telegram yet: finished files, and segments that are in none.
std::uint64_t unposted_in(const json::object& session) {
  if (!flag_in(session, "posts_to_telegram") || text_in(session, "status") == "done") return 0;
  double bytes = is_recording(session) ? number_in(session, "segment_bytes") : 0;
  for (const json::value& value : list_in(session, "parts")) {
    const json::object& part = value.as_object();
    // A finished file's segments are counted already while the recording goes on.
    if (!is_recording(session) && text_in(part, "state") != "posted") bytes += number_in(part, "bytes");
  }
  return static_cast<std::uint64_t>(std::max(0.0, bytes));
}

}  // namespace

json::object overview_json(OverviewFrom from) {
  json::array found;
  add_machine(from, found);
  add_incidents(from, found);
  add_sessions(from, found);
  add_queues(from, found);
  json::array problems;
  for (const char* level : {"error", "warning"}) {
    for (const json::value& problem : found)
      if (text_in(problem.as_object(), "level") == level) problems.push_back(problem);
  }
  double missing = from.missed_earlier_s;
  std::uint64_t unposted = 0;
  int live = 0;
  int recorded = 0;
  for (const json::value& value : list_in(from.status, "sessions")) {
    const json::object& session = value.as_object();
    missing += missing_since(session, from.day_began);
    unposted += unposted_in(session);
    if (!is_recording(session) || waits_for_return(from.status, session)) continue;
    ++live;
    if (silence_of(session, from.now) < kSilentAfterS) ++recorded;
  }
  const bool bad = !problems.empty() && text_in(problems[0].as_object(), "level") == "error";
  json::object out = std::move(from.status);
  out["verdict"] = bad ? "bad" : problems.empty() ? "good" : "attention";
  out["live"] = live;
  out["recorded"] = recorded;
  out["missing_today_s"] = missing;
  out["unposted_bytes"] = unposted;
  out["looked_at"] = from.looked_at ? json::value(iso8601(*from.looked_at)) : json::value(nullptr);
  out["problems"] = std::move(problems);
  return out;
}

}  // namespace rec
