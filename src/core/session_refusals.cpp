// What Telegram does not take is cut smaller, posted alone, or reported, and what somebody deleted is made
// again; the others go on, in order.
#include <algorithm>

#include "core/session_steps.hpp"

namespace rec::session {
namespace {

/// Below this a file that is too large has another cause.
constexpr std::uint64_t kSmallest = 1U << 20U;

struct RefusedFile {
  Part* part = nullptr;
  std::uint64_t bytes = 0;
};

RefusedFile refused_file(Session& session, const Post& post, std::size_t index) {
  for (Part& part : session.parts) {
    if (!belongs(part, post) || part.state != PartState::ready) continue;
    const std::vector<PartFile> files = all_files(part.file);
    if (index < files.size()) return {&part, files[index].bytes};
    index -= files.size();
  }
  return {};
}

/// The compressed version, as that of copies: where its parts are gone as well, making it says so.
void make_comment_again(Step& step, const PostRefused& refused) {
  Compressed& compressed = step.next.compressed;
  if (compressed.posted != Stage::wanted || refused.why != Refusal::deleted) return;
  compressed.posted = Stage::open;
  if (step.next.flags.skip_compression || step.next.flags.skip_upload || step.next.flags.cancelled) return;
  compressed.made = Stage::wanted;
  step.effects.emplace_back(Compress{});
}

}  // namespace

void refuse(Step& step, const PostRefused& refused, const Policy& policy) {
  Session& session = step.next;
  if (refused.post == 0) return make_comment_again(step, refused);
  const Post* post = find_post(session, refused.post);
  if (post == nullptr || post->posted) return;
  const auto [part, bytes] = refused_file(session, *post, refused.file);
  if (part == nullptr) return;
  if (!will_post(session, policy)) {  // it was on its way when people said so; the files stay as they are
    std::erase_if(session.posts, [&](const Post& each) { return each.number == refused.post; });
    return;
  }
  const bool alone = std::ranges::count_if(session.parts, [&](const Part& other) {
                       return belongs(other, *post) && other.state == PartState::ready;
                     }) == 1;
  const bool smaller = refused.why == Refusal::too_large && bytes > kSmallest;
  if (smaller) {
    // A tenth less each time: what the account may send is not told by a refusal.
    part->most_bytes = std::max(kSmallest, bytes - bytes / 10);
    if (part->file_take != 0 && part->whole.empty()) part->whole = part->file.path;
  }
  if (smaller || refused.why == Refusal::deleted) {
    part->state = PartState::sealed;
    step.effects.emplace_back(MakePart{part->number});
  } else if (alone) {
    part->state = PartState::failed;
    part->error = refused.error + "; it is kept as " + part->file.path;
  } else {
    part->behind = post->last_part;
  }
  std::erase_if(session.posts, [&](const Post& each) { return each.number == refused.post; });
}

void refuse_comment(Step& step, const CommentRefused& refused) {
  Session& session = step.next;
  Compressed& compressed = session.compressed;
  if (compressed.posted != Stage::wanted) return;
  if (session.place.found == Stage::done && !session.target.discussion.empty()) {
    session.place = {Stage::failed, 0, 0};
    step.effects.emplace_back(PostComment{});
    return;
  }
  compressed.posted = Stage::failed;
  compressed.error = refused.error + "; it is kept as " + compressed.file.path;
}

}  // namespace rec::session
