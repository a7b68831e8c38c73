// The list of keys as JSON Schema.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include "app/config.hpp"
#include "app/config_fields.hpp"
#include "app/config_render.hpp"
#include "app/config_yaml.hpp"

namespace rec {
namespace {

namespace json = boost::json;

boost::json::object section_schema() {
  return {
      {"type", {"object", "null"}}, {"additionalProperties", false}, {"properties", boost::json::object()}};
}

json::value default_value(const Yaml& node) {
  if (node.kind == Yaml::Kind::null) return nullptr;
  if (node.kind == Yaml::Kind::scalar) return json::string(node.text);
  json::array list;
  for (const auto& item : node.items) list.push_back(default_value(*item));
  if (node.kind == Yaml::Kind::list) return list;
  json::object map;
  for (const Yaml::Entry& entry : node.entries) map[entry.key] = default_value(*entry.value);
  return map;
}

/// A default as JSON: what is a number or a switch in YAML is one, what stands in quotes is text.
json::value default_json(const std::string& yaml) {
  boost::system::error_code no_json;
  json::value plain = json::parse(yaml, no_json);
  if (!no_json && !plain.is_structured()) return plain;
  const auto parsed = parse_yaml(yaml, "default");
  return parsed ? default_value(**parsed) : json::value(yaml);
}

// Boost.JSON writes on one line only.
void write_json(std::string& text, const boost::json::value& value, std::size_t indent) {
  const std::string pad(indent + 2, ' ');
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    text += "{";
    std::string_view comma;
    for (const auto& [key, member] : *object) {
      text += fmt::format("{}\n{}{}: ", comma, pad, boost::json::serialize(boost::json::string(key)));
      write_json(text, member, indent + 2);
      comma = ",";
    }
    text += fmt::format("\n{:{}}}}", "", indent);
    return;
  }
  text += boost::json::serialize(value);
}

}  // namespace

boost::json::object schema_of(const std::vector<FieldInfo>& infos) {
  boost::json::object root = section_schema();
  for (const FieldInfo& info : infos) {
    boost::json::object* at = &root;
    std::size_t start = 0;
    for (std::size_t dot = info.key.find('.'); dot != std::string::npos; dot = info.key.find('.', start)) {
      auto& properties = at->at("properties").as_object();
      boost::json::value& section = properties[info.key.substr(start, dot - start)];
      if (section.is_null()) section = section_schema();
      at = &section.as_object();
      start = dot + 1;
    }
    boost::json::object schema = info.schema;
    schema["description"] = info.about;
    if (!info.retired.empty())
      schema["deprecated"] = true;
    else if (info.stands_for.empty() && !info.fallback.empty())
      schema["default"] = default_json(info.fallback);
    at->at("properties").as_object()[info.key.substr(start)] = std::move(schema);
  }
  return root;
}

std::string config_schema() {
  std::vector<FieldInfo> infos;
  for (const Field<Config>& field : config_fields()) infos.push_back(field.info);
  boost::json::object schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                             {"title", "Stream Recorder: config.yaml"}};
  for (auto& [key, value] : schema_of(infos)) schema[key] = std::move(value);
  std::string text;
  write_json(text, schema, 0);
  return text + "\n";
}

}  // namespace rec
