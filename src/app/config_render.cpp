// The list of keys as YAML and Markdown.
#include "app/config_render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/config.hpp"
#include "app/config_fields.hpp"

namespace rec {
namespace {

constexpr std::string_view kExampleHead =
    R"(# Every key with its default and its meaning. Copy what you change into a config.yaml; what is left out keeps its default.
# Durations: 90s, 2h, 1h30m. Sizes: 5GB (10^9), 1.5GiB (2^30). Any value may be ${NAME} of the environment ($${ is a
# literal ${). A secret may stand in a file of its own: KEY_file: PATH. Relative paths start at this file's folder.
)";

struct SplitKey {
  std::vector<std::string> sections;
  std::string leaf;
};

SplitKey split_key(const std::string& key) {
  SplitKey result;
  std::size_t start = 0;
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', start)) {
    result.sections.push_back(key.substr(start, dot - start));
    start = dot + 1;
  }
  result.leaf = key.substr(start);
  return result;
}

// Writes keys in order and opens the sections on the way.
class YamlSections {
 public:
  explicit YamlSections(bool blank_lines) : blank_lines_(blank_lines) {}

  // Returns the indentation for the key's lines.
  std::string enter(const SplitKey& key) {
    std::size_t same = 0;
    while (same < std::min(open_.size(), key.sections.size()) && open_[same] == key.sections[same]) ++same;
    const bool new_top = same == 0 && !(open_.empty() && key.sections.empty());
    if (blank_lines_ && new_top) text += "\n";
    for (std::size_t at = same; at < key.sections.size(); ++at) {
      text += fmt::format("{:{}}{}:\n", "", at * 2, key.sections[at]);
    }
    open_ = key.sections;
    return std::string(open_.size() * 2, ' ');
  }

  std::string text;

 private:
  bool blank_lines_;
  std::vector<std::string> open_;
};

std::string member_default(const FieldInfo& member) {
  return member.fallback.empty() || member.fallback == "null" || member.fallback == "\"\""
             ? ""
             : " Default " + member.fallback + ".";
}

// The commented lines under a list or map that say what an entry may hold.
void example_members(std::string& text, const std::string& indent, const FieldInfo& info) {
  if (info.members.empty()) return;
  text +=
      fmt::format("{}# {} of its keys:\n", indent, info.named_members ? "NAME: a map" : "An entry is a map");
  for (const FieldInfo& member : info.members) {
    text += fmt::format("{}#   {}: {} ({}).{}\n", indent, member.key, member.about, member.words,
                        member_default(member));
    for (const FieldInfo& inner : member.members)
      text += fmt::format("{}#     {}: {} ({})\n", indent, inner.key, inner.about, inner.words);
  }
}

void append_keys(std::vector<std::string>& keys, const std::string& prefix,
                 const std::vector<FieldInfo>& infos) {
  for (const FieldInfo& info : infos) {
    keys.push_back(prefix + info.key);
    // An object that is no entry of a list or map has its members as keys of its own.
    const bool object = info.schema.contains("properties") ||
                        (!info.named_members && !info.members.empty() && !info.words.starts_with("a list"));
    const std::string step = info.named_members ? ".*." : object ? "." : "[].";
    append_keys(keys, prefix + info.key + step, info.members);
  }
}

std::vector<FieldInfo> all_infos() {
  std::vector<FieldInfo> infos;
  for (const Field<Config>& field : config_fields()) infos.push_back(field.info);
  return infos;
}

std::string markdown_cell(std::string text) {
  for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
    text.insert(at, "\\");
  return text;
}

void reference_row(std::string& text, const std::string& key, const FieldInfo& info) {
  const std::string fallback =
      info.retired.empty() && !info.fallback.empty() ? "`" + info.fallback + "`" : "";
  text += fmt::format("| `{}` | {} | {} | {} |\n", key, markdown_cell(info.words), markdown_cell(fallback),
                      markdown_cell(info.about));
}

}  // namespace

std::string config_example() {
  YamlSections out(true);
  out.text = kExampleHead;
  for (const Field<Config>& field : config_fields()) {
    const FieldInfo& info = field.info;
    const SplitKey key = split_key(info.key);
    const std::string indent = out.enter(key);
    if (!info.retired.empty()) {
      out.text += fmt::format("{}# {}: {}\n", indent, key.leaf, info.about);
    } else if (!info.stands_for.empty()) {
      out.text += fmt::format("{}# {}: {}\n", indent, key.leaf, info.about);
    } else {
      out.text += fmt::format("{}# {} ({})\n", indent, info.about, info.words);
      example_members(out.text, indent, info);
      out.text += fmt::format("{}{}: {}\n", indent, key.leaf, info.fallback);
    }
  }
  return out.text;
}

std::string config_show(const Config& config) {
  YamlSections out(false);
  for (const Field<Config>& field : config_fields()) {
    if (!field.show || !field.info.stands_for.empty()) continue;
    const SplitKey key = split_key(field.info.key);
    const std::string indent = out.enter(key);
    out.text += fmt::format("{}{}: {}\n", indent, key.leaf, field.show(config));
  }
  return out.text;
}

std::string config_reference() {
  std::string text;
  std::string section = "-";
  for (const FieldInfo& info : all_infos()) {
    const std::string top =
        info.key.find('.') == std::string::npos ? "" : info.key.substr(0, info.key.find('.'));
    if (top != section) {
      text += fmt::format("{}### {}\n\n| key | takes | default | meaning |\n|---|---|---|---|\n",
                          text.empty() ? "" : "\n", top.empty() ? "At the top" : top);
      section = top;
    }
    reference_row(text, info.key, info);
    for (const FieldInfo& member : info.members) {
      reference_row(text, info.key + (info.named_members ? ".NAME." : "[].") + member.key, member);
      for (const FieldInfo& inner : member.members) {
        reference_row(
            text,
            fmt::format("{}{}{}.{}", info.key, info.named_members ? ".NAME." : "[].", member.key, inner.key),
            inner);
      }
    }
  }
  return text;
}

std::vector<std::string> config_keys() {
  std::vector<std::string> keys;
  append_keys(keys, "", all_infos());
  return keys;
}

}  // namespace rec
