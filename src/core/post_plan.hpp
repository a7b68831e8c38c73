// Which parts form the next post. Pure. Posts go out strictly one after the other, so that order holds
// whatever fails.
#pragma once
#include <optional>

#include "core/session.hpp"

namespace rec::session {

/// Telegram's limit for an album.
inline constexpr int kAlbumMax = 10;

/// The next post that can be made now, without a marker; nothing when people said so, while another one is on its way, or before
/// the status message is there (it comes first: that is how a bot's TDLib learns of the channel).
std::optional<Post> next_post(const Session& session, const Policy& policy, Instant now);

}  // namespace rec::session
