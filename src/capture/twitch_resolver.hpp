// Twitch by its own player's way: a playback token from GraphQL, then the multivariant playlist from usher.
#pragma once
#include <functional>
#include <memory>
#include <optional>

#include "base/secret.hpp"
#include "capture/resolver.hpp"
#include "capture/resolver_data.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

struct TwitchOptions {
  std::string gql_url = "https://gql.twitch.tv/gql";
  std::string usher_url = "https://usher.ttvnw.net";  ///< without a path
  /// Of a signed-in web account; without it the cookie `auth-token` of the request's cookies file is used.
  Secret oauth_token{};
  std::function<Secret()> account{};  ///< asked for oauth_token before each use; unset: it does not change
  std::shared_ptr<ResolverDataFile> data{};  ///< null: the built-in data
};

/// The token by persisted query, and by query text when Twitch has retired the hash; by the next client id
/// when one is refused; signed with the account where there is one, and without it when it is refused. Then
/// usher's second version, and its first when that refuses. The request's codecs are what usher is asked for.
/// not_found "offline": no such token, or usher has no stream. denied: region, subscribers, integrity check;
/// the text is Twitch's. invalid: no channel in the URL. `http` must outlive it.
std::unique_ptr<Resolver> make_twitch_resolver(HttpClient& http, TwitchOptions options = {});

/// The login that a Twitch URL names, in lower case; nothing for another site or a page that is no channel.
std::optional<std::string> twitch_login(std::string_view page_url);

}  // namespace rec::capture
