// GraphQL, then usher.
#include "capture/twitch_resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include <boost/json.hpp>

#include "base/ids.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/uri.hpp"
#include "capture/url_expiry.hpp"

namespace rec::capture {
namespace {

namespace json = boost::json;

struct PlaybackToken {
  std::string value;
  std::string signature;
};

std::string text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(json::string_view(key.data(), key.size()));
  return value == nullptr ? nullptr : value->if_object();
}

/// errors[0].message, or {error, message}
std::string graphql_complaint(const json::object& answer) {
  if (const auto* errors = answer.if_contains("errors");
      errors != nullptr && errors->is_array() && !errors->get_array().empty())
    if (const auto* first = errors->get_array().front().if_object()) return text_at(*first, "message");
  return text_at(answer, "message");
}

Result<PlaybackToken> token_from(const HttpResponse& response) {
  if (response.status == 429 || response.status >= 500) return fail(http_error(response, "Twitch token"));
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  const auto* answer = error ? nullptr : value.if_object();
  if (answer == nullptr)
    return fail(Errc::corrupt, fmt::format("Twitch token: status {} and no JSON object", response.status));
  if (const auto complaint = graphql_complaint(*answer); !complaint.empty()) {
    if (complaint.find("PersistedQueryNotFound") != std::string::npos) return fail(Errc::conflict, complaint);
    if (complaint.find("integrity") != std::string::npos)
      return fail(Errc::denied, "Twitch token: " + complaint);
    return fail(response.status == 401 || response.status == 403 ? Errc::denied : Errc::unavailable,
                "Twitch token: " + complaint);
  }
  const auto* data = object_at(*answer, "data");
  if (response.status / 100 != 2 || data == nullptr)
    return fail(Errc::corrupt, fmt::format("Twitch token: status {} without data", response.status));
  const auto* token = object_at(*data, "streamPlaybackAccessToken");
  if (token == nullptr) return fail(Errc::not_found, "offline: Twitch gives no token for the channel");
  return PlaybackToken{text_at(*token, "value"), text_at(*token, "signature")};
}

/// usher's error body is a JSON array of {error, error_code}.
std::string usher_complaint(const HttpResponse& response) {
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  if (error || !value.is_array() || value.get_array().empty()) return {};
  const auto* first = value.get_array().front().if_object();
  if (first == nullptr) return {};
  const auto code = text_at(*first, "error_code");
  return code.empty() ? text_at(*first, "error") : text_at(*first, "error") + " (" + code + ")";
}

class TwitchResolver final : public Resolver {
 public:
  TwitchResolver(HttpClient& http, TwitchConstants constants)
      : http_(http), constants_(std::move(constants)) {}

  Task<Resolved> resolve(ResolveRequest request) override {
    const auto login = twitch_login(request.page_url);
    if (!login) co_return fail(Errc::invalid, request.page_url + " names no Twitch channel");
    auto token = co_await token_by(request, persisted_query(*login));
    if (!token && token.error().code == Errc::conflict)
      token = co_await token_by(request, text_query(*login));
    if (!token) {
      auto error = std::move(token).error();
      if (error.code == Errc::conflict) error.code = Errc::unavailable;
      co_return fail(std::move(error));
    }
    auto found = co_await from_usher(request, usher_url("/api/v2/channel/hls/", *login, *token));
    if (found) found->expires = expiry_of_token(token->value);
    if (found || found.error().code == Errc::not_found) co_return found;
    auto older = co_await from_usher(request, usher_url("/api/channel/hls/", *login, *token));
    if (older) older->expires = expiry_of_token(token->value);
    if (older || older.error().code == Errc::not_found) co_return older;
    co_return found;
  }

 private:
  [[nodiscard]] std::string persisted_query(const std::string& login) const {
    const json::value query{
        {"operationName", "PlaybackAccessToken"},
        {"extensions", {{"persistedQuery", {{"version", 1}, {"sha256Hash", constants_.playback_hash}}}}},
        {"variables",
         {{"isLive", true},
          {"login", login},
          {"isVod", false},
          {"vodID", ""},
          {"playerType", constants_.player_type},
          {"platform", constants_.platform}}}};
    return json::serialize(query);
  }

  [[nodiscard]] static std::string text_query(const std::string& login) {
    const json::value query{
        {"query",
         fmt::format("{{streamPlaybackAccessToken(channelName:\"{}\",params:{{platform:\"web\",playerBackend:"
                     "\"mediaplayer\",playerType:\"site\"}}){{value signature}}}}",
                     login)}};
    return json::serialize(query);
  }

  Task<PlaybackToken> token_by(ResolveRequest request, std::string body) {
    auto post = resolver_request(request, constants_.gql_url);
    post.method = "POST";
    post.headers = {"Client-ID: " + constants_.client_id, "User-Agent: " + constants_.user_agent,
                    "Content-Type: application/json"};
    post.body = std::move(body);
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(post)));
    co_return token_from(response);
  }

  [[nodiscard]] std::string usher_url(std::string_view path, const std::string& login,
                                      const PlaybackToken& token) const {
    return fmt::format(
        "{}{}{}.m3u8?platform=web&p={}&allow_source=true&allow_audio_only=true&playlist_include_framerate="
        "true"
        "&supported_codecs={}&sig={}&token={}&fast_bread=true",
        constants_.usher_url, path, login, random_token(8), percent_encoded(constants_.supported_codecs),
        percent_encoded(token.signature), percent_encoded(token.value));
  }

  Task<Resolved> from_usher(ResolveRequest request, std::string url) {
    auto get = resolver_request(request, std::move(url));
    get.headers = player_headers();
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(get)));
    if (response.status / 100 != 2) {
      auto error = http_error(response, "Twitch usher");
      const auto complaint = usher_complaint(response);
      if (!complaint.empty()) error.text = "Twitch: " + complaint;
      if (error.code == Errc::not_found) error.text = "offline: " + error.text;
      co_return fail(std::move(error));
    }
    REC_CO_TRY(auto resolved, resolved_from(response.body, response.url, request.quality));
    resolved.headers = player_headers();
    co_return resolved;
  }

  [[nodiscard]] std::vector<std::string> player_headers() const {
    return {"User-Agent: " + constants_.user_agent, "Origin: " + constants_.player_origin,
            "Referer: " + constants_.player_origin + "/"};
  }

  HttpClient& http_;
  TwitchConstants constants_;
};

}  // namespace

std::optional<std::string> twitch_login(std::string_view page_url) {
  const auto host = host_of(page_url);
  if (host != "twitch.tv" && !host.ends_with(".twitch.tv")) return std::nullopt;
  auto path = split_uri(page_url).path;
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string login(path.substr(0, path.find('/')));
  for (char& c : login) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '_'; };
  if (login.empty() || login.size() > 64 || !std::all_of(login.begin(), login.end(), allowed))
    return std::nullopt;
  if (login == "videos" || login == "directory" || login == "clip") return std::nullopt;
  return login;
}

std::unique_ptr<Resolver> make_twitch_resolver(HttpClient& http, TwitchConstants constants) {
  return std::make_unique<TwitchResolver>(http, std::move(constants));
}

}  // namespace rec::capture
