// Kinds made of fields: an entry of a list of channels, a target, a notification.
#pragma once
#include "app/config_kinds.hpp"
#include "app/config_render.hpp"

namespace rec::kinds {

template <class T>
Kind<T> object(ObjectSpec<T> spec) {
  const auto shared = std::make_shared<const ObjectSpec<T>>(std::move(spec));
  Kind<T> kind;
  kind.words = shared->words;
  for (const Field<T>& field : shared->fields) kind.members.push_back(field.info);
  kind.schema = schema_of(kind.members);
  for (const FieldInfo& member : kind.members) {
    if (member.key == shared->short_key) kind.schema = {{"anyOf", {member.schema, kind.schema}}};
  }
  kind.read = [shared](const Yaml& node, ConfigReader& reader, const std::string& key) -> std::optional<T> {
    T value{};
    const std::size_t before = reader.problem_count();
    if (node.kind == Yaml::Kind::map) {
      read_fields(shared->fields, value, node, reader, key);
    } else if (node.kind == Yaml::Kind::scalar && !shared->short_key.empty()) {
      const auto field =
          std::ranges::find(shared->fields, shared->short_key, [](const Field<T>& f) { return f.info.key; });
      field->read(value, node, reader, key);
    } else {
      reader.expected(node, key, shared->words);
    }
    if (reader.problem_count() != before) return std::nullopt;
    const std::string missing = shared->complete ? shared->complete(value) : "";
    if (missing.empty()) return value;
    reader.problem(node.line, key, missing);
    return std::nullopt;
  };
  kind.show = [shared](const T& value) {
    std::vector<std::string> texts;
    for (const Field<T>& field : shared->fields) {
      if (!field.show || !field.info.stands_for.empty()) continue;
      std::string text = field.show(value);
      if (text != field.info.fallback)
        texts.push_back(fmt::format("{}: {}", field.info.key, std::move(text)));
    }
    return fmt::format("{{{}}}", fmt::join(texts, ", "));
  };
  kind.same = [shared](const T& a, const T& b) {
    return std::ranges::all_of(shared->fields,
                               [&](const Field<T>& field) { return !field.same || field.same(a, b); });
  };
  return kind;
}

}  // namespace rec::kinds
