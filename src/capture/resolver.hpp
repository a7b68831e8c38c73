// From a page to the media playlist behind it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "runtime/task.hpp"

namespace rec::capture {

struct ResolveRequest {
  std::string page_url{};
  std::string quality = "best";  ///< preference list, see variant_choice.hpp
  std::string cookies_file{};
  std::string proxy{};
};

struct Resolved {
  std::string media_playlist_url{};
  std::vector<std::string> fallback_urls{};  ///< next best qualities, for when the first cannot be had
  std::vector<std::string> headers{};        ///< "Name: value", to be sent with playlist and segment requests
  std::string quality{};
  int width = 0;  ///< 0 = not known
  int height = 0;
  double frame_rate = 0;
  std::string title{};
  bool live = true;
  std::optional<Instant> expires{};  ///< of the URLs, when it is known otherwise than from themselves
  std::map<std::string, std::string, std::less<>>
      defines{};  ///< EXT-X-DEFINE of the multivariant playlist, which its media playlists may import
  bool page_is_playlist = false;  ///< nobody but the playlist can be asked whether it is live
};

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
