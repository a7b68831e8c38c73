// Get Streams: whoever is live is in the answer, whoever is not is absent.
#include "watch/helix_watcher.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

namespace rec {
namespace {

namespace json = boost::json;

constexpr std::size_t kHelixBatch =
    100;                           // user_login values a request may have; also the most `first` may be
constexpr Millis kBucket{60'000};  // the points come back within a minute

std::optional<std::int64_t> number_header(const HttpResponse& response, const char* name) {
  const auto text = response.header(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Until the points are back. The header is the platform's clock against ours, so it is held to what it can
/// be.
Millis until_reset(const HttpResponse& response, Instant now) {
  const auto reset = number_header(response, "ratelimit-reset");
  if (!reset) return kBucket;
  return std::clamp(from_unix_ms(*reset * 1000) - now, Millis(1000), kBucket);
}

std::string helix_text(const json::object& object, const char* name) {
  const auto* found = object.if_contains(name);
  return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string();
}

/// The live ones of a Get Streams answer by login.
Result<std::map<std::string, LoginSighting>> parse_streams(const std::string& body) {
  json::error_code error;
  const auto parsed = json::parse(body, error);
  const auto* object = error ? nullptr : parsed.if_object();
  const auto* data = object == nullptr ? nullptr : object->if_contains("data");
  if (data == nullptr || !data->is_array())
    return fail(Errc::corrupt, "Twitch Get Streams: the answer has no list of streams");
  std::map<std::string, LoginSighting> live;
  for (const auto& item : data->get_array()) {
    const auto* stream = item.if_object();
    if (stream == nullptr || helix_text(*stream, "type") != "live")
      continue;  // "" when Twitch itself is unsure
    auto login = helix_text(*stream, "user_login");
    std::ranges::transform(login, login.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    channel::Broadcast broadcast{helix_text(*stream, "id"), helix_text(*stream, "title"),
                                 helix_text(*stream, "game_name")};
    live[login] = LoginSighting{login, true, std::move(broadcast)};
  }
  return live;
}

}  // namespace

TwitchWatcher::TwitchWatcher(HttpClient& http, Clock& clock, TwitchWatchOptions options)
    : BatchWatcher(clock, options.interval, kHelixBatch),
      http_(http),
      options_(std::move(options)),
      token_(http, clock, options_) {}

Task<HttpResponse> TwitchWatcher::get_streams(std::string query) {
  for (int attempt = 1;; ++attempt) {
    REC_CO_TRY(const auto token, co_await token_.get());
    HttpRequest request;
    request.url = options_.helix_url + "/streams?" + query;
    request.headers = {"Authorization: Bearer " + token, "Client-Id: " + options_.client_id};
    request.proxy = options_.proxy;
    request.timeout = Millis(10'000);
    auto response = co_await http_.fetch(std::move(request));
    if (!response) co_return fail(std::move(response).error().in("Twitch Get Streams"));
    if (response->status != 401 || attempt == 2) co_return response;
    token_.reject(token);
  }
}

Result<void> TwitchWatcher::check(const HttpResponse& response) {
  const auto remaining = number_header(response, "ratelimit-remaining");
  if (response.status == 429) {
    // Twitch has been seen to answer 429 with points left: that is a fault of its own, not a limit.
    if (remaining.value_or(0) > 0)
      return fail(Errc::unavailable, "Twitch Get Streams: 429 although points are left");
    return fail(Error{Errc::rate_limited, "Twitch Get Streams: the points of this minute are used up",
                      until_reset(response, clock().now())});
  }
  if (response.status == 401) {
    return fail(Errc::denied,
                "Twitch Get Streams refuses a fresh access token: check twitch.client_id and "
                "twitch.client_secret at https://dev.twitch.tv/console/apps");
  }
  if (response.status / 100 != 2) return fail(http_error(response, "Twitch Get Streams"));
  if (remaining == 0) hold_until(clock().steady() + until_reset(response, clock().now()));
  return {};
}

Task<std::vector<LoginSighting>> TwitchWatcher::ask(std::vector<std::string> logins) {
  std::string query = "first=100";  // 20 if not said
  for (const auto& login : logins) query += "&user_login=" + login;
  REC_CO_TRY(const auto response, co_await get_streams(std::move(query)));
  REC_CO_CHECK(check(response));
  REC_CO_TRY(auto live, parse_streams(response.body));
  std::vector<LoginSighting> told;
  for (auto& login : logins) {
    const auto found = live.find(login);
    told.push_back(found == live.end() ? LoginSighting{std::move(login)} : found->second);
  }
  co_return told;
}

}  // namespace rec
