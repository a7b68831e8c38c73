// The list of keys as YAML and Markdown.
#include "app/config_render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "app/config.hpp"
#include "app/config_fields.hpp"

namespace rec {
namespace {

constexpr std::string_view kExampleHead =
    R"(# yaml-language-server: $schema=/usr/share/streamrecorder/config.schema.json
# Every key with its default and its meaning. Copy what you change into a config.yaml; what is left out keeps its default.
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

// The words of a choice; other kinds are told by their default and meaning, and stand in
// docs/configuration.md.
std::string choices(const FieldInfo& info) {
  const boost::json::value* any = info.schema.if_contains("anyOf");
  if (any == nullptr || !any->is_array()) return "";
  for (const boost::json::value& each : any->as_array()) {
    if (each.is_object() && each.as_object().contains("enum")) return info.words + ": ";
  }
  return "";
}

// `key: value   # comment`, the comments in one column where they fit.
std::string commented_line(const std::string& start, const std::string& comment) {
  constexpr std::size_t kColumn = 36;
  constexpr std::size_t kWidth = 150;
  const std::size_t indent = start.find_first_not_of(' ');
  if (std::max(start.size(), kColumn) + comment.size() > kWidth)
    return fmt::format("{:{}}# {}\n{}\n", "", indent, comment, start);
  return fmt::format("{:<{}}  # {}\n", start, kColumn, comment);
}

// The commented lines above a list or map that say what an entry may hold. Keys that an earlier list has
// explained are only named.
class ExampleMembers {
 public:
  void write(std::string& text, const std::string& indent, const FieldInfo& info) {
    if (info.members.empty()) return;
    std::vector<std::string> known;
    std::string explained;
    std::string section;
    for (const FieldInfo& member : info.members) {
      const auto before = explained_.find(member.key + member.about);
      if (before != explained_.end() && info.members.size() > 5) {
        known.push_back(member.key);
        explained = before->second;
        continue;
      }
      explained_.emplace(member.key + member.about, info.key);
      const SplitKey key = split_key(member.key);
      if (!key.sections.empty() && key.sections.front() != section)
        text += fmt::format("{}#     {}:\n", indent, key.sections.front());
      section = key.sections.empty() ? "" : key.sections.front();
      line(text, indent + (section.empty() ? "#     " : "#       "), member);
      for (const FieldInfo& inner : member.members) line(text, indent + "#       ", inner);
    }
    if (!known.empty())
      text += fmt::format("{}#     and, as under {}: {}\n", indent, explained, fmt::join(known, ", "));
  }

 private:
  static void line(std::string& text, const std::string& start, const FieldInfo& member) {
    const std::string value =
        member.fallback == "null" || member.fallback == "{}" ? "" : " " + member.fallback;
    text += fmt::format("{:<38}  {}{}\n", fmt::format("{}{}:{}", start, split_key(member.key).leaf, value),
                        choices(member), member.about);
  }
  std::map<std::string, std::string> explained_;  // key and meaning -> where
};

void append_keys(std::vector<std::string>& keys, const std::string& prefix,
                 const std::vector<FieldInfo>& infos) {
  for (const FieldInfo& info : infos) {
    keys.push_back(prefix + info.key);
    // An object that is no entry of a list or map has its members as keys of its own.
    const bool object = info.schema.contains("properties") ||
                        (!info.named_members && !info.members.empty() && !info.words.starts_with("a list"));
    const std::string step = info.named_members ? ".*." : object ? "." : "[].";
    append_keys(keys, fmt::format("{}{}{}", prefix, info.key, step), info.members);
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

/// The keys of which a change counts then, a line each.
std::string counting_keys(Counts counts) {
  std::string text;
  for (const FieldInfo& info : all_infos()) {
    if (info.counts == counts && info.retired.empty() && info.stands_for.empty())
      text += fmt::format("- `{}`\n", info.key);
  }
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
  ExampleMembers members;
  out.text = kExampleHead;
  for (const Field<Config>& field : config_fields()) {
    const FieldInfo& info = field.info;
    const SplitKey key = split_key(info.key);
    const std::string indent = out.enter(key);
    if (!info.retired.empty()) {
      out.text += fmt::format("{}# {}: {}\n", indent, key.leaf, info.about);
    } else if (!info.stands_for.empty()) {
      out.text += fmt::format("{:<36}  # {}\n", fmt::format("{}# {}: \"\"", indent, key.leaf), info.about);
    } else {
      if (!info.members.empty()) out.text += fmt::format("{}# {}: {}\n", indent, key.leaf, info.words);
      members.write(out.text, indent, info);
      out.text += commented_line(fmt::format("{}{}: {}", indent, key.leaf, info.fallback),
                                 choices(info) + info.about);
    }
  }
  return out.text;
}

std::string config_show(const Config& config) { return config_show(config, {}); }

std::string config_show(const Config& config, const std::function<std::string(const std::string&)>& note) {
  YamlSections out(false);
  for (const Field<Config>& field : config_fields()) {
    if (!field.show || !field.info.stands_for.empty()) continue;
    const SplitKey key = split_key(field.info.key);
    const std::string indent = out.enter(key);
    const std::string line = fmt::format("{}{}: {}", indent, key.leaf, field.show(config));
    out.text += note ? commented_line(line, note(field.info.key)) : line + "\n";
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
  text +=
      "\n### When a change counts\n\nWhile the program runs, [the file is taken up by "
      "itself](interface.md#config). At once:\n\n";
  text += counting_keys(Counts::at_once) + "\nFor the recordings and posts that begin then:\n\n";
  text += counting_keys(Counts::next_time) +
          "\nAll others after a restart. A secret's `…_file` counts as the secret.\n";
  return text;
}

std::vector<std::string> config_keys() {
  std::vector<std::string> keys;
  append_keys(keys, "", all_infos());
  return keys;
}

}  // namespace rec
