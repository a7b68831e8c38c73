// Loads one media playlist over HTTP.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "capture/playlist.hpp"
#include "capture/take.hpp"
#include "core/picture.hpp"

namespace rec::capture {

/// A playlist's URL, and what is needed to read what is there.
struct PlaylistSource {
  std::string url{};
  std::vector<std::string> headers{};
  Defines imports{};   ///< what the multivariant playlist defined
  RangeEnds ranges{};  ///< of the window before
  std::optional<Instant> expires{};
  bool private_hosts = false;  ///< it may be on a private host: a person typed it, or a private host said so
  Picture picture{};           ///< as announced
  bool second_best = false;    ///< taken only because a better one could not be had
  bool reopened = false;       ///< it was open before a restart, and what else there is was not asked yet
  bool replay = false;         ///< the page says that it is not live
  /// The window before, where the server may send delta updates.
  std::shared_ptr<const MediaPlaylist> before{};
};

struct LoadedPlaylist {
  MediaPlaylist playlist;
  /// Set when it did not load.
  std::optional<Error> error{};
  bool from_private_host = false;
  bool gone = false;     ///< 401, 403, 404, 410: this URL is over
  bool misled = false;   ///< its name or a redirect led to a private address
  bool partial = false;  ///< a delta update, of a window that is not known (delta_update.hpp)
  bool fatal = false;    ///< encrypted, or refused for what it points to: loading it again does not help

  [[nodiscard]] bool denied() const { return error && error->code == Errc::denied; }
};

asio::awaitable<LoadedPlaylist> load_playlist(std::shared_ptr<Take> take, PlaylistSource source,
                                              Millis timeout = Millis{10'000});

}  // namespace rec::capture
