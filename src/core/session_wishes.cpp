// What people ask of a session. Nothing here removes a file that was not posted, but the compressed version
// of one that is to have none.
#include <algorithm>

#include "core/session_steps.hpp"

namespace rec::session {
namespace {

bool goes_on(const Asked& asked, const Effect& effect) {
  return std::ranges::find(asked.under_way, effect) != asked.under_way.end();
}

/// True: it is not done any more.
bool drop(Step& step, const Asked& asked, Effect effect) {
  if (goes_on(asked, effect)) return false;
  step.dropped.push_back(std::move(effect));
  return true;
}

// It is not over after all: they are said again when it is.
void drop_last_words(Step& step, const Asked& asked) {
  if (step.next.phase == Phase::finishing) drop(step, asked, FinishStatus{});
}

// Only the newest post can be on its way.
void drop_post(Step& step, const Asked& asked) {
  std::vector<Post>& posts = step.next.posts;
  if (posts.empty() || posts.back().posted) return;
  if (drop(step, asked, PublishPost{posts.back().number})) posts.pop_back();
}

void drop_compression(Step& step, const Asked& asked) {
  Compressed& compressed = step.next.compressed;
  if (compressed.made == Stage::wanted && drop(step, asked, Compress{})) {
    compressed.made = Stage::open;
    step.effects.emplace_back(RemoveCompressed{});  // what there is of it
  }
  if (compressed.posted == Stage::wanted && drop(step, asked, PostComment{})) compressed.posted = Stage::open;
  Place& place = step.next.place;
  if (place.found == Stage::wanted && drop(step, asked, FindPlace{})) place.found = Stage::open;
}

// It was made for the comment alone.
void remove_unwanted(Step& step) {
  const Compressed& compressed = step.next.compressed;
  if (compressed.made == Stage::done && compressed.posted == Stage::open && !step.next.flags.skip_upload)
    step.effects.emplace_back(RemoveCompressed{});
}

void drop_copies(Step& step, const Asked& asked) {
  for (Post& post : step.next.posts) {
    if (post.copy == Stage::wanted && drop(step, asked, CopyPost{post.number})) post.copy = Stage::open;
  }
  Compressed& compressed = step.next.compressed;
  if (compressed.copy == Stage::wanted && drop(step, asked, CopyPost{0})) compressed.copy = Stage::open;
}

// One that is still open is ended by whoever records it: what lies in no part yet is sealed first.
void cancel(Step& step, const Asked& asked) {
  Session& session = step.next;
  for (const Part& part : session.parts) {
    if (part.state == PartState::sealed) drop(step, asked, MakePart{part.number});
  }
  for (FileTake& file : session.files) {
    if (file.state == FileState::recording) file.state = FileState::recorded;
    if (file.state == FileState::recorded) drop(step, asked, CutFile{file.number});
  }
  drop_post(step, asked);
  drop_compression(step, asked);
  drop_copies(step, asked);
  for (Post& post : session.posts) {
    if (post.caption == Stage::wanted && drop(step, asked, EditCaption{post.number}))
      post.caption = Stage::open;
  }
  if (!session.status_posted && drop(step, asked, PostStatus{})) session.status_marker.clear();
}

// What was decided before it was cancelled is decided again.
void go_on(Step& step, const Policy& policy, const std::string& fresh_marker) {
  Session& session = step.next;
  announce(step, policy, fresh_marker);
  for (const Part& part : session.parts) {
    if (part.state == PartState::sealed) step.effects.emplace_back(MakePart{part.number});
  }
  for (const FileTake& file : session.files) {
    if (file.state == FileState::recorded) step.effects.emplace_back(CutFile{file.number});
  }
}

bool clear_flags(Step& step, const Asked& asked, const Policy& policy, const std::string& fresh_marker) {
  if (step.next.flags == Flags{}) return false;
  drop_last_words(step, asked);
  const bool cancelled = std::exchange(step.next.flags, {}).cancelled;
  if (step.next.phase == Phase::done) step.next.phase = Phase::finishing;
  if (cancelled) go_on(step, policy, fresh_marker);
  return true;
}

/// A file that another program recorded, or somebody gave us, of which nothing could be made: its part stays
/// as it is until something comes of it.
bool cut_again(Step& step, int take) {
  const auto file = std::ranges::find(step.next.files, take, &FileTake::number);
  if (file == step.next.files.end() || file->state != FileState::failed) return false;
  file->state = FileState::recorded;
  file->note.clear();
  step.effects.emplace_back(CutFile{take});
  return true;
}

/// A post that is on its way, or there, does not have it: it gets one of its own behind that.
void go_behind(const Session& session, Part& part) {
  for (const Post& post : session.posts)
    if (post.first_part != post.last_part && belongs(part, post)) part.behind = post.last_part;
}

// A part that has a file was refused by Telegram; one that has none could not be made of its segments.
bool reprocess(Step& step, const Asked& asked) {
  Session& session = step.next;
  bool any = false;
  const auto again = [&](Stage& stage) {
    any = any || stage == Stage::failed;
    if (stage == Stage::failed) stage = Stage::open;
  };
  for (Part& part : session.parts) {
    const bool made = !part.file.path.empty();
    if (part.state != PartState::failed) continue;
    go_behind(session, part);
    if (part.file_take != 0 && !made) {
      any = cut_again(step, part.file_take) || any;
      continue;
    }
    part.state = made ? PartState::ready : PartState::sealed;
    part.error.clear();
    if (!made) step.effects.emplace_back(MakePart{part.number});
    any = true;
  }
  for (Post& post : session.posts) {
    if (post.copy == Stage::failed) post.error.clear();
    again(post.copy);
  }
  Compressed& compressed = session.compressed;
  const bool nowhere = compressed.posted == Stage::failed || compressed.made == Stage::failed;
  if (nowhere && session.place.found == Stage::failed) session.place = {};
  if (nowhere || compressed.copy == Stage::failed) compressed.error.clear();
  again(compressed.made);
  again(compressed.posted);
  again(compressed.copy);
  if (any) drop_last_words(step, asked);
  if (any && session.phase == Phase::done) session.phase = Phase::finishing;
  return any;
}

bool set(bool& flag) { return !std::exchange(flag, true); }

}  // namespace

bool ask(Step& step, const Asked& asked, const Policy& policy, const std::string& fresh_marker) {
  Flags& flags = step.next.flags;
  const bool over = step.next.phase == Phase::done;
  switch (asked.wish) {
    case Wish::clear_flags:
      return clear_flags(step, asked, policy, fresh_marker);
    case Wish::reprocess:
      return reprocess(step, asked);
    case Wish::cancel:
      if (over || !set(flags.cancelled)) return false;
      cancel(step, asked);
      return true;
    case Wish::skip_upload:
      if (over || !set(flags.skip_upload)) return false;
      drop_post(step, asked);
      drop_compression(step, asked);
      return true;
    case Wish::skip_compression:
      if (over || !set(flags.skip_compression)) return false;
      drop_compression(step, asked);
      remove_unwanted(step);
      return true;
    case Wish::skip_forwarding:
      if (over || !set(flags.skip_forwarding)) return false;
      drop_copies(step, asked);
      return true;
  }
  return false;
}

}  // namespace rec::session
