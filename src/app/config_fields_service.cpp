// The keys of the program itself: logging, state, jobs, control, web, endpoints, notify, hooks.
#include "app/config_fields.hpp"
#include "app/config_object.hpp"
#include "app/config_units.hpp"

namespace rec::config_sections {
namespace {

// host:port, [v6]:port or nothing.
bool is_listen(const std::string& text, std::string&) {
  if (text.empty()) return true;
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const std::string host = text.substr(0, colon);
  const auto port = units::parse_integer(text.substr(colon + 1));
  const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  const bool good_host = bracketed || host.find_first_of(":/[]@ ") == std::string::npos;
  return good_host && port && *port >= 0 && *port <= 65535;
}

bool is_event(const std::string& text, std::string& why) {
  if (std::ranges::find(told_events(), text) != told_events().end()) return true;
  const std::string near = units::nearest(text, told_events());
  if (!near.empty()) why = fmt::format("no event \"{}\"; did you mean {}?", text, near);
  return false;
}

bool is_time_of_day(const std::string& text, std::string&) {
  if (text.empty()) return true;
  if (text.size() != 5 || text[2] != ':') return false;
  const auto hour = units::parse_integer(text.substr(0, 2));
  const auto minute = units::parse_integer(text.substr(3));
  return hour && minute && *hour >= 0 && *hour < 24 && *minute >= 0 && *minute < 60;
}

// A chat, or the bare word, which stands for the chat that recordings are posted to.
Kind<OptionalChat> telegram_or_chat() {
  Kind<OptionalChat> kind = kinds::chat();
  kind.words = "telegram, or a chat's number, @name or t.me link";
  kind.read = [read = kind.read](const Yaml& node, ConfigReader& reader,
                                 const std::string& key) -> std::optional<OptionalChat> {
    if (node.kind == Yaml::Kind::scalar && units::lower(node.text) == "telegram") return OptionalChat();
    return read(node, reader, key);
  };
  return kind;
}

Kind<NotifyEntry> notification() {
  kinds::ObjectSpec<NotifyEntry> spec;
  spec.words = "telegram, or a map with telegram, webhook, ntfy, apprise or heartbeat_url";
  spec.short_key = "telegram";
  spec.complete = [](const NotifyEntry& made) -> std::string {
    int ways = made.telegram ? 1 : 0;
    for (const Secret* url : {&made.webhook, &made.ntfy, &made.apprise, &made.heartbeat_url})
      ways += url->empty() ? 0 : 1;
    if (ways > 1)
      return "more than one of telegram, webhook, ntfy, apprise, heartbeat_url; make an entry of each";
    if (made.ntfy.empty() && !made.token.empty()) return "token goes with ntfy; remove it";
    if (made.webhook.empty() && !made.secret.empty()) return "secret goes with webhook; remove it";
    if (!made.heartbeat_url.empty() && !(made.events.empty() && made.digest.empty()))
      return "a heartbeat tells of nothing; put events and digest into an entry of another kind";
    return "";
  };
  spec.fields.push_back(make_field<NotifyEntry>("telegram", telegram_or_chat(), REC_AT(telegram),
                                                "the chat to write to; the bare word: telegram.channel_id"));
  add_secret(spec.fields, "webhook", kinds::secret_url(), REC_AT(webhook), "gets a POST with JSON");
  add_secret(spec.fields, "ntfy", kinds::secret_url(), REC_AT(ntfy),
             "a topic's URL, like https://ntfy.sh/mytopic");
  add_secret(spec.fields, "token", kinds::secret(), REC_AT(token), "ntfy: an access token");
  add_secret(spec.fields, "apprise", kinds::secret_url(), REC_AT(apprise),
             "of an Apprise API server, like http://host:8000/notify/KEY");
  add_secret(spec.fields, "heartbeat_url", kinds::secret_url(), REC_AT(heartbeat_url), "called every minute");
  add_secret(spec.fields, "secret", kinds::secret(), REC_AT(secret),
             "webhook: its body is signed with this, HMAC-SHA256 in X-Signature-256");
  spec.fields.push_back(make_field<NotifyEntry>(
      "events",
      kinds::list(kinds::text_like("one of " + fmt::format("{}", fmt::join(told_events(), ", ")), is_event)),
      REC_AT(events), "what it is told of; empty: incidents, when they begin and when they are over"));
  spec.fields.push_back(make_field<NotifyEntry>(
      "digest", kinds::text_like("a time of day, like 09:00, or \"\" for none", is_time_of_day),
      REC_AT(digest), "when, in `timezone`, it is told what the last 24 hours brought"));
  Kind<NotifyEntry> kind = kinds::object(std::move(spec));
  kind.show = [show = kind.show](const NotifyEntry& entry) {
    return entry.is_telegram() && !entry.telegram ? std::string("telegram") : show(entry);
  };
  return kind;
}

void add_endpoints(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto at, std::string about) {
    fields.push_back(make_field<Config>("endpoints." + key, kinds::http_url(), at, std::move(about)));
  };
  add("twitch_id", REC_AT(endpoints.twitch_id), "where the platforms are; for tests and mirrors: + /token");
  add("twitch_helix", REC_AT(endpoints.twitch_helix), "+ /streams …");
  add("twitch_gql", REC_AT(endpoints.twitch_gql), "playback tokens");
  add("twitch_usher", REC_AT(endpoints.twitch_usher), "+ /api/v2/channel/hls/LOGIN.m3u8");
  add("youtube", REC_AT(endpoints.youtube), "+ /@handle/live");
}

void add_control(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about) {
    fields.push_back(
        make_field<Config>("control." + key, std::move(kind), at, std::move(about), Counts::at_once));
  };
  add("enabled", kinds::yes_no(), REC_AT(control.enabled), "take commands in a Telegram group");
  add("group_id", kinds::chat(), REC_AT(control.group_id), "that group; required if enabled");
  add("allowed_user_ids", kinds::list(kinds::integer<std::int64_t>(1)), REC_AT(control.allowed_user_ids),
      "who may do everything");
  add("readonly_user_ids", kinds::list(kinds::integer<std::int64_t>(1)), REC_AT(control.readonly_user_ids),
      "who may only look");
  add("allow_all_group_members", kinds::yes_no(), REC_AT(control.allow_all_group_members),
      "with both lists empty: every member may do everything");
  add("command_prefix", kinds::text(), REC_AT(control.command_prefix), "what a command begins with");
  add("audit_log_file", kinds::path(), REC_AT(control.audit_log_file), "who changed what, one line each");
  fields.push_back(retired_field<Config>("control.runtime_config_file",
                                         "replaced by state.path, which keeps what commands change; "
                                         "`streamrecorder import` takes the old file over"));
}

}  // namespace

