// The state of the simulated Twitch and the parts that answer from it. Callers hold `mutex`.
#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include <boost/json/value.hpp>

#include "sim/twitch/sim_twitch.hpp"

namespace rec::sim::twitch {

namespace json = boost::json;

struct Stream {
  std::string id;
  std::string started_at;  ///< RFC 3339, seconds
};

struct Channel {
  std::string login;  ///< lower case
  std::string user_id;
  std::string title;
  std::string category;
  std::optional<Stream> on_air;    ///< as usher knows it
  std::optional<Stream> reported;  ///< as Helix and GraphQL say it
  bool frozen = false;
  bool banned = false;
  std::vector<SimVariant> variants;
};

struct World {
  SimTwitchOptions options;
  std::mutex mutex;
  std::map<std::string, Channel> channels;      // by login
  std::map<std::string, std::string> logins{};  // by user id
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  std::map<std::string, std::vector<std::size_t>> minutes{};  // requests of each, by path
  std::set<std::string> access_tokens;
  std::uint64_t next_number = 1;  // of user ids and tokens
  int points = 0;
  std::int64_t points_reset_at = 0;  // unix seconds
  bool tokens_offline = false;
  std::string web_client{};          ///< "" = any client id will do
  std::set<std::string> accounts{};  ///< tokens of signed-in web accounts

  Channel& channel(const std::string& login);  ///< made if it is not there
  /// Null: not there, or banned.
  Channel* find(const std::string& login);
  Channel* find_by_id(const std::string& user_id);
  void count(const std::string& path);
};

std::string lower(std::string_view text);
std::string category_id(const std::string& category);

// One per endpoint family.
HttpAnswer answer_token(World& world, const HttpQuery& query);  ///< POST /oauth2/token
HttpAnswer answer_helix(World& world, const HttpQuery& query);  ///< /helix/…
HttpAnswer answer_gql(World& world, const HttpQuery& query);    ///< POST /gql
HttpAnswer answer_usher(World& world, const HttpQuery& query);  ///< /api/…/channel/hls/LOGIN.m3u8

/// A playback token for the channel and its signature.
std::string playback_token(const Channel& channel);
std::string playback_signature(const std::string& token);

}  // namespace rec::sim::twitch
