// The end of a session, once all of it is posted: compressed version, comment, captions, copies, last words.
#include <algorithm>

#include "core/session_steps.hpp"

namespace rec::session {
namespace {

bool wants_compression(const Session& session) {
  const Flags& flags = session.flags;
  return session.target.compression.enabled && !flags.skip_compression && !flags.skip_upload &&
         !flags.cancelled;
}

std::size_t posted_files(const Session& session) {
  std::size_t files = 0;
  for (const Part& part : session.parts) {
    if (part.state == PartState::posted) files += 1 + part.file.further.size();
  }
  return files;
}

/// True: it is over, or there is nothing to do.
bool place_is_known(Step& step) {
  Place& place = step.next.place;
  if (place.found == Stage::open) {
    place.found = Stage::wanted;
    step.effects.emplace_back(FindPlace{});
  }
  return place.found == Stage::done || place.found == Stage::failed;
}

bool compression_is_over(Step& step) {
  Session& session = step.next;
  Compressed& compressed = session.compressed;
  if (compressed.made == Stage::wanted) return false;
  if (compressed.made != Stage::open || !wants_compression(session)) return true;
  if (posted_files(session) < 2) return true;
  if (!place_is_known(step)) return false;
  if (session.place.found == Stage::failed && session.target.discussion.empty()) {
    compressed.made = Stage::failed;
    compressed.error = "the channel has no discussion group, so a compressed version has nowhere to go";
    return true;
  }
  compressed.made = Stage::wanted;
  step.effects.emplace_back(Compress{});
  return false;
}

bool comment_is_over(Step& step, const std::string& fresh_marker) {
  Session& session = step.next;
  Compressed& compressed = session.compressed;
  if (compressed.posted == Stage::wanted) return false;
  if (compressed.made != Stage::done || compressed.posted != Stage::open || !wants_compression(session))
    return true;
  if (!place_is_known(step)) return false;
  if (session.place.found == Stage::failed && session.target.discussion.empty()) {
    compressed.posted = Stage::failed;
    compressed.error = "the channel has no discussion group; it is kept as " + compressed.file.path;
    return true;
  }
  compressed.posted = Stage::wanted;
  compressed.marker = fresh_marker;
  step.effects.emplace_back(PostComment{});
  return false;
}

bool captions_are_over(Step& step) {
  bool over = true;
  for (Post& post : step.next.posts) {
    if (!post.posted) continue;
    if (post.caption == Stage::open && !step.next.flags.cancelled) {
      post.caption = Stage::wanted;
      step.effects.emplace_back(EditCaption{post.number});
    }
    over = over && post.caption != Stage::wanted;
  }
  return over;
}

// One after the other: that is what keeps their order.
bool copies_are_over(Step& step) {
  Session& session = step.next;
  const bool wanted =
      !session.target.backup.empty() && !session.flags.skip_forwarding && !session.flags.cancelled;
  const auto next = [&](Stage& copy, int number) {
    if (copy == Stage::open && wanted) {
      copy = Stage::wanted;
      step.effects.emplace_back(CopyPost{number});
    }
    return copy != Stage::wanted;
  };
  for (Post& post : session.posts) {
    if (post.posted && !next(post.copy, post.number)) return false;
  }
  return session.compressed.posted != Stage::done || next(session.compressed.copy, 0);
}

bool all_is_over(Step& step, const std::string& fresh_marker) {
  if (!compression_is_over(step) || !comment_is_over(step, fresh_marker)) return false;
  return captions_are_over(step) && copies_are_over(step);
}

/// Do its finished files have to stay, though they are posted, because another is to be made of them?
bool needs_files(const Session& session, const Policy& policy) {
  if (session.compressed.made == Stage::wanted) return true;
  if (!is_posted(session, policy) || !wants_compression(session)) return false;
  if (session.compressed.made != Stage::open || session.phase == Phase::done) return false;
  return session.phase == Phase::recording || !settled(session, policy) || posted_files(session) > 1;
}

}  // namespace

// They may come late: somebody has wished meanwhile that the session goes on.
void status_finished(Step& step, const Policy& policy, const std::string& fresh_marker) {
  const Session& session = step.next;
  if (session.phase != Phase::finishing) return;
  // Of an announcement also when no message of it ever left.
  if (session.announcement || (settled(session, policy) && all_is_over(step, fresh_marker))) finish(step);
}

void seek_place(Step& step) {
  const Session& session = step.next;
  if (wants_compression(session) && !session.posts.empty() && session.posts.front().posted)
    place_is_known(step);
}

// The raw segments may go only when every part of them made it into a file that was kept or posted.
void finish(Step& step) {
  step.next.phase = Phase::done;
  const bool all_made =
      std::ranges::none_of(step.next.parts, [](const Part& p) { return p.state == PartState::failed; });
  if (all_made && !step.next.announcement && !step.next.flags.cancelled)
    step.effects.emplace_back(RemoveRaw{});
}

std::vector<int> removable_parts(const Session& session, const Policy& policy) {
  std::vector<int> numbers;
  if (needs_files(session, policy)) return numbers;
  for (const Part& part : session.parts) {
    if (part.state == PartState::posted) numbers.push_back(part.number);
  }
  return numbers;
}

void conclude(Step& step, const Policy& policy, const std::string& fresh_marker) {
  Session& session = step.next;
  if (session.phase != Phase::finishing || !settled(session, policy)) return;
  const bool left_no_trace = session.parts.empty() && session.status_marker.empty();
  if (left_no_trace || !is_posted(session, policy)) return finish(step);
  if (!all_is_over(step, fresh_marker)) return;
  if (session.status_posted) {
    step.effects.emplace_back(FinishStatus{});
  } else if (session.flags.cancelled && session.status_marker.empty()) {
    finish(step);
  }
}

}  // namespace rec::session
