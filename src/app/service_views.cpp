// Service, what is shown to people: the overview, sessions by words and one by one.
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <set>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "app/book_config.hpp"
#include "app/overview.hpp"
#include "app/service.hpp"
#include "app/session_story.hpp"
#include "base/iso_time.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr auto kCookiesInterval = std::chrono::minutes(10);
constexpr int kUsualPage = 50;
constexpr int kMostSessions = 200;
constexpr std::size_t kMostSearched = 200;

/// When today began on the clocks of the process's time zone.
Instant local_midnight(Instant now) {
  const std::time_t seconds = unix_ms(now) / 1000;
  std::tm local{};
  ::localtime_r(&seconds, &local);
  local.tm_hour = local.tm_min = local.tm_sec = 0;
  local.tm_isdst = -1;
  return from_unix_ms(static_cast<std::int64_t>(::mktime(&local)) * 1000);
}

/// The member as text; "" where there is none.
Result<std::string> text_or_nothing(const json::object& arguments, const char* name) {
  const json::value* value = arguments.if_contains(name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return fail(Errc::invalid, std::string("\"") + name + "\" is to be a text");
  return std::string(value->get_string());
}

/// The member as a whole number, also where it is written as a text; `otherwise` where there is none.
Result<int> number_or(const json::object& arguments, const char* name, int otherwise, int most) {
  const json::value* value = arguments.if_contains(name);
  if (value == nullptr) return otherwise;
  int number = 0;
  bool good = value->is_int64() && value->get_int64() >= 0 && value->get_int64() <= most;
  if (good) number = static_cast<int>(value->get_int64());
  if (value->is_string()) {
    const std::string_view text = value->get_string();
    const auto end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    good = read.ec == std::errc() && read.ptr == end && number >= 0 && number <= most;
  }
  if (!good)
    return fail(Errc::invalid,
                std::string("\"") + name + "\" is to be a number from 0 to " + std::to_string(most));
  return number;
}

Result<SessionQuery> query_of(const json::object& arguments) {
  SessionQuery query;
  REC_TRY(query.text, text_or_nothing(arguments, "text"));
  if (query.text.size() > kMostSearched) return fail(Errc::invalid, "\"text\" is too long");
  REC_TRY(std::string channel, text_or_nothing(arguments, "channel"));
  query.channel = ChannelId(std::move(channel));
  REC_TRY(const std::string before, text_or_nothing(arguments, "before"));
  query.before = parse_iso8601(before);
  if (!before.empty() && !query.before)
    return fail(Errc::invalid, "\"before\" is to be an instant, like 2026-11-22T17:26:03.120Z");
  REC_TRY(query.limit, number_or(arguments, "limit", kUsualPage, kMostSessions));
  query.limit = std::max(query.limit, 1);
  return query;
}

/// A line of the history: without the lists that only its own page shows.
json::object short_session(json::object session) {
  session["part_count"] = session.at("parts").as_array().size();
  session["gap_count"] = session.at("gaps").as_array().size();
  for (const char* name : {"parts", "gaps", "files", "titles"}) session.erase(name);
  return session;
}

}  // namespace

Task<> Service::look_at_cookies() {
  if (needs_.files == nullptr || needs_.book == nullptr) co_return Result<void>();
  if (cookies_seen_ && needs_.clock.steady() - *cookies_seen_ < kCookiesInterval) co_return Result<void>();
  cookies_seen_ = needs_.clock.steady();
  auto job = [config = config_of_channels(*needs_.book), now = needs_.clock.now()] {
    return check_cookies_files(config, now);
  };
  cookies_ = co_await run_on(*needs_.files, std::move(job));
  co_return Result<void>();
}

