// Twitch's playback token: what is asked of GraphQL, and what its answers mean. Pure.
#pragma once
#include <string>

#include "capture/twitch_constants.hpp"
#include "runtime/http.hpp"

namespace rec::capture {

struct PlaybackToken {
  std::string value{};
  std::string signature{};
};

/// The operation by the hash of its text, as the web player sends it.
std::string persisted_token_query(const TwitchConstants& constants, const std::string& login);
/// The same by its text: it goes on when the hash is retired.
std::string text_token_query(const std::string& login);

/// conflict: the hash is retired. not_found "offline": no token for this channel. denied: integrity check, a
/// sign-in that is not accepted. unavailable, rate_limited, corrupt: nothing is known.
Result<PlaybackToken> token_from(const HttpResponse& response);

/// What usher says is wrong, "" when it does not.
std::string usher_complaint(const HttpResponse& response);

}  // namespace rec::capture
