// GraphQL: playback access tokens (persisted and as text) and a channel's stream, one operation or an array
// of them.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "sim/twitch/world.hpp"

namespace rec::sim::twitch {
namespace {

constexpr std::size_t kMostOperations = 35;

json::value gql_error(const char* message) {
  const json::array errors = {json::object{{"message", message}}};
  return json::object{{"errors", errors}};
}

const json::value* member(const json::value& value, std::initializer_list<const char*> path) {
  const auto* at = &value;
  for (const char* name : path) {
    const auto* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(name);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::string text_at(const json::value& value, std::initializer_list<const char*> path) {
  const auto* found = member(value, path);
  const auto* text = found == nullptr ? nullptr : found->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

/// The value of `name:` in a query text: a literal, or a variable of the operation.
std::string argument(const json::value& operation, const std::string& query, std::string_view name) {
  auto at = query.find(std::string(name) + ":");
  if (at == std::string::npos) return "";
  at = query.find_first_not_of(' ', at + name.size() + 1);
  if (at == std::string::npos) return "";
  if (query[at] == '"') return query.substr(at + 1, query.find('"', at + 1) - at - 1);
  if (query[at] != '$') return "";
  const auto end = query.find_first_of(" ,)", at);
  return text_at(operation, {"variables", query.substr(at + 1, end - at - 1).c_str()});
}

json::value token_data(World& world, const std::string& login) {
  const auto* channel = world.find(login);
  json::value token;  // null
  if (channel != nullptr && (channel->on_air || world.tokens_offline)) {
    const auto value = playback_token(*channel);
    token = json::object{
        {"value", value}, {"signature", playback_signature(value)}, {"__typename", "PlaybackAccessToken"}};
  }
  return json::object{{"data", json::object{{"streamPlaybackAccessToken", token}}}};
}

json::value game_json(const Channel& channel) {
  if (channel.category.empty()) return nullptr;
  return json::object{
      {"id", category_id(channel.category)}, {"name", channel.category}, {"displayName", channel.category}};
}

json::value user_data(const Channel* channel) {
  if (channel == nullptr) return json::object{{"data", json::object{{"user", nullptr}}}};
  json::value stream;  // null
  if (channel->reported) {
    stream = json::object{{"id", channel->reported->id},
                          {"type", "live"},
                          {"title", channel->title},
                          {"createdAt", channel->reported->started_at},
                          {"game", game_json(*channel)}};
  }
  const json::object settings{{"title", channel->title}, {"game", game_json(*channel)}};
  json::object user{{"id", channel->user_id},
                    {"login", channel->login},
                    {"displayName", channel->login},
                    {"broadcastSettings", settings},
                    {"stream", stream}};
  return json::object{{"data", json::object{{"user", std::move(user)}}}};
}

json::value perform(World& world, const json::value& operation) {
  const auto query = text_at(operation, {"query"});
  if (query.find("streamPlaybackAccessToken") != std::string::npos) {
    return token_data(world, argument(operation, query, "channelName"));
  }
  if (query.find("user(login") != std::string::npos) {
    return user_data(world.find(argument(operation, query.substr(query.find("user(login")), "login")));
  }
  if (query.find("user(id") != std::string::npos) {
    return user_data(world.find_by_id(argument(operation, query.substr(query.find("user(id")), "id")));
  }
  const auto hash = text_at(operation, {"extensions", "persistedQuery", "sha256Hash"});
  if (hash.empty()) return gql_error("service error");
  if (text_at(operation, {"operationName"}) != "PlaybackAccessToken" ||
      hash != world.options.persisted_hash) {
    return gql_error("PersistedQueryNotFound");
  }
  return token_data(world, text_at(operation, {"variables", "login"}));
}

HttpAnswer gql_refusal(const char* message, int status = 400, const char* error = "Bad Request") {
  const json::value body = {{"error", error}, {"status", status}, {"message", message}};
  return json_answer(status, json::serialize(body));
}

bool account_known(const World& world, const HttpQuery& query) {
  const auto sent = query.header("authorization");
  return sent.empty() || (sent.starts_with("OAuth ") && world.accounts.contains(sent.substr(6)));
}

}  // namespace

HttpAnswer answer_gql(World& world, const HttpQuery& query) {
  if (query.method != "POST") return json_answer(404, "{}");
  if (query.header("client-id").empty()) {
    return gql_refusal("The \"Client-ID\" header is missing from the request.");
  }
  if (!world.web_client.empty() && query.header("client-id") != world.web_client)
    return gql_refusal("The \"Client-ID\" header is invalid.");
  if (!account_known(world, query))
    return gql_refusal("The \"Authorization\" token is invalid.", 401, "Unauthorized");
  json::error_code error;
  const auto body = json::parse(query.body, error);
  if (error) return gql_refusal("The request body is invalid JSON.");
  const auto* batch = body.if_array();
  if (batch == nullptr) return json_answer(200, json::serialize(perform(world, body)));
  if (batch->size() > kMostOperations) return gql_refusal("too many operations in one request");
  json::array answers;
  for (const auto& operation : *batch) answers.push_back(perform(world, operation));
  return json_answer(200, json::serialize(answers));
}

}  // namespace rec::sim::twitch
