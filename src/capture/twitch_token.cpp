// GraphQL operations and answers.
#include "capture/twitch_token.hpp"

#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/json_members.hpp"

namespace rec::capture {
namespace {

/// errors[0].message, or {error, message}
std::string graphql_complaint(const boost::json::object& answer) {
  if (const auto* errors = answer.if_contains("errors");
      errors != nullptr && errors->is_array() && !errors->get_array().empty())
    if (const auto* first = errors->get_array().front().if_object()) return text_in(*first, "message");
  return text_in(answer, "message");
}

}  // namespace

std::string persisted_token_query(const TwitchConstants& constants, const std::string& login) {
  const boost::json::value query{
      {"operationName", "PlaybackAccessToken"},
      {"extensions", {{"persistedQuery", {{"version", 1}, {"sha256Hash", constants.playback_hash}}}}},
      {"variables",
       {{"isLive", true},
        {"login", login},
        {"isVod", false},
        {"vodID", ""},
        {"playerType", constants.player_type},
        {"platform", constants.platform}}}};
  return boost::json::serialize(query);
}

std::string text_token_query(const std::string& login) {
  const boost::json::value query{
      {"query",
       fmt::format("{{streamPlaybackAccessToken(channelName:\"{}\",params:{{platform:\"web\",playerBackend:"
                   "\"mediaplayer\",playerType:\"site\"}}){{value signature}}}}",
                   login)}};
  return boost::json::serialize(query);
}

Result<PlaybackToken> token_from(const HttpResponse& response) {
  if (response.status == 429 || response.status >= 500) return fail(http_error(response, "Twitch token"));
  boost::system::error_code error;
  const auto value = boost::json::parse(response.body, error);
  const auto* answer = error ? nullptr : value.if_object();
  const bool refused = response.status == 401 || response.status == 403;
  if (answer == nullptr)
    return fail(refused ? Errc::denied : Errc::corrupt,
                fmt::format("Twitch token: status {} and no JSON object", response.status));
  if (const auto complaint = graphql_complaint(*answer); !complaint.empty()) {
    if (complaint.find("PersistedQueryNotFound") != std::string::npos) return fail(Errc::conflict, complaint);
    if (complaint.find("integrity") != std::string::npos)
      return fail(Errc::denied, "Twitch token: " + complaint);
    const bool client = complaint.find("Client-ID") != std::string::npos;
    return fail(refused || client ? Errc::denied : Errc::unavailable, "Twitch token: " + complaint);
  }
  const auto* data = find_object(*answer, "data");
  if (response.status / 100 != 2 || data == nullptr)
    return fail(Errc::corrupt, fmt::format("Twitch token: status {} without data", response.status));
  const auto* token = find_object(*data, "streamPlaybackAccessToken");
  if (token == nullptr) return fail(Errc::not_found, "offline: Twitch gives no token for the channel");
  return PlaybackToken{text_in(*token, "value"), text_in(*token, "signature")};
}

// usher's error body is a JSON array of {error, error_code}.
std::string usher_complaint(const HttpResponse& response) {
  boost::system::error_code error;
  const auto value = boost::json::parse(response.body, error);
  if (error || !value.is_array() || value.get_array().empty()) return {};
  const auto* first = value.get_array().front().if_object();
  if (first == nullptr) return {};
  const auto code = text_in(*first, "error_code");
  return code.empty() ? text_in(*first, "error") : text_in(*first, "error") + " (" + code + ")";
}

}  // namespace rec::capture
