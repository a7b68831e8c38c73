// From a page to the media playlist behind it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "core/picture.hpp"
#include "runtime/cookie_jar.hpp"
#include "runtime/http.hpp"
#include "runtime/task.hpp"

namespace rec::capture {

struct ResolveRequest {
  std::string page_url{};
  std::string broadcast{};       ///< as CaptureRequest::broadcast; "" = whichever the page shows
  std::string quality = "best";  ///< preference list, see variant_choice.hpp
  std::string codecs = "h264";   ///< preference list, see variant_choice.hpp
  std::string cookies_file{};
  std::string proxy{};
  std::string group{};                   ///< as HttpRequest has it
  std::shared_ptr<CookieJar> cookies{};  ///< of the session; null = none are kept
  /// How many URLs of this broadcast were refused soon after they were opened: another client is to ask, and
  /// when there is none left, `other_backend` says so.
  int refusals = 0;
  bool only_a_look = false;  ///< no footage waits for the answer, and what is only announced is one as well
};

/// Returns when a request to YouTube's pages may go. Footage goes before looks.
using PageTurn = std::function<Task<>(bool only_a_look)>;

struct Resolved {
  std::string media_playlist_url{};
  std::vector<std::string> fallback_urls{};  ///< next best qualities, for when the first cannot be had
  /// Media playlist of the sound that belongs to the first quality; "" = it is in there with the picture.
  std::string audio_playlist_url{};
  std::vector<std::string> fallback_audio_urls{};  ///< the same for each of fallback_urls
  std::vector<Picture> fallback_pictures{};        ///< as `picture`, of each of fallback_urls
  std::vector<std::string> headers{};  ///< "Name: value", to be sent with playlist and segment requests
  std::string quality{};
  Picture picture{};  ///< of the first quality, as announced; of sound alone nothing
  std::string title{};
  std::string stream_id{};  ///< the site's own id of the broadcast, "" = not told
  bool live = true;
  /// Only of a look (ResolveRequest::only_a_look): not live, but announced, and when it is to begin.
  bool announced = false;
  std::optional<Instant> scheduled{};
  std::optional<Instant> expires{};  ///< of the URLs, when it is known otherwise than from themselves
  std::map<std::string, std::string, std::less<>>
      defines{};  ///< EXT-X-DEFINE of the multivariant playlist, which its media playlists may import
  bool page_is_playlist = false;  ///< nobody but the playlist can be asked whether it is live
  /// A private host said all this, so the playlists may be on private hosts, too.
  bool from_private_host = false;
  /// Not empty: the page is live, but there is no playlist for us, and this is why. Another backend (yt-dlp
  /// as a whole) may record it; only `title` and `live` count.
  std::string other_backend{};
};

/// For a look at the playlist that was resolved: the guard against private addresses holds as for a
/// recording.
inline HttpRequest playlist_request(const Resolved& resolved, std::string proxy, std::string cookies_file) {
  HttpRequest get;
  get.url = resolved.media_playlist_url;
  get.headers = resolved.headers;
  get.proxy = std::move(proxy);
  get.cookies_file = std::move(cookies_file);
  get.allow_private_hosts = resolved.from_private_host;
  return get;
}

/// Lives on the decision thread; several resolves may run at a time.
class Resolver {
 public:
  virtual ~Resolver() = default;
  /// not_found: the page is offline, and the text says "offline". denied: the page wants rights we lack.
  /// invalid: it cannot be resolved at all (unsupported site, program missing); the text names the cure.
  /// timed_out, unavailable, rate_limited, corrupt: nothing is known, ask again.
  virtual Task<Resolved> resolve(ResolveRequest request) = 0;
};

}  // namespace rec::capture
