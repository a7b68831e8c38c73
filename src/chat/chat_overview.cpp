// The views, what `status` is answered with.
#include <fmt/format.h>

#include <set>
#include <vector>

#include "app/file_post.hpp"
#include "app/names.hpp"
#include "base/json_members.hpp"
#include "chat/chat_rows.hpp"
#include "chat/chat_texts.hpp"
#include "chat/chat_views.hpp"

namespace rec::chat {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostOffline = 12;
constexpr std::size_t kMostData = 64;
constexpr std::size_t kMostRows = 6;
constexpr std::size_t kMostLabel = 24;

std::string problem_lines(const json::object& overview) {
  std::string text;
  for (const auto* problem : objects_in(overview, "problems")) {
    text += fmt::format("{} {}\n", text_in(*problem, "level") == "error" ? "❌" : "⚠️",
                        shown_text(*problem, "text", kMostError));
    const std::string cure = shown_text(*problem, "cure", kMostError);
    if (!cure.empty()) text += "    → " + cure + "\n";
  }
  return text;
}

std::string machine_lines(const json::object& overview, Language language) {
  const ChatWords& w = chat_words(language);
  std::string text;
  const json::object& queues = object_in(overview, "queues");
  const auto waiting = [&](const char* queue) { return static_cast<int>(number_in(queues, queue)); };
  if (waiting("media") + waiting("post") + waiting("text") + waiting("compress") + waiting("copy") > 0)
    text += fmt::format(fmt::runtime(w.queues), waiting("media"), waiting("post"), waiting("text"),
                        waiting("compress"), waiting("copy")) +
            "\n";
  for (const auto* row : objects_in(queues, "failing")) {
    text += "    " +
            fmt::format(fmt::runtime(w.tried), static_cast<int>(number_in(*row, "attempts")),
                        shown_text(*row, "error", kMostError)) +
            "\n";
  }
  for (const auto* disk : objects_in(overview, "disks")) {
    const char* words = flag_in(*disk, "paused") ? w.disk_full : w.disk;
    text += fmt::format(fmt::runtime(words), size_of(number_in(*disk, "free_bytes"), language)) + "\n";
  }
  if (const double missing = number_in(overview, "missing_today_s"); missing > 0)
    text += fmt::format(fmt::runtime(w.today), fmt::format("{:.0f}", missing)) + "\n";
  return text;
}

/// The sources and sessions that something goes on with, then those that nothing does.
std::string source_lines(const json::object& overview, Language language) {
  std::map<std::string, const json::object*> sessions;
  for (const auto* session : objects_in(overview, "sessions")) sessions[text_in(*session, "id")] = session;
  std::set<std::string> told;
  std::string busy;
  std::string idle;
  std::size_t idle_count = 0;
  for (const auto* source : objects_in(overview, "channels")) {
    const auto session = sessions.find(text_in(*source, "session"));
    if (session != sessions.end()) {
      busy += session_line(*session->second, language);
      told.insert(session->first);
    } else if (++idle_count <= kMostOffline) {
      const std::string note = shown_text(*source, "note");
      idle += fmt::format("{} {}{}\n", status_word(state_of(*source), language), shown_text(*source, "name"),
                          note.empty() ? "" : " · " + note);
    }
  }
  for (const auto* session : objects_in(overview, "sessions")) {
    const std::string status = text_in(*session, "status");
    if (told.contains(text_in(*session, "id")) || status == "done" || status == "error") continue;
    busy += session_line(*session, language);
  }
  if (idle_count > kMostOffline) idle += fmt::format("… +{}\n", idle_count - kMostOffline);
  return busy + idle;
}

ReplyButton button_of(const char* label, const std::string& name, std::string data) {
  return {fmt::format(fmt::runtime(label), one_line(name, kMostLabel)), std::move(data)};
}

}  // namespace

std::string overview_text(const json::object& overview, Language language) {
  const ChatWords& w = chat_words(language);
  const std::string verdict = text_in(overview, "verdict");
  const char* head = verdict == "good" ? w.good : verdict == "bad" ? w.bad : w.attention;
  std::string text =
      fmt::format("{} · {}\n", head,
                  fmt::format(fmt::runtime(w.live), static_cast<int>(number_in(overview, "live")),
                              count_in(overview, "channels")));
  return text + source_lines(overview, language) + problem_lines(overview) +
         machine_lines(overview, language);
}

ReplyButtons overview_buttons(const json::object& overview, Language language) {
  const ChatWords& w = chat_words(language);
  ReplyButtons rows;
  const auto add = [&rows](std::vector<ReplyButton> row) {
    std::erase_if(row, [](const ReplyButton& each) { return each.data.size() > kMostData; });
    if (!row.empty() && rows.size() < kMostRows) rows.push_back(std::move(row));
  };
  std::set<std::string> failing;
  for (const auto* row : objects_in(object_in(overview, "queues"), "failing"))
    failing.insert(text_in(*row, "session"));
  for (const auto* session : objects_in(overview, "sessions")) {
    const std::string id = text_in(*session, "id");
    const std::string name = text_in(*session, "name");
    if (text_in(*session, "status") == "recording" && text_in(*session, "channel") != kPostChannel)
      add({button_of(w.button_stop, name, "session stop " + id),
           button_of(w.button_pause, name, "source pause " + text_in(*session, "channel"))});
    if (failing.contains(id)) add({button_of(w.button_retry, name, "session retry " + id)});
  }
  for (const auto* source : objects_in(overview, "channels")) {
    if (flag_in(*source, "paused"))
      add({button_of(w.button_resume, text_in(*source, "name"), "source resume " + text_in(*source, "id"))});
  }
  rows.push_back({{w.button_refresh, "status"}});
  return rows;
}

}  // namespace rec::chat