Task<json::object> Service::overview() {
  REC_CO_CHECK(co_await look_at_cookies());
  OverviewFrom from;
  from.now = needs_.clock.now();
  from.day_began = local_midnight(from.now);
  SessionQuery today;
  today.ended_from = from.day_began;
  today.limit = kMostSessions;
  auto job = [&store = needs_.store, today] { return store.search(today); };
  REC_CO_TRY(const auto ended_today, co_await run_on(needs_.store_worker, std::move(job)));
  REC_CO_TRY(from.status, co_await status());
  std::set<std::string> shown;
  for (const json::value& session : from.status.at("sessions").as_array())
    shown.emplace(session.at("id").as_string());
  for (const SessionRecord& record : ended_today) {
    if (shown.contains(record.session.id.str())) continue;
    for (const Gap& gap : record.gaps) {
      if (gap.noticed_at >= from.day_began)
        from.missed_earlier_s += std::chrono::duration<double>(gap.duration).count();
    }
  }
  from.cookies = cookies_;
  for (const WatchedChannel& channel : needs_.settings.channels) {
    if (!needs_.news) break;
    from.looked_at = std::max(from.looked_at, needs_.news(channel.id).looked_at);
  }
  if (needs_.book != nullptr) from.book_problems = needs_.book->problems();
  co_return overview_json(std::move(from));
}

Task<json::object> Service::session_search(json::object arguments) {
  REC_CO_TRY(const SessionQuery query, query_of(arguments));
  auto job = [&store = needs_.store, query] { return store.search(query); };
  REC_CO_TRY(const auto records, co_await run_on(needs_.store_worker, std::move(job)));
  const StatusFrom from = status_from();
  json::array sessions;
  for (const SessionRecord& record : records)
    sessions.push_back(short_session(session_json(record.session, record.gaps, from)));
  const bool more = records.size() == static_cast<std::size_t>(query.limit);
  json::object out;
  out["before"] = more ? json::value(iso8601(records.back().session.started_at)) : json::value(nullptr);
  out["sessions"] = std::move(sessions);
  co_return out;
}

Task<SessionRecord> Service::record_of(SessionId session) {
  auto job = [&store = needs_.store, session] { return store.record_of(session); };
  REC_CO_TRY(SessionRecord record, co_await run_on(needs_.store_worker, std::move(job)));
  // Memory runs ahead of the disk.
  if (const auto open = needs_.model.sessions.find(session); open != needs_.model.sessions.end()) {
    record.session = open->second;
    if (const auto gaps = needs_.model.gaps.find(session); gaps != needs_.model.gaps.end())
      record.gaps = gaps->second;
    if (const auto takes = needs_.model.takes.find(session); takes != needs_.model.takes.end())
      record.takes = takes->second;
  }
  co_return record;
}

Task<json::object> Service::session_story(json::object arguments) {
  REC_CO_TRY(const std::string id, text_or_nothing(arguments, "session"));
  REC_CO_TRY(const SessionRecord record, co_await record_of(SessionId(id)));
  json::object out;
  out["session"] = session_json(record.session, record.gaps, status_from());
  out["story"] = story_json(record);
  co_return out;
}

Task<json::object> Service::part_file(json::object arguments) {
  REC_CO_TRY(const std::string id, text_or_nothing(arguments, "session"));
  REC_CO_TRY(const std::string kind, text_or_nothing(arguments, "kind"));
  REC_CO_TRY(const int number, number_or(arguments, "number", 0, 1'000'000));
  REC_CO_TRY(const int file, number_or(arguments, "file", 1, 1000));
  REC_CO_TRY(const SessionRecord record, co_await record_of(SessionId(id)));
  const auto& parts = record.session.parts;
  const auto part = std::ranges::find(parts, number, &session::Part::number);
  if (part == parts.end()) co_return fail(Errc::not_found, "there is no such part");
  const auto files = session::all_files(part->file);
  if (file < 1 || static_cast<std::size_t>(file) > files.size())
    co_return fail(Errc::not_found, "there is no such file");
  const session::PartFile& chosen = files[static_cast<std::size_t>(file) - 1];
  json::object out;
  out["path"] = kind == "thumbnail" ? chosen.thumbnail : chosen.path;
  out["bytes"] = chosen.bytes;
  if (out["path"].get_string().empty()) co_return fail(Errc::not_found, "it has not been made yet");
  co_return out;
}

}  // namespace rec
