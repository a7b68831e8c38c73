// Turns @mtcute/tl's JSON into combinators.
#include "sim/telegram/tl_schema.hpp"

#include <fstream>
#include <sstream>

#include <boost/json.hpp>

namespace rec::sim {
namespace {

namespace json = boost::json;

TlKind kind_of(std::string_view type) {
  static const std::unordered_map<std::string_view, TlKind> kKinds{
      {"int", TlKind::int32},      {"long", TlKind::int64},    {"int53", TlKind::int64},
      {"double", TlKind::float64}, {"string", TlKind::text},   {"bytes", TlKind::text},
      {"int128", TlKind::int128},  {"int256", TlKind::int256}, {"Bool", TlKind::boolean},
      {"true", TlKind::present},   {"#", TlKind::flags}};
  const auto found = kKinds.find(type);
  return found == kKinds.end() ? TlKind::object : found->second;
}

// "flags2.17" names the flags word and the bit.
void read_predicate(TlArgument& argument, std::string_view predicate, const TlCombinator& owner) {
  const auto dot = predicate.find('.');
  const auto word = predicate.substr(0, dot);
  argument.bit = std::stoi(std::string(predicate.substr(dot + 1)));
  for (std::size_t i = 0; i < owner.arguments.size(); ++i)
    if (owner.arguments[i].name == word) argument.flags_argument = static_cast<int>(i);
}

// Throws what Boost.JSON throws when the entry has another shape.
std::unique_ptr<TlCombinator> read_combinator(const json::object& entry) {
  auto made = std::make_unique<TlCombinator>();
  made->name = json::value_to<std::string>(entry.at("name"));
  made->id = static_cast<std::uint32_t>(entry.at("id").to_number<std::int64_t>());
  for (const auto& item : entry.at("arguments").as_array()) {
    const auto& from = item.as_object();
    TlArgument argument;
    argument.name = json::value_to<std::string>(from.at("name"));
    argument.kind = kind_of(from.at("type").as_string());
    if (const auto* modifiers = from.if_contains("typeModifiers")) {
      const auto& m = modifiers->as_object();
      argument.bare_vector = m.contains("isBareVector");
      argument.vector = argument.bare_vector || m.contains("isVector");
      if (const auto* predicate = m.if_contains("predicate"))
        read_predicate(argument, predicate->as_string(), *made);
    }
    made->arguments.push_back(std::move(argument));
  }
  return made;
}

Result<json::value> read_schema_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return fail(Errc::not_found, "cannot read " + path.string() + ": run npm ci --prefix tools/telegram");
  std::stringstream text;
  text << in.rdbuf();
  boost::system::error_code error;
  auto parsed = json::parse(text.str(), error);
  if (error) return fail(Errc::corrupt, path.string() + " is not JSON: " + error.message());
  return parsed;
}

}  // namespace

Result<std::shared_ptr<const TlSchema>> TlSchema::load(const std::filesystem::path& folder) {
  REC_TRY(const auto mtproto, read_schema_file(folder / "mtp-schema.json"));
  REC_TRY(const auto api, read_schema_file(folder / "api-schema.json"));
  auto schema = std::make_shared<TlSchema>();
  try {
    schema->layer_ = api.as_object().at("l").to_number<int>();
    for (const auto* entries : {&mtproto.as_array(), &api.as_object().at("e").as_array()})
      for (const auto& entry : *entries) schema->all_.push_back(read_combinator(entry.as_object()));
  } catch (const std::exception& e) {
    return fail(Errc::corrupt, "the TL schema in " + folder.string() + " has another shape: " + e.what());
  }
  for (const auto& combinator : schema->all_) {
    schema->by_id_[combinator->id] = combinator.get();
    schema->by_name_[combinator->name] = combinator.get();
  }
  for (const auto& combinator : schema->all_)
    for (auto& argument : combinator->arguments)
      if (argument.bare_vector) argument.bare = schema->by_name("mt_future_salt");
  return std::shared_ptr<const TlSchema>(std::move(schema));
}

const TlCombinator* TlSchema::by_id(std::uint32_t id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

const TlCombinator* TlSchema::by_name(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

}  // namespace rec::sim
