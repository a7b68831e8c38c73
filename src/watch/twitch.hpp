// How Twitch channels are watched: through Helix with a developer key, or through GraphQL without one.
#pragma once
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "ports/watcher.hpp"
#include "runtime/clock.hpp"
#include "runtime/http.hpp"
#include "watch/watch_memory.hpp"

namespace rec {

struct TwitchWatchOptions {
  std::string client_id{};  ///< "" = no developer key
  Secret client_secret{};
  std::string id_url = "https://id.twitch.tv/oauth2";     ///< endpoints.twitch_id
  std::string helix_url = "https://api.twitch.tv/helix";  ///< endpoints.twitch_helix
  std::string gql_url = "https://gql.twitch.tv/gql";      ///< endpoints.twitch_gql
  /// The website's own client id, public; GraphQL wants one.
  std::string gql_client_id = "kimne78kx3ncx6brgo4mv6wki5h1ko";
  std::string proxy{};                    ///< as HttpRequest::proxy
  std::shared_ptr<WatchMemory> memory{};  ///< keeps the token over a restart; null: it is asked for anew
  Millis interval{5000};                  ///< from one look at all of them to the next, at least
};

/// For the decision thread.
class TwitchWatcher : public Watcher {
 public:
  /// One look at who is live, told while the answers come. The channels of a batch that failed are not spoken
  /// of. An error only when no batch came through: denied (the text names the keys to set and where they come
  /// from), rate_limited (retry_after; until then looks fail at once and ask nothing), unavailable,
  /// timed_out, corrupt. `list` outlives it. watch() does this again and again.
  virtual Task<> look(WatchList& list) = 0;
  /// What is due of names and numbers, and of titles of those that are offline: at most a few requests, and
  /// only with points to spare. watch() does this beside.
  virtual Task<> look_up(WatchList& list) = 0;
};

/// A watcher of the channels whose platform is "twitch". Helix if there is a client id, GraphQL if not. A
/// channel is asked for by its number where that is known, so that it is found again under another name; else
/// by its login, without case. A sighting's note tells of channels that Twitch does not know, as long as that
/// is so. `http` and `clock` outlive the watcher, and the watcher its tasks.
std::unique_ptr<TwitchWatcher> make_twitch_watcher(HttpClient& http, Clock& clock,
                                                   TwitchWatchOptions options);

}  // namespace rec
