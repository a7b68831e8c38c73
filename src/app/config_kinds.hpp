// The kinds of values that config keys take, and how to build lists, maps and objects of them.
#pragma once
#include <algorithm>
#include <limits>
#include <map>
#include <memory>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include "app/config.hpp"
#include "app/config_field.hpp"
#include "app/config_units.hpp"

namespace rec::kinds {

/// A scalar kind of `parse(text, why)`; `why` replaces "expected <words>" where it is set.
template <class T>
using Parse = std::function<std::optional<T>(const std::string&, std::string& why)>;

template <class T>
bool same_value(const T& a, const T& b) {
  if constexpr (std::is_same_v<T, Secret>)
    return a.reveal() == b.reveal();
  else
    return a == b;
}

enum class Empty { wrong, value };  ///< is nothing at all (`key:`) a problem, or the value of ""?

template <class T>
Kind<T> scalar(std::string words, boost::json::object schema, Parse<T> parse,
               std::function<std::string(const T&)> show, Empty empty = Empty::wrong, bool secret = false) {
  Kind<T> kind;
  kind.read = [words, parse = std::move(parse), empty, secret](const Yaml& node, ConfigReader& reader,
                                                               const std::string& key) -> std::optional<T> {
    std::string why;
    const bool nothing = node.kind == Yaml::Kind::null && empty == Empty::value;
    if (nothing) return parse("", why);
    if (node.kind != Yaml::Kind::scalar) {
      reader.expected(node, key, words, secret);
      return std::nullopt;
    }
    const auto text = reader.text(node, key);
    if (!text) return std::nullopt;
    auto value = parse(*text, why);
    if (value) return value;
    if (why.empty())
      reader.expected(node, key, words, secret);
    else
      reader.problem(node.line, key, why);
    return std::nullopt;
  };
  kind.words = std::move(words);
  kind.schema = std::move(schema);
  kind.show = std::move(show);
  kind.same = same_value<T>;
  kind.secret = secret;
  return kind;
}

Kind<bool> yes_no();
Kind<double> number(double min);
Kind<std::string> text();
/// Text that `fits`; `words` say how.
Kind<std::string> text_like(std::string words,
                            std::function<bool(const std::string&, std::string& why)> fits);
Kind<std::string> path();
/// "auto", a path with a slash in it, or the bare name of a program.
Kind<std::string> program();
Kind<Secret> secret();
/// A proxy's URL; shown without its user and password.
Kind<Secret> proxy(bool mtproto);
Kind<Secret> secret_url();
Kind<std::string> http_url();
/// `bare` is what a bare number counts; a `positive` one is not 0.
Kind<Millis> duration(Millis bare, bool positive = false);
/// `bare` as units::parse_size takes it.
Kind<std::uint64_t> size(std::uint64_t bare, bool positive = false);
/// unset = "unlimited".
Kind<std::optional<std::uint64_t>> size_or_unlimited();
Kind<OptionalChat> chat();
Kind<log::Level> log_level();
std::string show_chat(const OptionalChat& chat);

template <class T>
Kind<T> integer(std::int64_t min, std::int64_t max = std::numeric_limits<T>::max()) {
  const std::string least = min == std::numeric_limits<T>::min() ? "" : fmt::format(" of at least {}", min);
  boost::json::object schema{{"type", {"integer", "string", "number"}}};
  if (!least.empty()) schema["minimum"] = min;
  const Parse<T> parse = [min, max](const std::string& text, std::string& why) -> std::optional<T> {
    const auto value = units::parse_integer(text);
    if (!value || *value < min) return std::nullopt;
    if (*value > max) {
      why = fmt::format("expected at most {}, got {}", max, *value);
      return std::nullopt;
    }
    return static_cast<T>(*value);
  };
  return scalar<T>("a whole number" + least, schema, parse,
                   [](const T& value) { return std::to_string(value); });
}

/// One of some words, in any case.
template <class T>
Kind<T> choice(const std::vector<std::pair<std::string, T>>& choices) {
  std::vector<std::string> names;
  boost::json::array any;
  for (const auto& [name, value] : choices) {
    names.push_back(name);
    any.emplace_back(name);
  }
  boost::json::object schema{{"anyOf", {{{"enum", any}}, {{"type", "string"}, {"pattern", "\\$\\{"}}}}};
  const Parse<T> parse = [choices, names](const std::string& text, std::string& why) -> std::optional<T> {
    const std::string word = units::lower(units::trim(text));
    for (const auto& [name, value] : choices) {
      if (name == word) return value;
    }
    const std::string near = units::nearest(word, names);
    if (!near.empty())
      why = fmt::format("expected {}, got \"{}\"; did you mean {}?", fmt::join(names, ", "), text, near);
    return std::nullopt;
  };
  const auto show = [choices](const T& wanted) -> std::string {
    const auto found = std::ranges::find(choices, wanted, &std::pair<std::string, T>::second);
    return found == choices.end() ? "null" : found->first;
  };
  return scalar<T>(fmt::format("{}", fmt::join(names, ", ")), schema, parse, show);
}

/// Nothing (`key:` or null) leaves it unset.
template <class T>
Kind<std::optional<T>> maybe(Kind<T> inner) {
  Kind<std::optional<T>> kind;
  kind.words = inner.words;
  kind.schema = {{"anyOf", {inner.schema, {{"type", "null"}}}}};
  kind.secret = inner.secret;
  kind.read = [read = inner.read](const Yaml& node, ConfigReader& reader,
                                  const std::string& key) -> std::optional<std::optional<T>> {
    if (node.kind == Yaml::Kind::null) return std::optional<T>();
    auto value = read(node, reader, key);
    if (!value) return std::nullopt;
    return std::make_optional(std::move(value));
  };
  kind.show = [show = inner.show](const std::optional<T>& value) {
    return value ? show(*value) : std::string("null");
  };
  kind.same = [same = inner.same](const std::optional<T>& a, const std::optional<T>& b) {
    return a && b ? same(*a, *b) : a.has_value() == b.has_value();
  };
  return kind;
}

/// A list; a ${NAME} alone in its place is split at commas.
template <class T>
Kind<std::vector<T>> list(Kind<T> inner) {
  Kind<std::vector<T>> kind;
  kind.words = "a list, each " + inner.words;
  kind.schema = {{"anyOf",
                  {{{"type", "array"}, {"items", inner.schema}},
                   {{"type", "string"}, {"pattern", "\\$\\{"}},
                   {{"type", "null"}}}}};
  kind.secret = inner.secret;
  kind.members = inner.members;
  kind.read = [words = kind.words, read = inner.read](
                  const Yaml& node, ConfigReader& reader,
                  const std::string& key) -> std::optional<std::vector<T>> {
    std::vector<T> values;
    const auto take = [&](const Yaml& item, std::size_t index) {
      if (auto value = read(item, reader, fmt::format("{}[{}]", key, index)))
        values.push_back(*std::move(value));
    };
    if (node.kind == Yaml::Kind::null) return values;
    if (node.kind == Yaml::Kind::list) {
      for (std::size_t index = 0; index < node.items.size(); ++index) take(*node.items[index], index);
      return values;
    }
    const bool from_env = node.kind == Yaml::Kind::scalar && node.text.find("${") != std::string::npos;
    const auto text = from_env ? reader.text(node, key) : std::nullopt;
    if (!from_env) reader.expected(node, key, words);
    if (!text) return std::nullopt;
    Yaml item = node;
    std::size_t index = 0;
    for (std::size_t start = 0; start <= text->size(); ++index) {
      const std::size_t end = std::min(text->find(',', start), text->size());
      item.text = ConfigReader::escaped(units::trim(std::string_view(*text).substr(start, end - start)));
      if (!item.text.empty()) take(item, index);
      start = end + 1;
    }
    return values;
  };
  kind.show = [show = inner.show](const std::vector<T>& values) {
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const T& value : values) texts.push_back(show(value));
    return fmt::format("[{}]", fmt::join(texts, ", "));
  };
  kind.same = [same = inner.same](const std::vector<T>& a, const std::vector<T>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
  };
  return kind;
}

