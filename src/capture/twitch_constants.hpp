// What Twitch's own player sends, and changes now and then. Replaceable without a new build:
// resolver_data.hpp.
#pragma once
#include <string>
#include <vector>

namespace rec::capture {

struct TwitchConstants {
  /// Of Twitch's web player and others; when one is refused, the next is tried.
  std::vector<std::string> client_ids{"kimne78kx3ncx6brgo4mv6wki5h1ko", "ue6666qo983tsx6so1t0vnawi233wa"};
  std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  std::string playback_hash = "ed230aa1e33e07eebb8928504583da78a5173989fadfb1ac94be06a04f3cdbe9";
  std::string player_type = "embed";
  std::string platform = "site";
  std::string player_origin = "https://player.twitch.tv";
  /// Below endpoints.twitch_usher; when one refuses, the next is tried.
  std::vector<std::string> usher_paths{"/api/v2/channel/hls/", "/api/channel/hls/"};
};

}  // namespace rec::capture
