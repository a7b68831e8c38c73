// What the resolvers know of the platforms and what changes without notice: data, in a JSON file that can be
// replaced without a new build and without a restart. Its format: docs/formats/resolver-data.md.
#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "capture/twitch_constants.hpp"

namespace rec::capture {

struct YoutubeConstants {
  std::string user_agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
  std::string consent_cookie = "SOCS=CAI";  ///< sent where no cookies file is set
  /// Read the player's page for an HLS manifest before yt-dlp is asked.
  bool read_page = true;
};

struct YtDlpConstants {
  /// yt-dlp's youtube:player_client for the first, second … URL that was refused soon after its opening;
  /// "default" leaves the choice to yt-dlp.
  std::vector<std::string> player_clients{"default", "web_safari", "tv"};
  /// Where `streamrecorder ytdlp update` finds yt-dlp and SHA2-256SUMS.
  std::string release_url = "https://github.com/yt-dlp/yt-dlp/releases/latest/download";
};

struct ResolverData {
  TwitchConstants twitch{};
  YoutubeConstants youtube{};
  YtDlpConstants yt_dlp{};
};

/// The built-in data, overridden by the members of a JSON object `{"twitch": {…}, "youtube": {…}, "yt_dlp":
/// {…}}` with the names above. invalid: not such an object, a member that nobody knows (an error, so that a
/// slip is seen), or one of another type.
Result<ResolverData> parse_resolver_data(std::string_view json);

/// The file, looked at again whenever it is asked for. Decision thread only.
class ResolverDataFile {
 public:
  /// "": there is none, the built-in data counts.
  explicit ResolverDataFile(std::string path = {}) : path_(std::move(path)) {}

  /// What counts now: the file if it is there, else the built-in data. A file that cannot be read or makes no
  /// sense changes nothing, and is told once. Blocking; a stat, and a small file when it has changed.
  std::shared_ptr<const ResolverData> now();

 private:
  std::string path_;
  std::string stamp_{};  ///< of what was read last
  std::shared_ptr<const ResolverData> data_ = std::make_shared<const ResolverData>();
};

}  // namespace rec::capture
