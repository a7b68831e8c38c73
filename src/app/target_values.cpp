#include "app/target_values.hpp"

#include <algorithm>

namespace rec {
namespace {

// "\"@recs\"" is @recs again; a map or a number stays.
std::string plain_text_of(const std::string& yaml) {
  const auto parsed = parse_yaml(yaml, "");
  return parsed && (*parsed)->kind == Yaml::Kind::scalar ? (*parsed)->text : yaml;
}

}  // namespace

Result<void> apply_target_value(TargetConfig& target, const std::string& key, const std::string& text,
                                const std::string& place) {
  ConfigReader reader(place, "/");
  const auto field =
      std::ranges::find(target_fields(), key, [](const Field<TargetConfig>& each) { return each.info.key; });
  if (field == target_fields().end()) {
    std::vector<const FieldInfo*> infos;
    for (const Field<TargetConfig>& each : target_fields()) infos.push_back(&each.info);
    reader.problem(0, key, unknown_key(infos, "", key));
  } else {
    Yaml node;
    node.kind = Yaml::Kind::scalar;
    node.text = ConfigReader::escaped(text);
    field->read(target, node, reader, key);
  }
  if (reader.problem_count() == 0) return {};
  return fail(Errc::invalid, fmt::format("{}", fmt::join(reader.problems(), "\n")));
}

std::map<std::string, std::string> show_target(const TargetConfig& target) {
  std::map<std::string, std::string> shown;
  for (const Field<TargetConfig>& field : target_fields()) {
    const std::string text = field.show(target);
    if (text != field.info.fallback) shown[field.info.key] = plain_text_of(text);
  }
  return shown;
}

}  // namespace rec
