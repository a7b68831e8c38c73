#include "app/old_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "app/config_check.hpp"
#include "app/config_units.hpp"
#include "app/config_yaml.hpp"
#include "base/whole_file.hpp"

namespace rec {
namespace {

namespace fs = std::filesystem;

const Yaml* old_yaml_at(const Yaml& root, std::string_view key) {
  const Yaml* node = &root;
  while (!key.empty()) {
    const std::string word(key.substr(0, key.find('.')));
    key.remove_prefix(std::min(key.size(), word.size() + 1));
    const auto entry = std::ranges::find(node->entries, word, &Yaml::Entry::key);
    if (entry == node->entries.end()) return nullptr;
    node = entry->value.get();
  }
  return node->kind == Yaml::Kind::null ? nullptr : node;
}

std::string old_yaml_path(const Yaml& root, std::string_view key, const char* fallback,
                          const std::string& folder) {
  const Yaml* node = old_yaml_at(root, key);
  const std::string text = node == nullptr || node->text.empty() ? fallback : node->text;
  return (fs::path(folder) / text).lexically_normal().string();
}

void advise(OldConfig& old, const Yaml& root, const std::string& timezone) {
  const auto add = [&](const char* key, const std::string& line, const char* why) {
    if (old_yaml_at(root, key) == nullptr) old.advice.push_back(fmt::format("add `{}`: {}", line, why));
  };
  add("language", "language: ru", "its posts were in Russian; without this line they are in English");
  add("telegram.post", "post: after_end` under `telegram:",
      "it posted when the stream was over; without this line each part is posted when it is ready");
  add("compression.enabled", "enabled: true` under `compression:",
      "its compressed version was on by itself; without this line there is none");
  if (!timezone.empty() && timezone != "UTC" && timezone_exists(timezone))
    add("timezone", "timezone: " + timezone,
        "it went by the machine's clock; without this line times are UTC");
  const bool cross = old.config && old.config->platform == PlatformMode::cross && old.config->cross.empty();
  const bool implied =
      cross && old.config->twitch.channels.size() == 1 && old.config->youtube.channels.size() == 1;
  if (cross && !implied)
    old.advice.emplace_back(
        "add `cross: [{youtube: \"@x\", twitch: x}]`: it took any Twitch channel for a YouTube one's "
        "continuation; here pairs are named");
}

}  // namespace

std::string old_sqlite_path(const std::string& path) {
  const std::string ending = units::lower(fs::path(path).extension().string());
  if (ending == ".sqlite" || ending == ".sqlite3" || ending == ".db") return path;
  return fs::path(path).replace_extension(".sqlite3").string();
}

std::string machine_timezone() {
  if (const char* given = std::getenv("TZ"); given != nullptr && *given != '\0')
    return *given == ':' ? given + 1 : given;
  std::error_code error;
  const std::string link = fs::canonical("/etc/localtime", error).string();
  if (const std::size_t at = link.find("/zoneinfo/"); at != std::string::npos) return link.substr(at + 10);
  return std::string(units::trim(whole_file("/etc/timezone").value_or("")));
}

OldConfig read_old_config(const std::string& folder, const std::string& timezone) {
  OldConfig old;
  old.path = (fs::path(folder) / "config.yaml").string();
  Yaml nothing;
  std::shared_ptr<const Yaml> root(std::shared_ptr<const Yaml>(), &nothing);
  std::error_code error;
  if (!fs::exists(old.path, error)) {
    old.trouble = old.path + ": not there; the usual places are looked at";
  } else {
    auto parsed = parse_yaml(whole_file(old.path).value_or(""), old.path);
    auto loaded = load_config(old.path);
    if (parsed) root = *parsed;
    if (loaded) {
      old.warnings = loaded->warnings;
      old.config = std::move(loaded->config);
    } else {
      old.trouble = loaded.error().text;
    }
  }
  old.state_file = old_yaml_path(*root, "state.state_file", "data/state.json", folder);
  old.runtime_file =
      old_yaml_path(*root, "control.runtime_config_file", "data/runtime_config.sqlite3", folder);
  old.output_dir = old_yaml_path(*root, "recording.output_dir", "recordings", folder);
  old.temp_dir = old_yaml_path(*root, "recording.temp_dir", "temp", folder);
  if (const Yaml* enabled = old_yaml_at(*root, "compression.enabled"))
    old.compression = units::parse_bool(enabled->text).value_or(true);
  if (old_yaml_at(*root, "recording.temp_dir") != nullptr)
    old.warnings.push_back(
        old.path + ": recording.temp_dir: has nothing left to do; what is under way lies in the data folder");
  if (root.get() != &nothing) advise(old, *root, timezone);
  return old;
}

}  // namespace rec
