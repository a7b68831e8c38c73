#include "app/channel_overrides.hpp"

#include <algorithm>

#include "app/config_kinds.hpp"
#include "core/channel_hours.hpp"
#include "core/text_pattern.hpp"

namespace rec {
namespace {

bool is_text_pattern(const std::string& text, std::string& why) {
  const auto compiled = TextPattern::compile(text);
  if (compiled) return true;
  why = fmt::format("not a regular expression: {}; write \\[ for a literal [, and so on",
                    compiled.error().text);
  return false;
}

Kind<std::string> override_pattern() { return kinds::text_like("a regular expression", is_text_pattern); }

// One text with semicolons, or a list of windows.
Kind<std::string> override_hours() {
  const auto fits = [](const std::string& text, std::string& why) {
    const auto parsed = ChannelHours::parse(text);
    if (!parsed) why = parsed.error().text;
    return parsed.has_value();
  };
  Kind<std::string> kind = kinds::text_like("hours, like 18:00-02:00 or a list of them", fits);
  kind.schema = {
      {"anyOf", {{{"type", {"string", "null"}}}, {{"type", "array"}, {"items", {{"type", "string"}}}}}}};
  kind.read = [read = kind.read](const Yaml& node, ConfigReader& reader,
                                 const std::string& key) -> std::optional<std::string> {
    if (node.kind != Yaml::Kind::list) return read(node, reader, key);
    std::string all;
    for (std::size_t index = 0; index < node.items.size(); ++index) {
      auto one = read(*node.items[index], reader, fmt::format("{}[{}]", key, index));
      if (!one) return std::nullopt;
      all += (all.empty() ? "" : "; ") + *one;
    }
    return all;
  };
  return kind;
}

Fields<ChannelEntry> make_override_fields() {
  Fields<ChannelEntry> fields;
  const auto add = [&fields](const std::string& key, auto kind, auto at, std::string about) {
    fields.push_back(make_field<ChannelEntry>(key, std::move(kind), at, std::move(about)));
  };
  add("enabled", kinds::yes_no(), REC_AT(overrides.enabled), "false: paused");
  add("target", kinds::text(), REC_AT(overrides.target), "a name under telegram.targets to post to");
  add("notes", kinds::text(), REC_AT(overrides.notes), "what its owner wants to remember of it");
  add("tags", kinds::text(), REC_AT(overrides.tags), "words for it, like chess, german");
  add("quality", kinds::text(), REC_AT(overrides.quality), "as recording.quality, for this channel");
  add("capture",
      kinds::maybe(kinds::choice<CaptureBackend>(
          {{"native", CaptureBackend::native}, {"yt-dlp", CaptureBackend::ytdlp}})),
      REC_AT(overrides.capture), "as recording.capture");
  add("format", kinds::text(), REC_AT(overrides.format), "as recording.format");
  add("title_filter", override_pattern(), REC_AT(overrides.title_filter),
      "record only broadcasts whose title this regular expression finds something in; upper and lower case "
      "are alike");
  add("title_deny", override_pattern(), REC_AT(overrides.title_deny),
      "do not record where it finds something");
  add("category_filter", override_pattern(), REC_AT(overrides.category_filter),
      "as title_filter, of the category (the game)");
  add("category_deny", override_pattern(), REC_AT(overrides.category_deny), "as title_deny, of the category");
  add("hours", override_hours(), REC_AT(overrides.hours),
      "record only what begins in them, in `timezone`: 18:00-02:00, Sat,Sun or \"Mon-Fri 18:00-02:00\"");
  add("cookies_file", kinds::path(), REC_AT(overrides.cookies_file), "as recording.cookies_file");
  add_secret(fields, "proxy", kinds::proxy(false), REC_AT(overrides.proxy),
             "goes before the platform's and the general proxy");
  add("live_from_start", kinds::maybe(kinds::yes_no()), REC_AT(overrides.live_from_start),
      "as recording.live_from_start");
  add("part_duration", kinds::maybe(kinds::duration(std::chrono::seconds(1), true)),
      REC_AT(overrides.part_duration), "as recording.part_duration");
  add("session_duration", kinds::maybe(kinds::duration(std::chrono::seconds(1), true)),
      REC_AT(overrides.session_duration), "as recording.session_duration");
  add("offline_grace_period", kinds::maybe(kinds::duration(std::chrono::seconds(1))),
      REC_AT(overrides.offline_grace_period), "as twitch.offline_grace_period");
  return fields;
}

const Field<ChannelEntry>* override_field(const std::string& key) {
  const auto found = std::ranges::find(override_fields(), key,
                                       [](const Field<ChannelEntry>& field) { return field.info.key; });
  return found == override_fields().end() ? nullptr : &*found;
}

// "\"720p\"" is 720p again; a list or a number stays.
std::string unquoted_yaml(const std::string& yaml) {
  const auto parsed = parse_yaml(yaml, "");
  return parsed && (*parsed)->kind == Yaml::Kind::scalar ? (*parsed)->text : yaml;
}

}  // namespace

const Fields<ChannelEntry>& override_fields() {
  static const Fields<ChannelEntry> kAll = make_override_fields();
  return kAll;
}

Result<void> check_override_key(const std::string& key, const std::string& place) {
  ConfigReader reader(place, "/");
  if (key == "enabled") {
    reader.problem(0, key, "set by `channel pause` and `channel resume`");
  } else if (override_field(key) == nullptr) {
    std::vector<const FieldInfo*> infos;
    for (const Field<ChannelEntry>& each : override_fields()) {
      if (each.info.key != "enabled") infos.push_back(&each.info);
    }
    reader.problem(0, key, unknown_key(infos, "", key));
  }
  if (reader.problem_count() == 0) return {};
  return fail(Errc::invalid, reader.problems().front());
}

std::string companion_of(const std::string& key) {
  for (const Field<ChannelEntry>& each : override_fields()) {
    if (each.info.stands_for.empty()) continue;
    if (each.info.key == key) return each.info.stands_for;
    if (each.info.stands_for == key) return each.info.key;
  }
  return "";
}

Result<void> apply_override(ChannelOverrides& overrides, const std::string& key, const std::string& text,
                            const std::string& place, const std::string& folder) {
  REC_CHECK(check_override_key(key, place));
  ConfigReader reader(place, folder);
  Yaml node;
  node.kind = Yaml::Kind::scalar;
  node.text = ConfigReader::escaped(text);
  ChannelEntry entry{"", overrides};
  override_field(key)->read(entry, node, reader, key);
  if (reader.problem_count() == 0) {
    overrides = std::move(entry.overrides);
    return {};
  }
  return fail(Errc::invalid, fmt::format("{}", fmt::join(reader.problems(), "\n")));
}

std::string kept_override(const std::string& key, const std::string& text, const std::string& folder) {
  const Field<ChannelEntry>* field = override_field(key);
  const bool path = field != nullptr && (field->info.path || !field->info.stands_for.empty());
  return path ? ConfigReader("", folder).resolve(text) : text;
}

OverrideTexts show_overrides(const ChannelOverrides& overrides) {
  OverrideTexts shown;
  const ChannelEntry entry{"", overrides};
  for (const Field<ChannelEntry>& field : override_fields()) {
    if (!field.show || !field.info.stands_for.empty() || field.info.key == "enabled") continue;
    const std::string text = field.show(entry);
    if (text != field.info.fallback) shown[field.info.key] = unquoted_yaml(text);
  }
  return shown;
}

}  // namespace rec
