// GraphQL, then usher.
#include "capture/twitch_resolver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/ids.hpp"
#include "base/log.hpp"
#include "capture/direct_resolver.hpp"
#include "capture/twitch_token.hpp"
#include "capture/uri.hpp"
#include "capture/url_expiry.hpp"
#include "page/cookies_txt.hpp"

namespace rec::capture {
namespace {

using TwitchData = std::shared_ptr<const ResolverData>;

/// A signed-in account's token, "" = anonymous.
std::string without_prefix(const std::string& token) {
  return token.starts_with("oauth:") ? token.substr(6) : token;
}

std::vector<std::string> player_headers(const TwitchConstants& constants) {
  return {"User-Agent: " + constants.user_agent, "Origin: " + constants.player_origin,
          "Referer: " + constants.player_origin + "/"};
}

class TwitchResolver final : public Resolver {
 public:
  TwitchResolver(HttpClient& http, TwitchOptions options) : http_(http), options_(std::move(options)) {
    if (!options_.data) options_.data = std::make_shared<ResolverDataFile>();
  }

  Task<Resolved> resolve(ResolveRequest request) override {
    const auto login = twitch_login(request.page_url);
    if (!login) co_return fail(Errc::invalid, request.page_url + " names no Twitch channel");
    const TwitchData data = options_.data->now();
    REC_CO_TRY(const auto token, co_await token_for(data, request, *login));
    std::optional<Error> first;
    for (const auto& path : data->twitch.usher_paths) {
      auto found = co_await from_usher(data, request, usher_url(path, request, *login, token));
      if (found) found->expires = expiry_of_token(token.value);
      if (found || found.error().code == Errc::not_found) co_return found;
      if (!first) first = std::move(found).error();
    }
    co_return fail(*std::move(first));
  }

 private:
  /// By one client after the other: what one is refused, another may have.
  Task<PlaybackToken> token_for(TwitchData data, ResolveRequest request, std::string login) {
    const auto& clients = data->twitch.client_ids;
    std::optional<Error> first;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      const auto index = (i + static_cast<std::size_t>(request.refusals)) % clients.size();
      // A web sign-in belongs to the web player's client id alone.
      auto account = index == 0 ? account_of(request) : std::string();
      auto token = co_await token_by(data, request, login, clients[index], account);
      if (!token && token.error().code == Errc::denied && !account.empty()) {
        account_refused(token.error());
        token = co_await token_by(data, request, login, clients[index], std::string());
      } else if (!account.empty()) {
        account_refused_ = false;
      }
      if (token || token.error().code != Errc::denied) co_return token;
      if (!first) first = std::move(token).error();
    }
    co_return fail(*std::move(first));
  }

  [[nodiscard]] std::string account_of(const ResolveRequest& request) const {
    const Secret own = options_.account ? options_.account() : options_.oauth_token;
    if (!own.empty()) return without_prefix(own.reveal());
    if (request.cookies_file.empty()) return {};
    return page::cookie_of_file(request.cookies_file, "www.twitch.tv", "auth-token",
                                std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()));
  }

  void account_refused(const Error& error) {
    if (std::exchange(account_refused_, true)) return;
    log::warn("twitch.account_refused",
              {{"why", error.text}, {"cure", "renew twitch.oauth_token or the cookies file"}});
  }

  Task<PlaybackToken> token_by(TwitchData data, ResolveRequest request, std::string login,
                               std::string client_id, std::string account) {
    auto post = resolver_request(request, options_.gql_url);
    post.method = "POST";
    post.headers = {"Client-ID: " + client_id, "User-Agent: " + data->twitch.user_agent,
                    "Content-Type: application/json"};
    if (!account.empty()) post.headers.push_back("Authorization: OAuth " + account);
    auto again = post;
    post.body = persisted_token_query(data->twitch, login);
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(post)));
    auto token = token_from(response);
    if (token || token.error().code != Errc::conflict) co_return token;
    again.body = text_token_query(login);
    REC_CO_TRY(const auto second, co_await http_.fetch(std::move(again)));
    token = token_from(second);
    if (!token && token.error().code == Errc::conflict) co_return fail(Errc::unavailable, token.error().text);
    co_return token;
  }

  [[nodiscard]] std::string usher_url(std::string_view path, const ResolveRequest& request,
                                      const std::string& login, const PlaybackToken& token) const {
    return fmt::format(
        "{}{}{}.m3u8?platform=web&p={}&allow_source=true&allow_audio_only=true&playlist_include_framerate="
        "true"
        "&supported_codecs={}&sig={}&token={}&fast_bread=true",
        options_.usher_url, path, login, random_token(8), percent_encoded(request.codecs),
        percent_encoded(token.signature), percent_encoded(token.value));
  }

  Task<Resolved> from_usher(TwitchData data, ResolveRequest request, std::string url) {
    auto get = resolver_request(request, std::move(url));
    get.headers = player_headers(data->twitch);
    REC_CO_TRY(const auto response, co_await http_.fetch(std::move(get)));
    if (response.status / 100 != 2) {
      auto error = http_error(response, "Twitch usher");
      const auto complaint = usher_complaint(response);
      if (!complaint.empty()) error.text = "Twitch: " + complaint;
      if (error.code == Errc::not_found) error.text = "offline: " + error.text;
      co_return fail(std::move(error));
    }
    REC_CO_TRY(auto resolved, resolved_from(response.body, response.url, request));
    resolved.from_private_host = response.from_private_host;
    resolved.headers = player_headers(data->twitch);
    co_return resolved;
  }

  HttpClient& http_;
  TwitchOptions options_;
  bool account_refused_ = false;
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

std::unique_ptr<Resolver> make_twitch_resolver(HttpClient& http, TwitchOptions options) {
  return std::make_unique<TwitchResolver>(http, std::move(options));
}

}  // namespace rec::capture
