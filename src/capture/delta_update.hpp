// Playlist delta updates (EXT-X-SKIP, RFC 8216bis 6.2.5.1): a window whose older part is left out, for
// whoever has the window before. We never ask for one, but a cache that does not tell the requests apart
// answers with it. Pure.
#pragma once
#include "base/result.hpp"
#include "capture/playlist.hpp"

namespace rec::capture {

/// The whole window that `delta` is the newer part of: what it leaves out, and what governs its first
/// segments (initialization section, key, time) is as `before` has it, the window before. Nothing to do where
/// `delta` is no delta update. corrupt: `before` does not reach up to it.
Result<MediaPlaylist> completed(MediaPlaylist delta, const MediaPlaylist& before);

}  // namespace rec::capture
