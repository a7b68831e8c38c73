#include "watch/helix_answers.hpp"

#include <boost/json/parse.hpp>

#include "watch/twitch_names.hpp"

namespace rec {
namespace {

namespace json = boost::json;

std::string helix_text(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? clipped(found->get_string()) : std::string();
}

/// The members that name the user in this kind of answer.
struct HelixNames {
  const char* id;
  const char* login;
};

/// `fill` adds what else the entry says.
Result<HelixList> read_list(std::string_view body, const char* doing, HelixNames names,
                            void (*fill)(const json::object&, HelixItem&)) {
  json::error_code error;
  const auto parsed = json::parse(body, error);
  const auto* object = error ? nullptr : parsed.if_object();
  const auto* data = object == nullptr ? nullptr : object->if_contains("data");
  if (data == nullptr || !data->is_array())
    return fail(Errc::corrupt, std::string(doing) + ": the answer has no list");
  HelixList list;
  for (const auto& entry : data->get_array()) {
    HelixItem item;
    if (const auto* members = entry.if_object()) {
      item.id = helix_text(*members, names.id);
      item.login = lower_login(helix_text(*members, names.login));
      if (!valid_user_id(item.id)) item.id.clear();
      if (!valid_login(item.login)) item.login.clear();
      fill(*members, item);
    }
    if (item.id.empty() && item.login.empty()) {
      list.unreadable = true;
    } else {
      list.items.push_back(std::move(item));
    }
  }
  return list;
}

}  // namespace

Result<HelixList> read_streams(std::string_view body) {
  return read_list(body, "Twitch Get Streams", {"user_id", "user_login"},
                   [](const json::object& members, HelixItem& item) {
                     item.live = helix_text(members, "type") == "live";  // "" when Twitch itself is unsure
                     item.broadcast = {helix_text(members, "id"), helix_text(members, "title"),
                                       helix_text(members, "game_name")};
                   });
}

Result<HelixList> read_users(std::string_view body) {
  return read_list(body, "Twitch Get Users", {"id", "login"}, [](const json::object&, HelixItem&) {});
}

Result<HelixList> read_channels(std::string_view body) {
  return read_list(body, "Twitch Get Channel Information", {"broadcaster_id", "broadcaster_login"},
                   [](const json::object& members, HelixItem& item) {
                     item.broadcast = {"", helix_text(members, "title"), helix_text(members, "game_name")};
                   });
}

}  // namespace rec
