#include "app/notices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <boost/json/serialize.hpp>

#include "app/gap_json.hpp"
#include "app/names.hpp"
#include "app/texts.hpp"
#include "core/gaps.hpp"
#include "words/russian.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostShown = 200;

json::value said_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

std::string in_language(const std::string& text, Language language) {
  return language == Language::ru ? in_russian(text) : text;
}

json::object incident_json(const Incident& incident, Language language) {
  json::object out;
  out["id"] = incident.what.id;
  out["kind"] = incident.what.kind;
  out["level"] = word(incident.what.gravity);
  out["since"] = iso8601(incident.since);
  out["over_at"] = incident.over ? json::value(iso8601(*incident.over)) : json::value(nullptr);
  out["once"] = incident.what.once;
  out["text"] = in_language(incident.what.text, language);
  out["cure"] = said_or_null(in_language(incident.what.cure, language));
  out["channel"] = said_or_null(incident.what.channel);
  out["session"] = said_or_null(incident.what.session);
  return out;
}

void finish(Notice& notice, json::object details) {
  json::object all;
  all["id"] = notice.id;
  all["event"] = notice.event;
  all["at"] = iso8601(notice.at);
  all["level"] = word(notice.gravity);
  all["title"] = notice.title;
  all["text"] = notice.text;
  for (auto& [key, value] : details) all[key] = std::move(value);
  notice.json = json::serialize(all);
}

json::object session_details(const session::Session& session) {
  json::object out;
  out["id"] = session.id.str();
  out["channel"] = session.channel.str();
  out["name"] = session.channel_name;
  out["title"] = one_line(session.newest_title().title, kMostShown);
  out["category"] = one_line(session.newest_title().category, kMostShown);
  out["folder"] = session.folder;
  out["started_at"] = iso8601(session.started_at);
  out["ended_at"] = session.ended_at ? json::value(iso8601(*session.ended_at)) : json::value(nullptr);
  return out;
}

json::object part_details(const session::Part& part) {
  json::object out;
  out["number"] = part.number;
  out["path"] = part.file.path;
  out["thumbnail"] = part.file.thumbnail;
  out["bytes"] = bytes_of(part.file);
  out["duration_s"] = std::chrono::duration<double>(duration_of(part.file)).count();
  out["sha256"] = part.file.sha256;
  json::array files;
  for (const session::PartFile& file : all_files(part.file)) files.emplace_back(file.path);
  out["files"] = std::move(files);
  out["message_id"] = part.message_id == 0 ? json::value(nullptr) : json::value(part.message_id);
  return out;
}

json::array parts_details(const session::Session& session, const session::Post* of) {
  json::array out;
  for (const session::Part& part : session.parts) {
    if (of == nullptr || belongs(part, *of)) out.push_back(part_details(part));
  }
  return out;
}

struct Headline {
  const char *english, *russian;
};

Headline headline_of(const std::string& event) {
  if (event == "session.started") return {"🔴 {} is live", "🔴 {}: стрим начался"};
  if (event == "part.ready") return {"💾 {}: part {} is ready", "💾 {}: часть {} готова"};
  if (event == "post.published") return {"📤 {}: post {} is published", "📤 {}: пост {} опубликован"};
  if (event == "session.done") return {"✅ {}: done", "✅ {}: готово"};
  return {"⚠️ {}: something is missing", "⚠️ {}: есть пропуск"};
}

void add_details(const Happening& happening, const session::Session& session, const std::vector<Gap>& gaps,
                 json::object& details) {
  if (happening.event == "part.ready") {
    const auto part = std::ranges::find(session.parts, happening.number, &session::Part::number);
    if (part != session.parts.end()) details["part"] = part_details(*part);
  }
  if (happening.event == "post.published") {
    const auto post = std::ranges::find(session.posts, happening.number, &session::Post::number);
    json::object told{{"number", happening.number}};
    if (post != session.posts.end()) {
      told["parts"] = parts_details(session, &*post);
      const auto ids = messages_of(session, *post);
      told["message_ids"] = json::array(ids.begin(), ids.end());
    }
    details["post"] = std::move(told);
  }
  if (happening.event == "gap") details["gap"] = gap_json(happening.gap);
  if (happening.event == "session.done") {
    details["parts"] = parts_details(session, nullptr);
    details["missing_s"] = std::chrono::duration<double>(missing_in_all(gaps)).count();
  }
}

const char* mark_of(Gravity gravity) {
  return gravity == Gravity::error ? "❌" : gravity == Gravity::warning ? "⚠️" : "ℹ️";
}

}  // namespace

