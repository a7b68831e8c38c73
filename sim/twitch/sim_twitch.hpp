// A simulated Twitch on loopback: tokens, Helix, GraphQL and usher on one server. Media comes from an Origin.
// Thread-safe; serves from a thread of its own until it is destroyed.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/origin/origin.hpp"

namespace rec::sim {

struct SimTwitchOptions {
  std::string client_id = "simulatedclient";
  std::string client_secret = "simulatedsecret";
  std::chrono::seconds token_life{5'184'000};  ///< expires_in
  int rate_limit = 800;                        ///< Helix points a minute
  /// sha256Hash of the persisted PlaybackAccessToken query that is known.
  std::string persisted_hash = "ed230aa1e33e07eebb8928504583da78a5173989fadfb1ac94be06a04f3cdbe9";
  std::uint16_t port = 0;
};

/// A line of the multivariant playlist.
struct SimVariant {
  std::string name{};  ///< "1080p60", "audio_only"
  std::string url{};   ///< of the media playlist
  std::int64_t bandwidth = 6'000'000;
  std::string resolution{};  ///< "1920x1080"; "" for audio
  double frame_rate = 60;
  std::string codecs = "avc1.64002A,mp4a.40.2";
  bool source = false;
};

class SimTwitch {
 public:
  explicit SimTwitch(SimTwitchOptions options = {});
  ~SimTwitch();

  // What the program's endpoints.* keys are set to.
  [[nodiscard]] std::string id_url() const;     ///< …/oauth2
  [[nodiscard]] std::string helix_url() const;  ///< …/helix
  [[nodiscard]] std::string gql_url() const;    ///< …/gql
  [[nodiscard]] std::string usher_url() const;  ///< no path

  /// A channel that exists and is offline; set_live does it too. Logins count without case.
  void add_channel(const std::string& login);
  /// On air: GraphQL gives tokens, usher a source variant and an audio-only one that both are at that URL,
  /// and Helix and GraphQL say live, unless frozen.
  void set_live(const std::string& login, const std::string& stream_id, const std::string& title,
                const std::string& category, const std::string& media_playlist_url);
  void set_offline(const std::string& login);
  /// What it shows from now on, live or not.
  void show(const std::string& login, const std::string& title, const std::string& category);
  /// The same number, another login; nobody has the old one then.
  void rename(const std::string& login, const std::string& new_login);
  /// Banned: no interface knows it any more, and nothing is on air; its number and login stay taken.
  void set_banned(const std::string& login, bool banned);
  [[nodiscard]] std::string user_id(const std::string& login);
  /// In place of the two; the order is kept.
  void set_variants(const std::string& login, std::vector<SimVariant> variants);
  /// While frozen, what Helix and GraphQL say of the channel does not follow set_live and set_offline: the
  /// platform lags, and usher does not. Thawed, it is up to date at once.
  void freeze_api(const std::string& login, bool frozen);
  /// True: an offline channel's playback token is given all the same, and usher answers 404. False (as at the
  /// start): null.
  void give_tokens_offline(bool give);

  /// Every access token given so far is unknown from now on (401).
  void revoke_tokens();
  /// Helix has so many points left until `reset_in` is over, then it is full again.
  void set_points(int remaining, std::chrono::seconds reset_in);
  /// GraphQL knows only this client id from now on; "" = any.
  void set_web_client(std::string client_id);
  /// A signed-in web account; a token that is sent and no account's is 401. Its playback tokens hide ads.
  void add_account(const std::string& token);
  /// The hash of the persisted query that is known; any other is PersistedQueryNotFound.
  void set_persisted_hash(std::string hash);

  /// Faults and the log by path: "/oauth2/token", "/helix/streams", "/gql", "/api/v2/channel/hls/LOGIN.m3u8"
  /// …
  void fail_next(const std::string& path, Fault fault, int times = 1, int after = 0);
  [[nodiscard]] std::size_t hits(const std::string& path) const;
  [[nodiscard]] std::vector<HttpQuery> requests(const std::string& path) const;
  /// Requests in each minute since the start, by path; a channel's playlists count together, as
  /// "/api/v2/channel/hls".
  [[nodiscard]] std::map<std::string, std::vector<std::size_t>> requests_by_minute() const;
  /// The origin this runs on; live streams may be put there too.
  Origin& origin();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rec::sim
