// One operation a channel, an array of them a request.
#include "watch/gql_watcher.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kGqlBatch = 35;  // operations the website's server takes in one request
constexpr const char* kGqlQuery =
    "query($login: String!) { user(login: $login) { id login stream { id type title game { displayName } } } "
    "}";
// GraphQL turns away what does not look like a browser.
constexpr const char* kGqlUserAgent =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const json::object* gql_object(const json::object* parent, const char* name) {
  const auto* found = parent == nullptr ? nullptr : parent->if_contains(name);
  return found == nullptr ? nullptr : found->if_object();
}

std::string gql_text(const json::object* object, const char* name) {
  const auto* found = object == nullptr ? nullptr : object->if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::string gql_request_body(const std::vector<std::string>& logins) {
  json::array operations;
  for (const auto& login : logins) {
    json::object operation;
    operation["query"] = kGqlQuery;
    operation["variables"] = json::object{{"login", login}};
    operations.push_back(std::move(operation));
  }
  return json::serialize(operations);
}

/// Nothing when the operation itself failed. A channel that does not exist is offline, as Helix has it.
std::optional<LoginSighting> gql_sighting(const std::string& login, const json::value& answer) {
  const auto* object = answer.if_object();
  const auto* data = gql_object(object, "data");
  if (data == nullptr || object->contains("errors") || !data->contains("user")) return std::nullopt;
  const auto* stream = gql_object(gql_object(data, "user"), "stream");
  if (stream == nullptr || gql_text(stream, "type") != "live") return LoginSighting{login};
  LoginSighting sighting{login, true, {}};
  sighting.broadcast.stream_id = gql_text(stream, "id");
  sighting.broadcast.title = gql_text(stream, "title");
  sighting.broadcast.category = gql_text(gql_object(stream, "game"), "displayName");
  return sighting;
}

}  // namespace

TwitchGqlWatcher::TwitchGqlWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options)
    : BatchWatcher(clock, options.interval, kGqlBatch), http_(http), options_(std::move(options)) {}

Task<std::vector<LoginSighting>> TwitchGqlWatcher::ask(std::vector<std::string> logins) {
  HttpRequest request;
  request.url = options_.gql_url;
  request.method = "POST";
  request.headers = {"Client-ID: " + options_.gql_client_id, "Content-Type: application/json", kGqlUserAgent};
  request.body = gql_request_body(logins);
  request.proxy = options_.proxy;
  request.timeout = Millis(10'000);
  auto response = co_await http_.fetch(std::move(request));
  if (!response) co_return fail(std::move(response).error().in("Twitch GraphQL"));
  if (response->status == 401 || response->status == 403) {
    co_return fail(Errc::denied, "Twitch GraphQL refuses live checks without a key (HTTP " +
                                     std::to_string(response->status) + "): set twitch.client_id and " +
                                     "twitch.client_secret from https://dev.twitch.tv/console/apps");
  }
  if (response->status / 100 != 2) co_return fail(http_error(*response, "Twitch GraphQL"));
  json::error_code error;
  const auto parsed = json::parse(response->body, error);
  const auto* answers = error ? nullptr : parsed.if_array();
  if (answers == nullptr || answers->size() != logins.size()) {
    co_return fail(Errc::corrupt,
                   "Twitch GraphQL: the answer is no list of " + std::to_string(logins.size()));
  }
  std::vector<LoginSighting> told;
  for (std::size_t i = 0; i < logins.size(); ++i) {
    if (auto sighting = gql_sighting(logins[i], answers->at(i))) told.push_back(*std::move(sighting));
  }
  if (told.empty()) co_return fail(Errc::unavailable, "Twitch GraphQL: every operation of a request failed");
  co_return told;
}

}  // namespace rec
