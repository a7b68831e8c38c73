// Loads one media playlist over HTTP.
#pragma once
#include <memory>
#include <string>

#include "capture/playlist.hpp"
#include "capture/take.hpp"

namespace rec::capture {

struct LoadedPlaylist {
  MediaPlaylist playlist;
  /// Set when it did not load.
  std::optional<Error> error{};
  bool gone = false;   ///< 401, 403, 404, 410: this URL is over
  bool fatal = false;  ///< encrypted, or refused for what it points to: loading it again does not help
};

asio::awaitable<LoadedPlaylist> load_playlist(std::shared_ptr<Take> take, std::string url);

}  // namespace rec::capture
