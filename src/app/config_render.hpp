// What is made of the list of keys for people and tools: the example file, the effective values, the JSON
// Schema and the table of docs/configuration.md. Pure.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "app/config_field.hpp"

namespace rec {

struct Config;

/// Every key with its default and its meaning, as a file that loads without a warning (config.example.yaml).
std::string config_example();
/// The effective values as YAML, secrets as "***".
std::string config_show(const Config& config);
/// The same, each line with a comment that `note` gives for its key.
std::string config_show(const Config& config, const std::function<std::string(const std::string& key)>& note);
/// JSON Schema, indented; draft 7, the newest that yaml-language-server knows.
std::string config_schema();
/// The Markdown tables of docs/configuration.md.
std::string config_reference();

/// Every key there is, retired ones and members of entries ("channels[].url",
/// "telegram.targets.*.channel_id") too.
std::vector<std::string> config_keys();

/// The object schema of some keys: dotted ones nest.
boost::json::object schema_of(const std::vector<FieldInfo>& infos);

}  // namespace rec
