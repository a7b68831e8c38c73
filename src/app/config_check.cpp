// Checks across keys.
#include "app/config_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/config_channels.hpp"
#include "app/config_units.hpp"
#include "app/target_book.hpp"
#include "app/templates.hpp"

namespace rec {
namespace {

std::filesystem::path zone_folder() {
  const char* set = std::getenv("TZDIR");
  return set != nullptr && *set != '\0' ? set : "/usr/share/zoneinfo";
}

// zone.tab's third column holds the names that people look for.
std::vector<std::string> zone_names() {
  std::vector<std::string> names{"UTC"};
  std::ifstream table(zone_folder() / "zone.tab");
  for (std::string line; std::getline(table, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream columns(line);
    std::string country;
    std::string coordinates;
    std::string name;
    if (columns >> country >> coordinates >> name) names.push_back(name);
  }
  return names;
}

void check_timezone(const Config& config, ConfigFindings& findings) {
  if (timezone_exists(config.timezone)) return;
  const std::string near = units::nearest(config.timezone, zone_names());
  findings.problems.push_back(
      {"timezone",
       fmt::format("expected a name of the tz database, like Europe/Berlin, got \"{}\"; {}", config.timezone,
                   near.empty() ? "see timedatectl list-timezones" : "did you mean " + near + "?")});
}

void check_telegram(const Config& config, ConfigFindings& findings) {
  const TelegramConfig& telegram = config.telegram;
  const bool chat = telegram.channel_id || !telegram.targets.empty();
  if (!chat && !telegram.bot_token.empty()) {
    findings.warnings.push_back(
        {"telegram.channel_id",
         "not set, so nothing is posted and recordings stay in recording.output_dir; say where to post"});
  }
}

void check_texts(const Config& config, ConfigFindings& findings) {
  for (const auto& [name, text] : config.telegram.templates) {
    const auto made = check_template(name, text);
    if (!made) findings.problems.push_back({"telegram.templates." + name, made.error().text});
  }
}

void check_hooks(const Config& config, ConfigFindings& findings) {
  for (const auto& [event, argv] : config.hooks) {
    if (std::ranges::find(told_events(), event) == told_events().end()) {
      const std::string near = units::nearest(event, told_events());
      findings.problems.push_back(
          {"hooks." + event,
           fmt::format("no such event; {}", near.empty()
                                                ? fmt::format("there are {}", fmt::join(told_events(), ", "))
                                                : "did you mean " + near + "?")});
    } else if (argv.empty() || argv.front().empty()) {
      findings.problems.push_back({"hooks." + event, "no program; write [/path/of/program, argument, …]"});
    }
  }
}

void check_control(const Config& config, ConfigFindings& findings) {
  const ControlConfig& control = config.control;
  if (!control.enabled) return;
  if (!control.group_id)
    findings.problems.push_back(
        {"control.group_id", "required because control.enabled is true; set it, or disable control"});
  if (control.command_prefix.empty())
    findings.problems.push_back(
        {"control.command_prefix", "empty: every message would be a command; write /"});
  if (control.allowed_user_ids.empty() && control.readonly_user_ids.empty() &&
      !control.allow_all_group_members) {
    findings.problems.push_back(
        {"control.allowed_user_ids",
         "nobody may use control; list user ids here or in control.readonly_user_ids, "
         "or set control.allow_all_group_members: true",
         {"control.readonly_user_ids", "control.allow_all_group_members"}});
  }
}

std::string canonical(const std::string& section, const std::string& name) {
  if (section == "twitch.channels") return twitch_login(name);
  if (section == "youtube.channels") return youtube_name(name);
  const auto channel = channel_of_url(name);
  return channel ? channel->id.str() : name;
}

void check_entries(const Config& config, const std::string& section, const std::vector<ChannelEntry>& entries,
                   ConfigFindings& findings) {
  std::vector<std::string> targets;
  targets.reserve(config.telegram.targets.size());
  for (const auto& [name, target] : config.telegram.targets) targets.push_back(name);
  std::set<std::string> known;
  for (std::size_t index = 0; index < entries.size(); ++index) {
    const ChannelEntry& entry = entries[index];
    const std::string key = fmt::format("{}[{}]", section, index);
    if (!known.insert(canonical(section, entry.name)).second) {
      findings.warnings.push_back({key, fmt::format("{} stands twice; the first entry counts", entry.name)});
    }
    if (section == "channels" && is_twitch_recording(entry.name))
      findings.warnings.push_back(
          {key, fmt::format("{} is a recording of Twitch, where nothing goes live; write twitch.tv/NAME for "
                            "its channel, or `streamrecorder record` it",
                            entry.name)});
    const std::string target = target_named(config.telegram, entry.overrides.target);
    if (target.empty() || config.telegram.targets.contains(target)) continue;
    const std::string near = units::nearest(target, targets);
    findings.problems.push_back({key + ".target",
                                 fmt::format("no target \"{}\" under telegram.targets; {}", target,
                                             near.empty() ? "add it there" : "did you mean " + near + "?"),
                                 {"telegram.targets"}});
  }
}

void warn_unused(const Config& config, ConfigFindings& findings) {
  const PlatformMode mode = config.platform;
  const auto unused = [&findings](bool given, const std::string& key, const std::string& name,
                                  const std::string& cure) {
    if (given)
      findings.warnings.push_back({key, fmt::format("not watched with platform: {}; {}", name, cure)});
  };
  const bool twitch = !config.twitch.channels.empty();
  const bool youtube = !config.youtube.channels.empty();
  if (mode == PlatformMode::twitch)
    unused(youtube, "youtube.channels", "twitch", "use platform: auto for both lists");
  if (mode == PlatformMode::youtube)
    unused(twitch, "twitch.channels", "youtube", "use platform: auto for both lists");
  if (mode != PlatformMode::cross && mode != PlatformMode::automatic) {
    const std::string names[] = {"auto", "twitch", "youtube", "both", "cross"};
    unused(!config.cross.empty(), "cross", names[static_cast<std::size_t>(mode)],
           "use platform: cross or auto");
  }
  const bool implied = config.twitch.channels.size() == 1 && config.youtube.channels.size() == 1;
  if (mode == PlatformMode::cross && config.cross.empty() && !implied && (twitch || youtube)) {
    findings.warnings.push_back(
        {"cross",
         "empty, so no Twitch stream continues a YouTube one; write cross: [{youtube: \"@x\", twitch: x}]"});
  }
  const bool needs_twitch = mode == PlatformMode::twitch || mode == PlatformMode::both;
  const bool needs_youtube = mode == PlatformMode::youtube || mode == PlatformMode::both;
  if (needs_twitch && !twitch)
    findings.warnings.push_back({"twitch.channels", "empty; add channels, or use platform: auto"});
  if (needs_youtube && !youtube)
    findings.warnings.push_back({"youtube.channels", "empty; add channels, or use platform: auto"});
}

void warn_partners(const Config& config, ConfigFindings& findings) {
  if (config.cross.empty()) return;
  for (std::size_t index = 0; index < config.twitch.channels.size(); ++index) {
    const std::string login = twitch_login(config.twitch.channels[index].name);
    const auto pair = std::ranges::find_if(
        config.cross, [&](const CrossPair& each) { return twitch_login(each.twitch) == login; });
    if (pair == config.cross.end()) continue;
    const std::string key = fmt::format("twitch.channels[{}]", index);
    if (config.platform == PlatformMode::automatic)
      findings.warnings.push_back(
          {key,
           fmt::format("{} also continues {} (cross): it is recorded by itself only while that one is not "
                       "live; take it out of this list if it never should be",
                       login, pair->youtube)});
    if (config.platform == PlatformMode::cross)
      findings.warnings.push_back(
          {key,
           fmt::format("with platform: cross {} is recorded only where it continues {}; use platform: auto "
                       "to record it by itself as well",
                       login, pair->youtube)});
  }
}

void check_twitch_key(const Config& config, ConfigFindings& findings) {
  const bool some = std::ranges::any_of(configured_channels(config), [](const ConfiguredChannel& each) {
    return each.watched.platform == "twitch";
  });
  if (!some) return;
  const bool id = !config.twitch.client_id.empty();
  const bool key = !config.twitch.client_secret.empty();
  if (id && key) return;
  findings.warnings.push_back({id ? "twitch.client_secret" : "twitch.client_id",
                               "not set, so Twitch is asked channel by channel instead of all at once; "
                               "client_id and client_secret come from https://dev.twitch.tv/console/apps"});
}

}  // namespace

bool timezone_exists(const std::string& name) {
  if (name == "UTC") return true;
  const auto good = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '/' || c == '_' || c == '-' || c == '+';
  };
  if (name.empty() || name.front() == '/' || !std::ranges::all_of(name, good)) return false;
  std::ifstream file(zone_folder() / name, std::ios::binary);
  std::string magic(4, '\0');
  return file.read(magic.data(), 4) && magic == "TZif";
}

ConfigFindings check_config(const Config& config) {
  ConfigFindings findings;
  check_timezone(config, findings);
  check_telegram(config, findings);
  check_control(config, findings);
  check_texts(config, findings);
  check_hooks(config, findings);
  check_entries(config, "channels", config.channels, findings);
  check_entries(config, "twitch.channels", config.twitch.channels, findings);
  check_entries(config, "youtube.channels", config.youtube.channels, findings);
  warn_unused(config, findings);
  warn_partners(config, findings);
  check_twitch_key(config, findings);
  return findings;
}

}  // namespace rec