void add_service(Fields<Config>& fields) {
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about,
                             Counts counts = Counts::after_restart) {
    fields.push_back(make_field<Config>(key, std::move(kind), at, std::move(about), counts));
  };
  add("logging.level", kinds::log_level(), REC_AT(logging.level), "how much is logged", Counts::at_once);
  add("logging.file", kinds::path(), REC_AT(logging.file), "empty: no file");
  add("logging.max_size_mb", kinds::size(1ULL << 20U, true), REC_AT(logging.max_size),
      "a file of this size is rotated");
  add("logging.backup_count", kinds::integer<int>(0), REC_AT(logging.backup_count), "rotated files kept");
  fields.push_back(retired_field<Config>("logging.verbose_monitoring", "replaced by logging.level: DEBUG"));
  fields.push_back(retired_field<Config>("logging.ytdlp_log_noise", "replaced by logging.level: DEBUG"));
  add("state.path", kinds::path(), REC_AT(state.path),
      "the folder of it holds the store, Telegram's database, the segment logs and the socket");
  Field<Config> old_state = retired_field<Config>(
      "state.state_file", "replaced by state.path; `streamrecorder import` takes the old file over");
  old_state.read = make_field<Config>("", kinds::path(), REC_AT(state.old_state_file), "").read;
  fields.push_back(std::move(old_state));
  add("state.waiting_timeout_hours", kinds::duration(std::chrono::hours(1)), REC_AT(state.waiting_timeout),
      "an announced stream that does not begin is forgotten after this; 0: never", Counts::at_once);
  fields.push_back(retired_field<Config>(
      "jobs.recording_concurrency",
      "replaced by recording every live channel at once; pause channels to record fewer"));
  add("jobs.processing_concurrency", kinds::integer<int>(1), REC_AT(jobs.processing_concurrency),
      "parts made at a time", Counts::at_once);
  add("jobs.upload_concurrency", kinds::integer<int>(1), REC_AT(jobs.upload_concurrency),
      "chats that are uploaded to at a time", Counts::at_once);
  add("jobs.compression_concurrency", kinds::integer<int>(1), REC_AT(jobs.compression_concurrency),
      "recordings compressed at a time", Counts::at_once);
  add("jobs.control_concurrency", kinds::integer<int>(1), REC_AT(jobs.control_concurrency),
      "commands of the group at a time", Counts::at_once);
  add_control(fields);
  add("web.listen", kinds::text_like("host:port, like 127.0.0.1:8080, or \"\" for none", is_listen),
      REC_AT(web.listen), "dashboard, REST, /metrics; empty: off");
  add("web.hosts", kinds::list(kinds::text()), REC_AT(web.hosts),
      "names by which it is reached, beside IP addresses and localhost, like recorder.example.org");
  add_endpoints(fields);
}

void add_messages(Fields<Config>& fields) {
  Kind<std::vector<std::string>> argv = kinds::list(kinds::text());
  argv.words = "a list: a program and its arguments (no shell)";
  fields.push_back(make_field<Config>("notify", kinds::list(notification()), REC_AT(notify),
                                      "who is told when something needs a person", Counts::at_once));
  fields.push_back(make_field<Config>("hooks", kinds::named(std::move(argv)), REC_AT(hooks),
                                      "event -> [program, argument, …], run without a shell",
                                      Counts::at_once));
  fields.push_back(make_field<Config>(
      "incidents.gap_over", kinds::duration(std::chrono::seconds(1)), REC_AT(incidents.gap_over),
      "a longer gap that is no advertisement is an incident; 0: none is", Counts::at_once));
  fields.push_back(make_field<Config>(
      "incidents.stuck_after", kinds::duration(std::chrono::minutes(1), true), REC_AT(incidents.stuck_after),
      "posting, or making a part, that fails for longer is an incident", Counts::at_once));
}

}  // namespace rec::config_sections

namespace rec {

const std::vector<std::string>& told_events() {
  static const std::vector<std::string> all{
      "session.started", "part.ready", "post.published", "session.done", "gap", "incident", "incident.over"};
  return all;
}

}  // namespace rec
