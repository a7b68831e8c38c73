#include "app/herald_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>

#include <boost/json.hpp>

#include "base/fd.hpp"
#include "base/folders.hpp"
#include "base/json_bytes.hpp"
#include "base/whole_file.hpp"

namespace rec {
namespace {

namespace json = boost::json;

constexpr int kHeraldFileVersion = 1;

std::string text_at(const json::object& object, const char* key) {
  return std::string(object.at(key).as_string());
}
Instant instant_at(const json::object& object, const char* key) {
  return from_unix_ms(object.at(key).to_number<std::int64_t>());
}

Gravity gravity_of(std::string_view text) {
  for (const Gravity each : {Gravity::notice, Gravity::warning}) {
    if (word(each) == text) return each;
  }
  return Gravity::error;
}

json::object to_json(const Incident& incident) {
  json::object out;
  out["id"] = incident.what.id;
  out["kind"] = incident.what.kind;
  out["level"] = word(incident.what.gravity);
  out["text"] = incident.what.text;
  out["cure"] = incident.what.cure;
  out["channel"] = incident.what.channel;
  out["session"] = incident.what.session;
  out["once"] = incident.what.once;
  out["since"] = unix_ms(incident.since);
  out["seen"] = unix_ms(incident.seen);
  out["over"] = incident.over ? json::value(unix_ms(*incident.over)) : json::value(nullptr);
  out["told"] = incident.told;
  return out;
}

Incident incident_from(const json::object& in) {
  Incident incident;
  incident.what.id = text_at(in, "id");
  incident.what.kind = text_at(in, "kind");
  incident.what.gravity = gravity_of(text_at(in, "level"));
  incident.what.text = text_at(in, "text");
  incident.what.cure = text_at(in, "cure");
  incident.what.channel = text_at(in, "channel");
  incident.what.session = text_at(in, "session");
  incident.what.once = in.at("once").as_bool();
  incident.since = instant_at(in, "since");
  incident.seen = instant_at(in, "seen");
  if (!in.at("over").is_null()) incident.over = instant_at(in, "over");
  incident.told = in.at("told").as_bool();
  return incident;
}

json::object to_json(const WaitingNotice& waiting) {
  json::object out;
  out["id"] = waiting.notice.id;
  out["event"] = waiting.notice.event;
  out["at"] = unix_ms(waiting.notice.at);
  out["level"] = word(waiting.notice.gravity);
  out["title"] = waiting.notice.title;
  out["text"] = waiting.notice.text;
  out["json"] = waiting.notice.json;
  out["maybe_told"] = waiting.maybe_told;
  out["tries"] = waiting.tries;
  return out;
}

WaitingNotice waiting_from(const json::object& in) {
  WaitingNotice waiting;
  waiting.notice.id = text_at(in, "id");
  waiting.notice.event = text_at(in, "event");
  waiting.notice.at = instant_at(in, "at");
  waiting.notice.gravity = gravity_of(text_at(in, "level"));
  waiting.notice.title = text_at(in, "title");
  waiting.notice.text = text_at(in, "text");
  waiting.notice.json = text_at(in, "json");
  waiting.maybe_told = in.at("maybe_told").as_bool();
  waiting.tries = in.at("tries").to_number<int>();
  return waiting;
}

HeraldState state_from(const json::object& in) {
  HeraldState state;
  state.alive_at = instant_at(in, "alive_at");
  state.ended_well = in.at("ended_well").as_bool();
  state.boot = text_at(in, "boot");
  for (const auto& [id, keys] : in.at("told").as_object()) {
    auto& told = state.told[SessionId(std::string(id))];
    for (const json::value& key : keys.as_array()) told.emplace(key.as_string());
  }
  for (const json::value& each : in.at("incidents").as_array())
    state.incidents.push_back(incident_from(each.as_object()));
  for (const auto& [name, queue] : in.at("queues").as_object()) {
    for (const json::value& each : queue.as_array())
      state.queues[std::string(name)].push_back(waiting_from(each.as_object()));
  }
  for (const auto& [name, at] : in.at("digests").as_object())
    state.digests[std::string(name)] = from_unix_ms(at.to_number<std::int64_t>());
  return state;
}

}  // namespace

std::string herald_text(const HeraldState& state) {
  json::object out;
  out["version"] = kHeraldFileVersion;
  out["alive_at"] = unix_ms(state.alive_at);
  out["ended_well"] = state.ended_well;
  out["boot"] = state.boot;
  json::object told;
  for (const auto& [id, keys] : state.told) told[id.str()] = json::array(keys.begin(), keys.end());
  out["told"] = std::move(told);
  json::array incidents;
  for (const Incident& incident : state.incidents) incidents.push_back(to_json(incident));
  out["incidents"] = std::move(incidents);
  json::object queues;
  for (const auto& [name, queue] : state.queues) {
    json::array list;
    for (const WaitingNotice& waiting : queue) list.push_back(to_json(waiting));
    queues[name] = std::move(list);
  }
  out["queues"] = std::move(queues);
  json::object digests;
  for (const auto& [name, at] : state.digests) digests[name] = unix_ms(at);
  out["digests"] = std::move(digests);
  return json::serialize(out);
}

Result<HeraldState> herald_state(std::string_view text) {
  try {
    const json::value value = json_of_bytes(text);
    const json::object& object = value.as_object();
    if (object.at("version").to_number<int>() != kHeraldFileVersion)
      return fail(Errc::corrupt, "written by another version of the program");
    return state_from(object);
  } catch (const std::exception& problem) {
    return fail(Errc::corrupt, std::string("not what was written: ") + problem.what());
  }
}

Result<HeraldState> load_herald(const std::string& path) {
  REC_TRY(const std::string text, whole_file(path));
  auto state = herald_state(text);
  if (!state) return fail(std::move(state).error().in(path));
  return state;
}

Result<void> save_herald(const std::string& path, const std::string& text) {
  const std::string part = path + ".part";
  {
    const Fd file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file) return fail(errno_error(errno, "writing " + part));
    for (std::size_t at = 0; at < text.size();) {
      const auto put = ::write(file.get(), text.data() + at, text.size() - at);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return fail(errno_error(errno, "writing " + part));
      at += static_cast<std::size_t>(put);
    }
    if (::fdatasync(file.get()) != 0) return fail(errno_error(errno, "syncing " + part));
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) return fail(errno_error(errno, "naming " + path));
  return sync_folder(std::filesystem::path(path).parent_path().string());
}

std::string herald_path(const std::string& data_folder) {
  return (std::filesystem::path(data_folder) / "notices.json").string();
}

}  // namespace rec
