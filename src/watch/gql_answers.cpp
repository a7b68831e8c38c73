#include "watch/gql_answers.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace rec {
namespace {

namespace json = boost::json;

constexpr const char* kGqlFields =
    "{ id login broadcastSettings { title game { displayName } } "
    "stream { id type title game { displayName } } } }";
constexpr const char* kGqlByLogin = "query($login: String!) { user(login: $login) ";
constexpr const char* kGqlById = "query($id: ID!) { user(id: $id) ";

const json::object* gql_object(const json::object* parent, const char* name) {
  const auto* found = parent == nullptr ? nullptr : parent->if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

std::string gql_text(const json::object* object, const char* name) {
  const auto* found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->is_string() ? clipped(found->get_string()) : std::string();
}

/// Nothing when the operation itself failed, or is about somebody else.
std::optional<ChannelNews> gql_news(const TwitchKey& key, const json::value& answer) {
  const auto* object = answer.if_object();
  const auto* data = gql_object(object, "data");
  if (data == nullptr || object->contains("errors")) return std::nullopt;
  const auto* member = data->if_contains("user");
  if (member == nullptr || (!member->is_null() && !member->is_object())) return std::nullopt;
  ChannelNews news;
  news.key = key;
  news.exists = member->is_object();
  if (!news.exists) return news;
  const auto* user = member->if_object();
  news.id = gql_text(user, "id");
  news.login = lower_login(gql_text(user, "login"));
  const std::string& named = key.is_id ? news.id : news.login;
  const auto* told = user->if_contains("stream");
  if ((!named.empty() && named != key.value) || told == nullptr) return std::nullopt;
  const auto* stream = told->if_object();
  if (stream == nullptr && !told->is_null()) return std::nullopt;
  const auto type = gql_text(stream, "type");
  news.live = type == "live";
  // A rerun is no broadcast; without a word of what it is, nothing is known.
  if (stream != nullptr && type.empty()) return std::nullopt;
  const auto* shown = gql_object(user, "broadcastSettings");
  news.broadcast.title = gql_text(news.live ? stream : shown, "title");
  news.broadcast.category = gql_text(gql_object(news.live ? stream : shown, "game"), "displayName");
  if (news.live) news.broadcast.stream_id = gql_text(stream, "id");
  return news;
}

}  // namespace

std::string gql_request_body(const std::vector<TwitchKey>& keys) {
  json::array operations;
  for (const auto& key : keys) {
    json::object operation;
    operation["query"] = std::string(key.is_id ? kGqlById : kGqlByLogin) + kGqlFields;
    operation["variables"] = json::object{{key.is_id ? "id" : "login", key.value}};
    operations.push_back(std::move(operation));
  }
  return json::serialize(operations);
}

Result<std::vector<ChannelNews>> read_gql(std::string_view body, const std::vector<TwitchKey>& keys) {
  json::error_code error;
  const auto parsed = json::parse(body, error);
  const auto* answers = error ? nullptr : parsed.if_array();
  if (answers == nullptr || answers->size() != keys.size())
    return fail(Errc::corrupt, "Twitch GraphQL: the answer is no list of " + std::to_string(keys.size()));
  std::vector<ChannelNews> told;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (auto news = gql_news(keys[i], answers->at(i))) told.push_back(*std::move(news));
  }
  if (told.empty()) return fail(Errc::unavailable, "Twitch GraphQL: every operation of a request failed");
  return told;
}

}  // namespace rec