/// A map of names that people choose.
template <class T>
Kind<std::map<std::string, T>> named(Kind<T> inner) {
  using Map = std::map<std::string, T>;
  Kind<Map> kind;
  kind.words = "a map, each " + inner.words;
  kind.schema = {{"type", {"object", "null"}}, {"additionalProperties", inner.schema}};
  kind.secret = inner.secret;
  kind.members = inner.members;
  kind.named_members = true;
  kind.read = [words = kind.words, read = inner.read](const Yaml& node, ConfigReader& reader,
                                                      const std::string& key) -> std::optional<Map> {
    Map values;
    if (node.kind == Yaml::Kind::null) return values;
    if (node.kind != Yaml::Kind::map) {
      reader.expected(node, key, words);
      return std::nullopt;
    }
    for (const Yaml::Entry* entry : reader.entries(node, key)) {
      if (auto value = read(*entry->value, reader, join_key(key, entry->key)))
        values.emplace(entry->key, *std::move(value));
    }
    return values;
  };
  kind.show = [show = inner.show](const Map& values) {
    std::vector<std::string> texts;
    for (const auto& [name, value] : values)
      texts.push_back(fmt::format("{}: {}", yaml_quote(name), show(value)));
    return fmt::format("{{{}}}", fmt::join(texts, ", "));
  };
  kind.same = [same = inner.same](const Map& a, const Map& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&same](const auto& one, const auto& other) {
      return one.first == other.first && same(one.second, other.second);
    });
  };
  return kind;
}

/// How an object may be written as a scalar: its kind sets the member behind it. Checked when read:
/// `complete`.
template <class T>
struct ObjectSpec {
  std::string words{};
  Fields<T> fields{};
  /// The field that a bare scalar fills, "" = a map must be written.
  std::string short_key{};
  /// Says what is missing or contradictory, "" = all is well.
  std::function<std::string(const T&)> complete{};
};

}  // namespace rec::kinds
