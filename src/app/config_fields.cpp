// The sections in order, and what is said of a key that is in none.
#include "app/config_fields.hpp"

#include <algorithm>

#include "app/config_units.hpp"

namespace rec {

const Fields<Config>& config_fields() {
  static const Fields<Config> kAll = [] {
    Fields<Config> fields;
    config_sections::add_general(fields);
    config_sections::add_channels(fields);
    config_sections::add_telegram(fields);
    config_sections::add_twitch(fields);
    config_sections::add_youtube(fields);
    config_sections::add_recording(fields);
    config_sections::add_media(fields);
    config_sections::add_service(fields);
    config_sections::add_messages(fields);
    return fields;
  }();
  return kAll;
}

std::string_view word(Counts counts) {
  switch (counts) {
    case Counts::at_once:
      return "at once";
    case Counts::next_time:
      return "for the next recording";
    case Counts::after_restart:
      break;
  }
  return "after a restart";
}

std::optional<Secret> read_secret_file(const Kind<Secret>& kind, const Yaml& node, ConfigReader& reader,
                                       const std::string& key) {
  if (node.kind == Yaml::Kind::null) return std::nullopt;
  if (node.kind != Yaml::Kind::scalar) {
    reader.expected(node, key, "a path");
    return std::nullopt;
  }
  const auto path = reader.text(node, key);
  if (!path || path->empty()) return std::nullopt;
  const auto contents = reader.secret_file(node, key, *path);
  if (!contents) return std::nullopt;
  Yaml literal = node;
  literal.text = ConfigReader::escaped(*contents);
  return kind.read(literal, reader, key);
}

std::string unknown_key(const std::vector<const FieldInfo*>& infos, const std::string& inner,
                        const std::string& key) {
  std::vector<std::string> here;  // the next word of each key that stands in this section
  std::vector<std::string> elsewhere;
  const std::string prefix = inner.empty() ? "" : inner + ".";
  for (const FieldInfo* info : infos) {
    const std::string leaf = info->key.substr(info->key.rfind('.') + 1);
    if (leaf == key || info->key == key) elsewhere.push_back(info->key);
    if (!info->key.starts_with(prefix)) continue;
    const std::string next =
        info->key.substr(prefix.size(), info->key.find('.', prefix.size()) - prefix.size());
    const bool shown = info->retired.empty() && info->stands_for.empty();
    if (shown && std::ranges::find(here, next) == here.end()) here.push_back(next);
  }
  if (key.find('.') != std::string::npos && !elsewhere.empty()) {
    return fmt::format("a key with a dot in it; write {}: on a line of its own and {} under it, indented",
                       key.substr(0, key.rfind('.')), key.substr(key.rfind('.') + 1));
  }
  const std::string near = units::nearest(key, here);
  if (!near.empty()) return fmt::format("unknown key; did you mean {}?", join_key(inner, near));
  if (!elsewhere.empty())
    return fmt::format("unknown key here; did you mean {}?", fmt::join(elsewhere, " or "));
  return fmt::format("unknown key; expected one of {}", fmt::join(here, ", "));
}

}  // namespace rec
