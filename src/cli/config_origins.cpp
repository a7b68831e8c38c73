#include "cli/config_origins.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <map>

#include <boost/json/array.hpp>

#include "app/config_change.hpp"
#include "app/config_fields.hpp"
#include "app/config_render.hpp"
#include "app/service.hpp"
#include "app/settings_of.hpp"
#include "app/telegram_account.hpp"
#include "base/json_members.hpp"
#include "cli/ask_program.hpp"
#include "web/accounts.hpp"

namespace rec::cli {
namespace {

namespace json = boost::json;

json::object value_origin(const Field<Config>& field, const LoadedConfig& loaded, bool by_login) {
  const std::string& key = field.info.key;
  json::object out;
  out["key"] = key;
  out["value"] = field.show(loaded.config);
  const auto own = loaded.origins.find(key);
  const auto companion = loaded.origins.find(key + "_file");
  const bool secret_file = field.info.secret && companion != loaded.origins.end();
  const auto found = secret_file ? companion : own;
  if (by_login || found == loaded.origins.end()) {
    out["origin"] = by_login ? "login" : "default";
    return out;
  }
  out["line"] = found->second.line;
  json::array variables;
  for (const std::string& name : found->second.environment) variables.emplace_back(name);
  out["origin"] = secret_file ? "secret_file" : variables.empty() ? "file" : "environment";
  out["variables"] = std::move(variables);
  return out;
}

json::array value_origins(LoadedConfig loaded) {
  const Config file = loaded.config;
  const auto taken = take_telegram_account(loaded.config);  // what is wrong with it `doctor` says
  const ConfigChanges login = taken ? config_changes(file, loaded.config) : ConfigChanges();
  json::array values;
  for (const Field<Config>& field : config_fields()) {
    if (field.same) values.push_back(value_origin(field, loaded, touches(login, {field.info.key})));
  }
  return values;
}

json::object commanded_values(const json::object& entry, const char* values) {
  json::object set;
  const json::object& all = object_in(entry, values);
  for (const json::value& key : list_in(entry, "set_by_command")) {
    const auto* value = key.is_string() ? all.if_contains(key.get_string()) : nullptr;
    if (value != nullptr) set[key.get_string()] = *value;
  }
  return set;
}

json::array commanded_channels(const json::object& list) {
  json::array channels;
  for (const json::object* entry : objects_in(list, "channels")) {
    const bool disabled = object_in(*entry, "overrides").contains("enabled");
    const bool paused = flag_in(*entry, "paused");
    json::object out;
    out["id"] = text_in(*entry, "id");
    out["url"] = text_in(*entry, "url");
    out["added"] = text_in(*entry, "source") == "command";
    out["paused"] = paused && !disabled;
    out["resumed"] = disabled && !paused;
    json::object set = commanded_values(*entry, "overrides");
    const bool said =
        flag_in(out, "added") || flag_in(out, "paused") || flag_in(out, "resumed") || !set.empty();
    out["set"] = std::move(set);
    if (said) channels.push_back(std::move(out));
  }
  return channels;
}

json::array commanded_targets(const json::object& list) {
  json::array targets;
  for (const json::object* entry : objects_in(list, "targets")) {
    json::object out;
    out["name"] = text_in(*entry, "name");
    out["added"] = text_in(*entry, "source") == "command";
    json::object set = commanded_values(*entry, "values");
    const bool said = flag_in(out, "added") || !set.empty();
    out["set"] = std::move(set);
    if (said) targets.push_back(std::move(out));
  }
  return targets;
}

std::string origin_note(const json::object& value, const std::string& file) {
  const std::string origin = text_in(value, "origin");
  if (origin == "default") return "default";
  if (origin == "login") return "streamrecorder login (telegram.account)";
  const std::string place = fmt::format("{}:{}", file, number_in(value, "line"));
  if (origin == "secret_file") return place + ", in a file of its own";
  std::string names;
  for (const json::value& name : list_in(value, "variables"))
    names += (names.empty() ? "" : ", ") + std::string(name.get_string());
  return names.empty() ? place : fmt::format("{}, from the environment: {}", place, names);
}

std::string set_lines(const std::string& of, const json::object& entry, const char* command) {
  std::string text;
  for (const auto& [key, value] : object_in(entry, "set")) {
    text += fmt::format("#   {}: {}: {}  ({} set)\n", of, std::string(key),
                        value.is_string() ? std::string(value.get_string()) : "", command);
  }
  return text;
}

}  // namespace

json::object config_origins(LoadedConfig loaded) {
  const Config config = loaded.config;
  json::object out;
  out["file"] = loaded.path.empty() ? json::value(nullptr) : json::value(loaded.path);
  const AtRest channels_rest = [&](Store* store, Instant now) {
    return channels_at_rest(store, config, "channel_list", {}, now);
  };
  const AtRest targets_rest = [&](Store* store, Instant now) {
    return targets_at_rest(store, config, "target_list", {}, now);
  };
  const auto channels = ask_program(config, "channel_list", {}, channels_rest);
  const auto targets = ask_program(config, "target_list", {}, targets_rest);
  out["channels"] = channels ? commanded_channels(*channels) : json::array();
  out["targets"] = targets ? commanded_targets(*targets) : json::array();
  out["store_error"] = channels && targets
                           ? json::value(nullptr)
                           : json::value(channels ? targets.error().text : channels.error().text);
  const auto accounts = web::read_accounts(web::accounts_path(data_folder(config)));
  out["web_password"] = accounts && !accounts->password.empty();
  out["values"] = value_origins(std::move(loaded));
  return out;
}

std::string config_origins_text(const LoadedConfig& loaded, const json::object& origins) {
  const std::string file = std::filesystem::path(loaded.path).filename().string();
  std::map<std::string, std::string> notes;
  for (const json::object* value : objects_in(origins, "values"))
    notes[text_in(*value, "key")] = origin_note(*value, file);
  Config config = loaded.config;
  (void)take_telegram_account(config);  // as it stands in `values`
  std::string text =
      loaded.path.empty() ? "# no configuration file: the defaults\n" : fmt::format("# {}\n", loaded.path);
  text += config_show(config, [&notes](const std::string& key) { return notes[key]; });
  std::string said;
  for (const json::object* one : objects_in(origins, "channels")) {
    const std::string id = text_in(*one, "id");
    if (flag_in(*one, "added")) said += fmt::format("#   {}: {}  (channel add)\n", id, text_in(*one, "url"));
    if (flag_in(*one, "paused")) said += fmt::format("#   {}: paused  (channel pause)\n", id);
    if (flag_in(*one, "resumed")) said += fmt::format("#   {}: watched  (channel resume)\n", id);
    said += set_lines(id, *one, "channel");
  }
  for (const json::object* one : objects_in(origins, "targets"))
    said += set_lines(text_in(*one, "name"), *one, "target");
  if (flag_in(origins, "web_password")) said += "#   a password for the dashboard  (web password)\n";
  if (!said.empty()) text += "# What commands said, which goes before the file:\n" + said;
  const std::string error = text_in(origins, "store_error");
  return error.empty() ? text : text + "# What commands said is not known: " + error + "\n";
}

}  // namespace rec::cli
