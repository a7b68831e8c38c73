// Twitch by its own player's way: a playback token from GraphQL, then the multivariant playlist from usher.
#pragma once
#include <memory>
#include <optional>

#include "capture/resolver.hpp"
#include "capture/twitch_constants.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

/// The token by persisted query, and by query text when Twitch has retired the hash; usher v2, and v1 when v2
/// refuses. not_found "offline": no such token, or usher has no stream. denied: region, subscribers,
/// integrity check; the text is Twitch's. invalid: no channel in the URL. `http` must outlive it.
std::unique_ptr<Resolver> make_twitch_resolver(HttpClient& http, TwitchConstants constants = {});

/// The login that a Twitch URL names, in lower case; nothing for another site or a page that is no channel.
std::optional<std::string> twitch_login(std::string_view page_url);

}  // namespace rec::capture
