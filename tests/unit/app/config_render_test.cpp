// The example file, the schema, the docs and `config show` against the list of keys they are made from.
#include "app/config_render.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "app/config_yaml.hpp"
#include "config_testing.hpp"

using rec::config_testing::all_of;
using rec::config_testing::has;
using rec::config_testing::loaded;

namespace {

std::string read_source(const std::string& name) {
  std::ifstream stream(std::string(REC_SOURCE_DIR) + "/" + name);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

// With REC_WRITE_CONFIG_DOCS set, the tests write what they would compare.
bool writes() { return std::getenv("REC_WRITE_CONFIG_DOCS") != nullptr; }

void schema_keys(const boost::json::value& schema, const std::string& prefix, std::set<std::string>& keys) {
  const auto* object = schema.if_object();
  if (object == nullptr) return;
  if (const auto* any = object->if_contains("anyOf")) {
    for (const auto& each : any->as_array()) schema_keys(each, prefix, keys);
  }
  if (const auto* items = object->if_contains("items")) schema_keys(*items, prefix + "[]", keys);
  if (const auto* more = object->if_contains("additionalProperties"); more != nullptr && more->is_object()) {
    schema_keys(*more, prefix + ".*", keys);
  }
  const auto* properties = object->if_contains("properties");
  if (properties == nullptr) return;
  for (const auto& [key, value] : properties->as_object()) {
    const std::string full = prefix.empty() ? std::string(key) : prefix + "." + std::string(key);
    const bool section =
        value.as_object().contains("properties") && !value.as_object().contains("description");
    if (!section) keys.insert(full);
    schema_keys(value, full, keys);
  }
}

void yaml_keys(const rec::Yaml& node, const std::string& prefix, std::set<std::string>& keys) {
  for (const rec::Yaml::Entry& entry : node.entries) {
    const std::string full = prefix.empty() ? entry.key : prefix + "." + entry.key;
    if (entry.value->entries.empty())
      keys.insert(full);
    else
      yaml_keys(*entry.value, full, keys);
  }
}

}  // namespace

TEST(ConfigRender, TheExampleFileIsWhatTheProgramPrints) {
  if (writes()) std::ofstream(std::string(REC_SOURCE_DIR) + "/config.example.yaml") << rec::config_example();
  EXPECT_EQ(read_source("config.example.yaml"), rec::config_example());
}

TEST(ConfigRender, TheExampleLoadsWithoutAWarningAndChangesNothing) {
  const rec::LoadedConfig example = loaded(rec::config_example());
  EXPECT_EQ(all_of(example.warnings), "");
  const std::string text = rec::config_show(example.config);
  const std::string defaults = rec::config_show(loaded("").config);
  // Both were loaded from folders of their own, which stand in the paths.
  std::istringstream left(text);
  std::istringstream right(defaults);
  for (std::string a, b; std::getline(left, a) && std::getline(right, b);) {
    if (!has(a, "config-test-")) EXPECT_EQ(a, b);
  }
  EXPECT_EQ(std::ranges::count(text, '\n'), std::ranges::count(defaults, '\n'));
}

TEST(ConfigRender, TheSchemaHasExactlyTheKeysOfTheList) {
  std::set<std::string> in_schema;
  schema_keys(boost::json::parse(rec::config_schema()), "", in_schema);
  const auto all = rec::config_keys();
  EXPECT_EQ(in_schema, std::set<std::string>(all.begin(), all.end()));
  EXPECT_GT(all.size(), 120U);
  EXPECT_TRUE(in_schema.contains("telegram.targets.*.limits.default_size_gb"));
  EXPECT_TRUE(in_schema.contains("channels[].title_filter"));
}

TEST(ConfigRender, TheExampleShowsEveryKey) {
  const std::string example = rec::config_example();
  const auto tree = rec::parse_yaml(example, "example");
  ASSERT_TRUE(tree.has_value());
  std::set<std::string> active;
  yaml_keys(**tree, "", active);
  for (const std::string& key : rec::config_keys()) {
    const std::string leaf = key.substr(key.rfind('.') + 1);
    const bool commented =
        has(example, "# " + leaf + ":") || has(example, " " + leaf + ":") || has(example, ", " + leaf);
    EXPECT_TRUE(active.contains(key) || commented) << key;
    active.erase(key);
  }
  EXPECT_EQ(active, std::set<std::string>{}) << "the example has keys that the list has not";
}

TEST(ConfigRender, TheManualHoldsTheTableOfKeys) {
  constexpr std::string_view kBegin = "<!-- keys: begin -->\n";
  constexpr std::string_view kEnd = "<!-- keys: end -->\n";
  std::string manual = read_source("docs/configuration.md");
  const std::size_t begin = manual.find(kBegin);
  const std::size_t end = manual.find(kEnd);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const std::size_t start = begin + kBegin.size();
  if (writes()) {
    manual.replace(start, end - start, rec::config_reference());
    std::ofstream(std::string(REC_SOURCE_DIR) + "/docs/configuration.md") << manual;
    return;
  }
  EXPECT_EQ(manual.substr(start, end - start), rec::config_reference());
}

TEST(ConfigRender, ShowHidesSecretsAndGivesTheRest) {
  const std::string text = rec::config_show(loaded(R"(
telegram: {api_hash: hunter2, bot_token: hunter2, channel_id: "@some_name", proxy: ["socks5://u:hunter2@h:1080", "tg://proxy?secret=hunter2"],
           targets: {a: {channel_id: -5, compression: no}}}
twitch: {client_secret: hunter2, channels: [x_y, {name: z_z, quality: 720p60, proxy: "http://u:hunter2@p"}]}
notify: [telegram, {webhook: "https://h/hunter2"}]
)")
                                                .config);
  EXPECT_FALSE(has(text, "hunter2")) << text;
  for (const char* part :
       {"  api_hash: \"***\"\n", "  channel_id: \"@some_name\"\n", "\"socks5://***@h:1080\", \"***\"]",
        "targets: {a: {channel_id: -5, compression: {enabled: false}}}",
        "channels: [{name: x_y}, {name: z_z, quality: \"720p60\", proxy: \"http://***@p\"}]",
        "notify: [telegram, {webhook: \"***\"}]", "  check_interval: 5s\n", "  default_size_gb: 2GiB\n",
        "  api_id: 0\n"}) {
    EXPECT_TRUE(has(text, part)) << part << "\nin\n" << text;
  }
  EXPECT_TRUE(rec::parse_yaml(text, "show").has_value());
}
