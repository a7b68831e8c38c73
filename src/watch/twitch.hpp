// How Twitch channels are watched: through Helix with a developer key, or through GraphQL without one.
#pragma once
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "ports/sweeping_watcher.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"

namespace rec {

struct TwitchWatchOptions {
  std::string client_id{};  ///< "" = no developer key
  Secret client_secret{};
  std::string id_url = "https://id.twitch.tv/oauth2";     ///< endpoints.twitch_id
  std::string helix_url = "https://api.twitch.tv/helix";  ///< endpoints.twitch_helix
  std::string gql_url = "https://gql.twitch.tv/gql";      ///< endpoints.twitch_gql
  /// The website's own client id, public; GraphQL wants one.
  std::string gql_client_id = "kimne78kx3ncx6brgo4mv6wki5h1ko";
  std::string proxy{};    ///< as HttpRequest::proxy
  Millis interval{5000};  ///< between sweeps
};

/// A watcher of the channels whose platform is "twitch"; others are passed over. Helix if there is a client
/// id, GraphQL if not. Logins count without case; one that cannot be a login is left out of every answer.
///
/// sweep() leaves out the channels of a batch that failed and gives the others. It is an error only when no
/// batch came through: denied (the text names the keys to set and where they come from), rate_limited
/// (retry_after; until then sweeps fail at once and ask nothing), unavailable, timed_out, corrupt. `http` and
/// `clock` outlive the watcher, and the watcher its sweeps. For the decision thread.
std::unique_ptr<SweepingWatcher> make_twitch_watcher(HttpClient& http, Clock& clock,
                                                     TwitchWatchOptions options);

}  // namespace rec
