#include "core/session.hpp"

#include <algorithm>

#include "core/overloaded.hpp"
#include "core/post_plan.hpp"
#include "core/release_plan.hpp"
#include "core/session_steps.hpp"

namespace rec::session {
namespace {

FileTake* find_file(Session& session, int number) {
  const auto found = std::ranges::find(session.files, number, &FileTake::number);
  return found == session.files.end() ? nullptr : &*found;
}

bool settled(const FileTake& file) {
  return file.state != FileState::recording && file.state != FileState::recorded;
}

// An empty category or title was not told.
void retitle(Session& session, const Retitled& e) {
  Title title = session.newest_title();
  title.at = e.at;
  if (!e.title.empty()) title.title = e.title;
  if (!e.category.empty()) title.category = e.category;
  // What the playlist told of before the platform did has no title yet.
  if (session.announcement || session.title.empty()) session.title = title.title;
  if (session.announcement || session.category.empty()) session.category = title.category;
  if (session.announcement) session.scheduled = e.scheduled;
  const bool news = session.titles.empty() || session.titles.back().title != title.title ||
                    session.titles.back().category != title.category;
  if (news && !(title.title.empty() && title.category.empty())) session.titles.push_back(std::move(title));
}

void release(Step& step, const Session& before, const Policy& policy) {
  if (std::ranges::find(step.effects, Effect(RemoveRaw{})) != step.effects.end()) return;  // all of them go
  const std::vector<int> known = releasable_parts(before, policy);
  for (const int number : releasable_parts(step.next, policy)) {
    if (std::ranges::find(known, number) == known.end()) step.effects.emplace_back(ReleaseRaw{number});
  }
}

void remove_files(Step& step, const Session& before, const Policy& policy) {
  const std::vector<int> known = removable_parts(before, policy);
  for (const int number : removable_parts(step.next, policy)) {
    if (std::ranges::find(known, number) == known.end()) step.effects.emplace_back(RemovePart{number});
  }
}

void seal(Step& step, const PartSealed& e) {
  Part part;
  part.number = static_cast<int>(step.next.parts.size()) + 1;
  part.first_ordinal = e.first_ordinal;
  part.last_ordinal = e.last_ordinal;
  part.first_sequence = e.first_sequence;
  part.last_sequence = e.last_sequence;
  step.next.parts.push_back(part);
  // Of what is cancelled nothing is made, unless that is taken back.
  if (!step.next.flags.cancelled) step.effects.emplace_back(MakePart{part.number});
}

void end_file(Step& step, FileTake& file, Instant at) {
  if (file.state != FileState::recording) return;
  file.state = FileState::recorded;
  file.ended_at = at;
  if (!step.next.flags.cancelled) step.effects.emplace_back(CutFile{file.number});
}

// A program that fetches the beginning goes on by itself: neither the next live file nor the session's end
// ends it.
void end_live_files(Step& step, Instant at) {
  for (FileTake& file : step.next.files) {
    if (!file.beginning) end_file(step, file, at);
  }
}

void begin_file(Step& step, const FileBegun& e) {
  if (e.number != static_cast<int>(step.next.files.size()) + 1) return;
  if (!e.beginning) end_live_files(step, e.at);
  FileTake file;
  file.number = e.number;
  file.beginning = e.beginning;
  file.folder = e.folder;
  file.stem = e.stem;
  file.started_at = e.at;
  step.next.files.push_back(std::move(file));
}

/// A new one; or, of a file that is tried again, the one that said that it had failed.
Part& part_of_file(Session& session, const FileTake& file) {
  const auto failed = std::ranges::find_if(session.parts, [&](const Part& part) {
    return part.file_take == file.number && part.state == PartState::failed && part.file.path.empty();
  });
  if (failed != session.parts.end()) return *failed;
  Part& part = session.parts.emplace_back();
  part.number = static_cast<int>(session.parts.size());
  part.file_take = file.number;
  return part;
}

bool cut_file(Session& session, const FileCut& e) {
  FileTake* file = find_file(session, e.number);
  if (file == nullptr || file->state != FileState::recorded) return false;
  file->state = FileState::cut;
  for (const PartFile& made : e.parts) {
    Part& part = part_of_file(session, *file);
    part.state = PartState::ready;
    part.error.clear();
    part.file = made;
    part.ready_at = e.at;
  }
  return true;
}

// People hear of a file that failed as of any part that could not be made.
bool fail_file(Session& session, const FileFailed& e) {
  FileTake* file = find_file(session, e.number);
  if (file == nullptr || file->state != FileState::recorded) return false;
  file->state = FileState::failed;
  file->note = e.error;
  Part& part = part_of_file(session, *file);
  part.state = PartState::failed;
  part.error = e.error;
  return true;
}

bool set_file_aside(Session& session, const FileSetAside& e) {
  FileTake* file = find_file(session, e.number);
  if (file == nullptr || file->state != FileState::recorded) return false;
  file->state = FileState::aside;
  file->note = e.note;
  return true;
}

void post_done(Step& step, const Posted& e) {
  Post* post = find_post(step.next, e.post);
  if (post == nullptr || post->posted) return;
  post->posted = true;
  std::size_t next_id = 0;
  for (Part& part : step.next.parts) {
    if (!belongs(part, *post) || part.state != PartState::ready) continue;
    part.state = PartState::posted;
    part.posted_at = e.at;
    if (next_id < e.message_ids.size()) part.message_id = e.message_ids[next_id];
    next_id += 1 + part.file.further.size();
  }
  post->messages = e.message_ids;
}

bool find_place(Session& session, const PlaceFound& e) {
  if (session.place.found != Stage::wanted) return false;
  session.place = {e.chat == 0 ? Stage::failed : Stage::done, e.chat, e.reply_to};
  return true;
}

bool made_compressed(Session& session, const CompressionMade& e) {
  if (session.compressed.made != Stage::wanted) return false;
  session.compressed.made = Stage::done;
  session.compressed.file = e.file;
  return true;
}

bool fail_compressed(Step& step, const CompressionFailed& e) {
  Compressed& compressed = step.next.compressed;
  if (compressed.made != Stage::wanted) return false;
  compressed.made = Stage::failed;
  compressed.error = e.error;
  step.effects.emplace_back(RemoveCompressed{});  // what there is of it
  return true;
}

bool comment(Step& step, const CommentPosted& e) {
  Compressed& compressed = step.next.compressed;
  if (compressed.posted != Stage::wanted) return false;
  compressed.posted = Stage::done;
  compressed.chat = e.chat;
  compressed.message = e.message;
  step.effects.emplace_back(RemoveCompressed{});
  return true;
}

bool edit_caption(Session& session, const CaptionEdited& e) {
  Post* post = find_post(session, e.post);
  if (post == nullptr || post->caption != Stage::wanted) return false;
  post->caption = Stage::done;
  return true;
}

bool copied(Session& session, const PostCopied& e) {
  Post* post = find_post(session, e.post);
  Stage* copy = e.post == 0 ? &session.compressed.copy : post == nullptr ? nullptr : &post->copy;
  if (copy == nullptr || *copy != Stage::wanted) return false;
  *copy = Stage::done;
  if (post != nullptr) post->copies = e.message_ids;
  if (e.post == 0 && !e.message_ids.empty()) session.compressed.copied = e.message_ids.front();
  return true;
}

bool refuse_copy(Session& session, const CopyRefused& e) {
  Post* post = find_post(session, e.post);
  Stage* copy = e.post == 0 ? &session.compressed.copy : post == nullptr ? nullptr : &post->copy;
  if (copy == nullptr || *copy != Stage::wanted) return false;
  *copy = Stage::failed;
  (post == nullptr ? session.compressed.error : post->error) = e.error;
  return true;
}

// True: it is news.
bool make_part(Session& session, const PartReady& e) {
  Part* part = find_part(session, e.number);
  if (part == nullptr || part->state != PartState::sealed) return false;
  part->state = PartState::ready;
  part->file = e.file;
  part->ready_at = e.at;
  return true;
}

bool fail_part(Session& session, const PartFailed& e) {
  Part* part = find_part(session, e.number);
  if (part == nullptr || part->state != PartState::sealed) return false;
  part->state = PartState::failed;
  part->error = e.error;
  return true;
}

Step apply(const Session& before, const Event& event, const Policy& policy, const std::string& fresh_marker) {
  Step step{before, {}};
  Session& session = step.next;
  std::optional<Instant> advanced_at;
  const auto advance_if = [&](bool news, Instant at) {
    if (news) advanced_at = at;
  };
  std::visit(overloaded{
                 [&](const Started&) { announce(step, policy, fresh_marker); },
                 [&](const Retitled& e) { retitle(session, e); },
                 [&](const PartSealed& e) {
                   if (e.first_ordinal == session.next_ordinal()) seal(step, e);
                 },
                 [&](const PartReady& e) { advance_if(make_part(session, e), e.at); },
                 [&](const PartFailed& e) { advance_if(fail_part(session, e), e.at); },
                 [&](const FileBegun& e) {
                   if (session.phase == Phase::recording) begin_file(step, e);
                 },
                 [&](const FileEnded& e) {
                   if (FileTake* file = find_file(session, e.number)) end_file(step, *file, e.at);
                 },
                 [&](const FileCut& e) { advance_if(cut_file(session, e), e.at); },
                 [&](const FileSetAside& e) { advance_if(set_file_aside(session, e), e.at); },
                 [&](const FileFailed& e) { advance_if(fail_file(session, e), e.at); },
                 [&](const StatusPosted& e) {
                   if (session.status_posted) return;
                   session.status_posted = true;
                   session.status_message = e.message_id;
                   advanced_at = e.at;
                 },
                 [&](const Posted& e) {
                   post_done(step, e);
                   advanced_at = e.at;
                 },
                 [&](const PostRefused& e) {
                   refuse(step, e, policy);
                   advanced_at = e.at;
                 },
                 [&](const PlaceFound& e) { advance_if(find_place(session, e), e.at); },
                 [&](const CompressionMade& e) { advance_if(made_compressed(session, e), e.at); },
                 [&](const CompressionFailed& e) { advance_if(fail_compressed(step, e), e.at); },
                 [&](const CommentPosted& e) { advance_if(comment(step, e), e.at); },
                 [&](const CommentRefused& e) {
                   refuse_comment(step, e);
                   advanced_at = e.at;
                 },
                 [&](const CaptionEdited& e) { advance_if(edit_caption(session, e), e.at); },
                 [&](const PostCopied& e) { advance_if(copied(session, e), e.at); },
                 [&](const CopyRefused& e) { advance_if(refuse_copy(session, e), e.at); },
                 [&](const Ended& e) {
                   if (session.phase != Phase::recording) return;
                   session.phase = Phase::finishing;
                   session.ended_at = e.at;
                   end_live_files(step, e.at);
                   advanced_at = e.at;
                 },
                 [&](const StatusFinished&) { status_finished(step, policy, fresh_marker); },
                 [&](const Asked& e) { advance_if(ask(step, e, policy, fresh_marker), e.at); },
                 [&](const Tick& e) { advanced_at = e.at; },
             },
             event);
  if (advanced_at) advance(step, policy, *advanced_at, fresh_marker);
  return step;
}

}  // namespace

Part* find_part(Session& session, int number) {
  const auto found = std::ranges::find(session.parts, number, &Part::number);
  return found == session.parts.end() ? nullptr : &*found;
}

Post* find_post(Session& session, int number) {
  const auto found = std::ranges::find(session.posts, number, &Post::number);
  return found == session.posts.end() ? nullptr : &*found;
}

void announce(Step& step, const Policy& policy, const std::string& fresh_marker) {
  Session& session = step.next;
  const bool goes = policy.publish && !session.target.chat.empty();
  if (!goes || session.flags.cancelled || !session.status_marker.empty()) return;
  session.status_marker = fresh_marker;
  step.effects.emplace_back(PostStatus{});
}

bool is_posted(const Session& session, const Policy& policy) {
  return !session.target.chat.empty() && (policy.publish || !session.status_marker.empty());
}

bool will_post(const Session& session, const Policy& policy) {
  return is_posted(session, policy) && !session.flags.skip_upload && !session.flags.cancelled;
}

bool confirmed(const Session& session, const Part& part, const Policy& policy) {
  if (part.state == PartState::posted) return true;
  // Of what is cancelled everything stays.
  if (part.state != PartState::ready || session.flags.cancelled || will_post(session, policy)) return false;
  return std::ranges::none_of(session.posts,
                              [&](const Post& post) { return !post.posted && belongs(part, post); });
}

bool settled(const Session& session, const Policy& policy) {
  if (!std::ranges::all_of(session.posts, [](const Post& post) { return post.posted; })) return false;
  if (session.flags.cancelled) return session.status_posted || session.status_marker.empty();
  if (!std::ranges::all_of(session.files, [](const FileTake& file) { return settled(file); })) return false;
  return std::ranges::all_of(session.parts, [&](const Part& part) {
    return part.state == PartState::failed || confirmed(session, part, policy);
  });
}

void advance(Step& step, const Policy& policy, Instant now, const std::string& fresh_marker) {
  Session& session = step.next;
  if (!session.parts.empty() && session.phase != Phase::done) announce(step, policy, fresh_marker);
  if (policy.publish && will_post(session, policy)) {
    if (auto post = next_post(session, policy, now)) {
      post->marker = fresh_marker;
      step.effects.emplace_back(PublishPost{post->number});
      session.posts.push_back(*std::move(post));
    }
  }
  seek_place(step);
  conclude(step, policy, fresh_marker);
}

Step step(const Session& session, const Event& event, const Policy& policy, const std::string& fresh_marker) {
  // Nothing that comes late changes what is over; a person may.
  if (session.phase == Phase::done && !std::holds_alternative<Asked>(event)) return {session, {}};
  Step taken = apply(session, event, policy, fresh_marker);
  remove_files(taken, session, policy);
  release(taken, session, policy);
  return taken;
}

}  // namespace rec::session
