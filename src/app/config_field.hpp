// The list of config keys as data: one Field serves reading, showing, the example, the JSON Schema and the
// docs. A Kind<T> is how a T is written in YAML; fields bind a key and a kind to a member.
#pragma once
#include <fmt/format.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "app/config_reader.hpp"
#include "base/secret.hpp"

namespace rec {

/// When a value that changes in the file counts in a program that runs. Of what is not said otherwise: after
/// a restart, so that nobody claims what is not so.
enum class Counts { after_restart, at_once, next_time };
/// "at once"
std::string_view word(Counts counts);

/// What is known of a key without its type.
struct FieldInfo {
  std::string key{};         ///< dotted, from its owner
  std::string words{};       ///< what is expected there: "a duration (bare: seconds)"
  std::string about{};       ///< one line
  std::string fallback{};    ///< the default, as YAML
  std::string retired{};     ///< not empty: the key does nothing; names what replaced it
  std::string stands_for{};  ///< of `key_file`: the secret that it fills
  bool secret = false;
  bool path = false;
  boost::json::object schema{};
  std::vector<FieldInfo> members{};  ///< of an item of a list ("key[]") or map ("key.NAME")
  bool named_members = false;        ///< members belong to a map
  /// next_time: for recordings and posts that begin then.
  Counts counts = Counts::after_restart;
};

template <class T>
struct Kind {
  std::string words{};
  boost::json::object schema{};
  std::function<std::optional<T>(const Yaml&, ConfigReader&, const std::string& key)> read{};
  std::function<std::string(const T&)> show{};  ///< as YAML on one line, secrets as "***"
  std::function<bool(const T&, const T&)> same{};
  bool secret = false;
  bool path = false;
  std::vector<FieldInfo> members{};
  bool named_members = false;
};

template <class Owner>
struct Field {
  FieldInfo info{};
  std::function<void(Owner&, const Yaml&, ConfigReader&, const std::string& key)> read{};
  std::function<std::string(const Owner&)> show{};
  std::function<bool(const Owner&, const Owner&)> same{};  ///< unset: it has no value of its own
  std::function<void(Owner& to, const Owner& from)> copy{};
  std::function<void(Owner&, const ConfigReader&)>
      finish{};  ///< of a path: makes the default absolute as well
};

template <class Owner>
using Fields = std::vector<Field<Owner>>;

/// `[](auto& c) -> auto& { return c.member; }`: the member of whatever is passed, const or not.
#define REC_AT(member) [](auto& owner) -> auto& { return owner.member; }

template <class Owner, class T>
using Mutable = T& (*)(Owner&);
template <class Owner, class T>
using Constant = const T& (*)(const Owner&);

// Plain function pointers: instantiated for a type of value, not for every key, which compiles several times
// faster.
template <class Owner, class T>
Field<Owner> bind_field(std::string key, Kind<T> kind, Mutable<Owner, T> at, Constant<Owner, T> look,
                        std::string about, Counts counts) {
  const Owner defaults{};
  Field<Owner> field;
  field.info = FieldInfo{
      std::move(key), kind.words,  std::move(about), kind.show(look(defaults)), "",    "", kind.secret,
      kind.path,      kind.schema, kind.members,     kind.named_members,        counts};
  field.same = [same = kind.same, look](const Owner& a, const Owner& b) { return same(look(a), look(b)); };
  field.copy = [at, look](Owner& to, const Owner& from) { at(to) = look(from); };
  field.show = [show = kind.show, look](const Owner& owner) { return show(look(owner)); };
  field.read = [read = std::move(kind.read), at](Owner& owner, const Yaml& node, ConfigReader& reader,
                                                 const std::string& full) {
    if (auto value = read(node, reader, full)) at(owner) = *std::move(value);
  };
  if constexpr (std::is_same_v<T, std::string>) {
    if (kind.path) {
      field.finish = [at](Owner& owner, const ConfigReader& reader) {
        at(owner) = reader.resolve(at(owner));
      };
    }
  }
  return field;
}

template <class Owner, class T, class At>
Field<Owner> make_field(std::string key, Kind<T> kind, At at, std::string about,
                        Counts counts = Counts::after_restart) {
  return bind_field<Owner, T>(std::move(key), std::move(kind), at, at, std::move(about), counts);
}

/// A key that loads with one warning, which says `replaced`.
template <class Owner>
Field<Owner> retired_field(std::string key, std::string replaced) {
  Field<Owner> field;
  field.info.key = std::move(key);
  field.info.words = "anything";
  field.info.about = "retired: " + replaced;
  field.info.retired = std::move(replaced);
  return field;
}

/// The value of a `key_file`, read as the key itself would be; nothing after a problem or for an empty path.
std::optional<Secret> read_secret_file(const Kind<Secret>& kind, const Yaml& node, ConfigReader& reader,
                                       const std::string& key);

/// Adds a secret and its companion `key_file`, which reads it from a file.
template <class Owner, class At>
void add_secret(Fields<Owner>& fields, std::string key, Kind<Secret> kind, At at, std::string about,
                Counts counts = Counts::after_restart) {
  Field<Owner> companion;
  companion.info =
      FieldInfo{key + "_file", "a path", "a file to read " + key + " from, instead", "\"\"", "", key};
  companion.info.schema = {{"type", "string"}};
  companion.info.counts = counts;
  const Mutable<Owner, Secret> member = at;
  companion.read = [kind, member](Owner& owner, const Yaml& node, ConfigReader& reader,
                                  const std::string& full) {
    if (auto value = read_secret_file(kind, node, reader, full)) member(owner) = *std::move(value);
  };
  companion.show = [](const Owner&) { return std::string("\"\""); };
  fields.push_back(make_field<Owner>(std::move(key), std::move(kind), at, std::move(about), counts));
  fields.push_back(std::move(companion));
}

/// Reads a map of `fields` into the owner; unknown, double and contradicting keys are problems. `prefix` is
/// where it stands in the file, `inner` the part of the fields' dotted keys that has been entered.
template <class Owner>
void read_fields(const Fields<Owner>& fields, Owner& owner, const Yaml& map, ConfigReader& reader,
                 const std::string& prefix, const std::string& inner = "");

/// What to say of a key that is none of `infos`.
std::string unknown_key(const std::vector<const FieldInfo*>& infos, const std::string& inner,
                        const std::string& key);

template <class Owner>
void read_fields(const Fields<Owner>& fields, Owner& owner, const Yaml& map, ConfigReader& reader,
                 const std::string& prefix, const std::string& inner) {
  for (const Yaml::Entry* entry : reader.entries(map, prefix)) {
    const std::string full = join_key(prefix, entry->key);
    const std::string key = join_key(inner, entry->key);
    const Yaml& value = *entry->value;
    const Field<Owner>* exact = nullptr;
    bool section = false;
    for (const Field<Owner>& field : fields) {
      if (entry->key.find('.') != std::string::npos) continue;
      if (field.info.key == key) exact = &field;
      section = section || field.info.key.starts_with(key + ".");
    }
    if (exact != nullptr) {
      reader.note_origin(full, *entry);
      const bool empty =
          value.kind == Yaml::Kind::null || (value.kind == Yaml::Kind::scalar && value.text.empty());
      const std::string other = exact->info.stands_for.empty() ? "" : full.substr(0, full.size() - 5);
      if (!empty && !other.empty() && reader.seen.contains(other)) {
        reader.problem(entry->line, full, "contradicts " + other + "; keep one of the two");
      }
      if (!empty && reader.seen.contains(full + "_file")) {
        reader.problem(entry->line, full, fmt::format("contradicts {}_file; keep one of the two", full));
      }
      if (!empty) reader.seen.insert(full);
      if (!exact->info.retired.empty()) reader.warning(entry->line, full, exact->info.about);
      if (exact->read) exact->read(owner, value, reader, full);
    } else if (section && value.kind == Yaml::Kind::map) {
      read_fields(fields, owner, value, reader, full, key);
    } else if (section && value.kind != Yaml::Kind::null) {
      reader.expected(value, full, "a map of its keys");
    } else if (!section) {
      std::vector<const FieldInfo*> infos;
      for (const Field<Owner>& field : fields) infos.push_back(&field.info);
      reader.problem(entry->line, full, unknown_key(infos, inner, entry->key));
    }
  }
}

}  // namespace rec
