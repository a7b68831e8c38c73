// Helix: Get Streams, Get Users, Get Channel Information, with its tokens and its points.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include <boost/json/serialize.hpp>

#include "sim/twitch/world.hpp"

namespace rec::sim::twitch {
namespace {

constexpr std::size_t kMostPerCall = 100;
constexpr std::size_t kDefaultFirst = 20;

HttpAnswer helix_refusal(int status, const char* error, const std::string& message) {
  const json::value body = {{"error", error}, {"status", status}, {"message", message}};
  return json_answer(status, json::serialize(body));
}

/// The refusal a request without a good token gets.
std::optional<HttpAnswer> unauthorized(const World& world, const HttpQuery& query) {
  const auto authorization = query.header("authorization");
  if (authorization.empty()) return helix_refusal(401, "Unauthorized", "OAuth token is missing");
  if (!authorization.starts_with("Bearer ") || !world.access_tokens.contains(authorization.substr(7))) {
    return helix_refusal(401, "Unauthorized", "Invalid OAuth token");
  }
  if (query.header("client-id") != world.options.client_id) {
    return helix_refusal(401, "Unauthorized", "Client ID and OAuth token do not match");
  }
  return std::nullopt;
}

json::object stream_json(const Channel& channel) {
  return {{"id", channel.reported->id},
          {"user_id", channel.user_id},
          {"user_login", channel.login},
          {"user_name", channel.login},
          {"game_id", category_id(channel.category)},
          {"game_name", channel.category},
          {"type", "live"},
          {"title", channel.title},
          {"tags", json::array()},
          {"viewer_count", 1},
          {"started_at", channel.reported->started_at},
          {"language", "en"},
          {"thumbnail_url",
           "https://static-cdn.jtvnw.net/previews-ttv/live_user_" + channel.login + "-{width}x{height}.jpg"},
          {"tag_ids", json::array()},
          {"is_mature", false}};
}

json::object user_json(const Channel& channel) {
  return {{"id", channel.user_id},
          {"login", channel.login},
          {"display_name", channel.login},
          {"type", ""},
          {"broadcaster_type", ""},
          {"description", ""},
          {"profile_image_url", ""},
          {"offline_image_url", ""},
          {"view_count", 0},
          {"created_at", "2020-01-01T00:00:00Z"}};
}

json::object channel_json(const Channel& channel) {
  return {{"broadcaster_id", channel.user_id},
          {"broadcaster_login", channel.login},
          {"broadcaster_name", channel.login},
          {"broadcaster_language", "en"},
          {"game_id", category_id(channel.category)},
          {"game_name", channel.category},
          {"title", channel.title},
          {"delay", 0},
          {"tags", json::array()}};
}

/// The channels named by login and by id, each once.
std::vector<Channel*> named(World& world, const HttpQuery& query, const char* by_login, const char* by_id) {
  std::vector<Channel*> found;
  const auto add = [&found](Channel* channel) {
    if (channel != nullptr && std::ranges::find(found, channel) == found.end()) found.push_back(channel);
  };
  if (*by_login != '\0') {
    for (const auto& login : query.params(by_login)) add(world.find(login));
  }
  for (const auto& id : query.params(by_id)) add(world.find_by_id(id));
  return found;
}

std::size_t number_or(const std::string& text, std::size_t otherwise) {
  std::size_t value = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

HttpAnswer streams(World& world, const HttpQuery& query) {
  const bool all = query.params("user_login").empty() && query.params("user_id").empty();
  auto channels = named(world, query, "user_login", "user_id");
  if (all) {
    for (auto& [login, channel] : world.channels) channels.push_back(&channel);
  }
  std::erase_if(channels, [](const Channel* channel) { return !channel->reported; });
  const auto first = number_or(query.param("first"), kDefaultFirst);
  if (first < 1 || first > kMostPerCall) {
    return helix_refusal(400, "Bad Request",
                         "The parameter \"first\" was malformed: the value must be between 1 and 100");
  }
  const auto begin = std::min(number_or(query.param("after"), 0), channels.size());
  const auto end = std::min(begin + first, channels.size());
  json::array data;
  for (auto i = begin; i < end; ++i) data.push_back(stream_json(*channels[i]));
  json::object pagination;
  if (end < channels.size()) pagination["cursor"] = std::to_string(end);
  const json::value body = {{"data", std::move(data)}, {"pagination", std::move(pagination)}};
  return json_answer(200, json::serialize(body));
}

HttpAnswer listed(World& world, const HttpQuery& query, const char* by_login, const char* by_id,
                  json::object (*to_json)(const Channel&)) {
  json::array data;
  for (const auto* channel : named(world, query, by_login, by_id)) data.push_back(to_json(*channel));
  const json::value body = {{"data", std::move(data)}};
  return json_answer(200, json::serialize(body));
}

HttpAnswer routed(World& world, const HttpQuery& query) {
  for (const char* name : {"user_login", "user_id", "login", "id", "broadcaster_id"}) {
    if (query.params(name).size() > kMostPerCall) {
      return helix_refusal(400, "Bad Request",
                           fmt::format("The parameter \"{}\" may not have more than 100 values", name));
    }
  }
  if (query.path == "/helix/streams") return streams(world, query);
  if (query.path == "/helix/users") return listed(world, query, "login", "id", user_json);
  if (query.path == "/helix/channels") return listed(world, query, "", "broadcaster_id", channel_json);
  return helix_refusal(404, "Not Found", "");
}

}  // namespace

HttpAnswer answer_helix(World& world, const HttpQuery& query) {
  if (auto refused = unauthorized(world, query)) return *std::move(refused);
  const auto now =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  if (now.count() >= world.points_reset_at) {
    world.points = world.options.rate_limit;
    world.points_reset_at = now.count() + 60;
  }
  const bool empty = world.points <= 0;
  if (!empty) --world.points;
  auto answer = empty ? helix_refusal(429, "Too Many Requests", "") : routed(world, query);
  answer.headers.emplace_back("Ratelimit-Limit", std::to_string(world.options.rate_limit));
  answer.headers.emplace_back("Ratelimit-Remaining", std::to_string(world.points));
  answer.headers.emplace_back("Ratelimit-Reset", std::to_string(world.points_reset_at));
  return answer;
}

}  // namespace rec::sim::twitch
