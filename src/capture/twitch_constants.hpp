// What Twitch's own player sends, and changes now and then: data, replaceable without a new build.
#pragma once
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace rec::capture {

struct TwitchConstants {
  std::string gql_url = "https://gql.twitch.tv/gql";
  std::string usher_url = "https://usher.ttvnw.net";  ///< without a path
  std::string client_id = "kimne78kx3ncx6brgo4mv6wki5h1ko";
  std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  std::string playback_hash = "ed230aa1e33e07eebb8928504583da78a5173989fadfb1ac94be06a04f3cdbe9";
  std::string player_type = "embed";
  std::string platform = "site";
  std::string supported_codecs = "h264";
  std::string player_origin = "https://player.twitch.tv";
  /// Not Twitch's, but as changeable: where `ytdlp update` asks for the newest release (GitHub's form).
  std::string ytdlp_releases = "https://api.github.com/repos/yt-dlp/yt-dlp/releases/latest";
};

/// The defaults, overridden by the members of a JSON object with the names above. invalid: not such an
/// object, a member that nobody knows, or one that is no text.
Result<TwitchConstants> parse_twitch_constants(std::string_view json, TwitchConstants defaults = {});
/// The same from a file. not_found, denied, invalid. Blocking; small.
Result<TwitchConstants> load_twitch_constants(const std::string& path, TwitchConstants defaults = {});

}  // namespace rec::capture
