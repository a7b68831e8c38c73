#include "core/post_plan.hpp"

#include <algorithm>
#include <tuple>

namespace rec::session {
namespace {

bool album_is_due(const Session& session, const Policy& policy, Instant now, const Part& oldest,
                  bool nothing_behind) {
  if (session.phase != Phase::recording && nothing_behind) return true;
  if (policy.mode == PostMode::after_end) return false;
  // One that was ready in the future: the clock was set back, and nobody knows how long it has waited.
  return oldest.ready_at && (*oldest.ready_at + policy.album_wait <= now || *oldest.ready_at > now);
}

// By number, but what Telegram did not take in an album stands behind it.
std::vector<const Part*> unposted_in_order(const Session& session) {
  std::vector<const Part*> parts;
  for (const Part& part : session.parts) {
    if (part.state != PartState::posted && part.state != PartState::failed) parts.push_back(&part);
  }
  std::ranges::sort(parts, {}, [](const Part* part) {
    const bool alone = part->behind != 0;
    return std::tuple(alone ? part->behind : part->number, alone, part->number);
  });
  return parts;
}

}  // namespace

std::optional<Post> next_post(const Session& session, const Policy& policy, Instant now) {
  if (!session.status_posted || session.flags.skip_upload || session.flags.cancelled) return {};
  if (std::ranges::any_of(session.posts, [](const Post& post) { return !post.posted; })) return {};
  if (policy.mode == PostMode::after_end && session.phase == Phase::recording) return {};

  const int most = policy.mode == PostMode::each ? 1 : kAlbumMax;
  Post post;
  post.number = static_cast<int>(session.posts.size()) + 1;
  const Part* oldest = nullptr;
  int count = 0;  // of files
  bool full = false;
  bool nothing_behind = std::ranges::none_of(session.files, [](const FileTake& file) {
    return file.state == FileState::recording || file.state == FileState::recorded;
  });
  for (const Part* each : unposted_in_order(session)) {
    const Part& part = *each;
    const int files = 1 + static_cast<int>(part.file.further.size());
    const bool alone = part.behind != 0;
    full = part.state != PartState::sealed && count > 0 && (alone || count + files > most);
    if (part.state == PartState::sealed || full) {  // not ready yet: order forbids to go past it
      nothing_behind = nothing_behind && part.state != PartState::sealed;
      break;
    }
    if (count == 0) {
      oldest = &part;
      post.first_part = part.number;
    }
    post.last_part = part.number;
    count += files;
    full = alone;
    if (alone) break;
  }
  if (count == 0) return {};
  full = full || count >= most;
  if (!full && !album_is_due(session, policy, now, *oldest, nothing_behind)) return {};
  return post;
}

}  // namespace rec::session