Notice notice_of_begin(const Incident& incident, Language language) {
  Notice notice;
  notice.id = incident.what.id + "@" + std::to_string(unix_ms(incident.since)) + "/" +
              std::string(word(incident.what.gravity));
  notice.event = "incident";
  notice.at = incident.since;
  notice.gravity = incident.what.gravity;
  notice.title =
      fmt::format("{} {}", mark_of(incident.what.gravity), in_language(incident.what.text, language));
  if (!incident.what.cure.empty())
    notice.text = fmt::format("{}: {}", language == Language::ru ? "Что делать" : "What to do",
                              in_language(incident.what.cure, language));
  finish(notice, {{"incident", incident_json(incident, language)}});
  return notice;
}

Notice notice_of_end(const Incident& incident, Language language) {
  const Instant over = incident.over.value_or(incident.seen);
  Notice notice;
  notice.id = incident.what.id + "@" + std::to_string(unix_ms(incident.since)) + "/over";
  notice.event = "incident.over";
  notice.at = over;
  notice.title = fmt::format("✅ {}: {}", language == Language::ru ? "Закончилось" : "Over",
                             in_language(incident.what.text, language));
  notice.text = fmt::format("{} {}", language == Language::ru ? "Длилось" : "It lasted for",
                            clock_text(over - incident.since));
  finish(notice, {{"incident", incident_json(incident, language)}});
  return notice;
}

Notice notice_of(const Happening& happening, const session::Session& session, const std::vector<Gap>& gaps,
                 const Settings& settings) {
  const Language language = settings.texts.language();
  const Headline headline = headline_of(happening.event);
  Notice notice;
  notice.id = session.id.str() + "/" + happening.key;
  notice.event = happening.event;
  notice.at = happening.at;
  notice.gravity = happening.event == "gap" ? Gravity::warning : Gravity::notice;
  notice.title = fmt::format(fmt::runtime(language == Language::ru ? headline.russian : headline.english),
                             one_line(session.channel_name, kMostShown), happening.number);
  notice.text = one_line(session.newest_title().title, kMostShown);
  if (happening.event == "gap") notice.text = gap_text({happening.gap}, language);
  if (happening.event == "session.done") {
    notice.text += fmt::format("\n{} · {}: {}", parts_text(session.parts.size(), language),
                               language == Language::ru ? "пропущено" : "missing", gap_text(gaps, language));
  }
  json::object details;
  details["session"] = session_details(session);
  add_details(happening, session, gaps, details);
  finish(notice, std::move(details));
  return notice;
}

Notice notice_of_day(const Day& day, Language language) {
  const bool russian = language == Language::ru;
  std::vector<Gap> gaps;
  Millis recorded{0};
  std::uint64_t bytes = 0;
  std::size_t posted = 0;
  std::size_t unposted = 0;
  for (const session::Session& session : day.sessions) {
    for (const session::Part& part : session.parts) {
      recorded += duration_of(part.file);
      bytes += bytes_of(part.file);
      ++(part.state == session::PartState::posted ? posted : unposted);
    }
    const auto known = day.gaps.find(session.id);
    if (known != day.gaps.end()) gaps.insert(gaps.end(), known->second.begin(), known->second.end());
  }
  const auto open = std::ranges::count_if(day.incidents, [](const Incident& each) { return !each.over; });
  Notice notice;
  notice.id = "digest/" + std::to_string(unix_ms(day.at) / 60'000);
  notice.event = "digest";
  notice.at = day.at;
  notice.title = russian ? "📋 За последние сутки" : "📋 The last 24 hours";
  const auto line = [&](const char* label, const std::string& value) {
    notice.text += fmt::format("{}{}: {}", notice.text.empty() ? "" : "\n", label, value);
  };
  line(russian ? "Записей" : "Recordings", std::to_string(day.sessions.size()));
  line(russian ? "В готовых частях" : "In finished parts",
       fmt::format("{}, {}", clock_text(recorded), size_for_people(bytes, language)));
  line(russian ? "Пропущено" : "Missing", gap_text(gaps, language));
  line(russian ? "Частей опубликовано" : "Parts posted", fmt::format("{}/{}", posted, posted + unposted));
  if (day.free_bytes > 0)
    line(russian ? "Свободно на диске" : "Free on the disk", size_for_people(day.free_bytes, language));
  line(russian ? "Требует внимания" : "Needs attention", std::to_string(open));
  for (const Incident& incident : day.incidents) {
    if (!incident.over)
      notice.text +=
          fmt::format("\n{} {}", mark_of(incident.what.gravity), in_language(incident.what.text, language));
  }
  finish(notice, {{"recordings", day.sessions.size()},
                  {"recorded_s", std::chrono::duration<double>(recorded).count()},
                  {"missing_s", std::chrono::duration<double>(missing_in_all(gaps)).count()},
                  {"posted_parts", posted},
                  {"parts", posted + unposted},
                  {"incidents", incidents_json(day.incidents, language)}});
  return notice;
}

json::array incidents_json(const std::vector<Incident>& incidents, Language language) {
  json::array out;
  for (const Incident& incident : incidents) out.push_back(incident_json(incident, language));
  return out;
}

}  // namespace rec
