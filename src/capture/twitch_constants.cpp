// Twitch's constants from JSON.
#include "capture/twitch_constants.hpp"

#include <cerrno>
#include <fstream>
#include <map>
#include <sstream>

#include <boost/json.hpp>

namespace rec::capture {

Result<TwitchConstants> parse_twitch_constants(std::string_view json, TwitchConstants defaults) {
  boost::system::error_code error;
  const auto value = boost::json::parse({json.data(), json.size()}, error);
  if (error || !value.is_object()) return fail(Errc::invalid, "Twitch constants: not a JSON object");
  const std::map<std::string_view, std::string*> members{{"gql_url", &defaults.gql_url},
                                                         {"usher_url", &defaults.usher_url},
                                                         {"client_id", &defaults.client_id},
                                                         {"user_agent", &defaults.user_agent},
                                                         {"playback_hash", &defaults.playback_hash},
                                                         {"player_type", &defaults.player_type},
                                                         {"platform", &defaults.platform},
                                                         {"supported_codecs", &defaults.supported_codecs},
                                                         {"player_origin", &defaults.player_origin},
                                                         {"ytdlp_releases", &defaults.ytdlp_releases}};
  for (const auto& [key, member] : value.get_object()) {
    const auto found = members.find(std::string_view(key.data(), key.size()));
    if (found == members.end())
      return fail(Errc::invalid, "Twitch constants: nobody knows " + std::string(key));
    if (!member.is_string())
      return fail(Errc::invalid, "Twitch constants: " + std::string(key) + " is no text");
    *found->second = std::string(member.get_string());
  }
  return defaults;
}

Result<TwitchConstants> load_twitch_constants(const std::string& path, TwitchConstants defaults) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return fail(errno_error(errno, "Twitch constants " + path));
  std::ostringstream text;
  text << file.rdbuf();
  auto parsed = parse_twitch_constants(text.str(), std::move(defaults));
  if (!parsed) return fail(std::move(parsed).error().in(path));
  return parsed;
}

}  // namespace rec::capture
