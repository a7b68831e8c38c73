#include "core/session.hpp"

#include <algorithm>

#include "core/overloaded.hpp"
#include "core/post_plan.hpp"

namespace rec::session {
namespace {

Part* find_part(Session& session, int number) {
  const auto found = std::ranges::find(session.parts, number, &Part::number);
  return found == session.parts.end() ? nullptr : &*found;
}

Post* find_post(Session& session, int number) {
  const auto found = std::ranges::find(session.posts, number, &Post::number);
  return found == session.posts.end() ? nullptr : &*found;
}

// A session that began with Telegram waits for it, even when it is switched off for a while.
bool is_posted(const Session& session, const Policy& policy) {
  return policy.publish || !session.status_marker.empty();
}

bool settled(const Session& session, const Policy& policy) {
  return std::ranges::all_of(session.parts, [&](const Part& part) {
    if (part.state == PartState::failed || part.state == PartState::posted) return true;
    return part.state == PartState::ready && !is_posted(session, policy);
  });
}

// The raw segments may go only when every part of them made it into a file that was kept or posted.
void finish(Step& step) {
  step.next.phase = Phase::done;
  const bool all_made =
      std::ranges::none_of(step.next.parts, [](const Part& p) { return p.state == PartState::failed; });
  if (all_made) step.effects.emplace_back(RemoveRaw{});
}

// What follows from the facts as they are now: the next post, or the end.
void advance(Step& step, const Policy& policy, Instant now, const std::string& fresh_marker) {
  Session& session = step.next;
  if (policy.publish) {
    if (auto post = next_post(session, policy, now)) {
      post->marker = fresh_marker;
      step.effects.emplace_back(PublishPost{post->number});
      session.posts.push_back(*std::move(post));
    }
  }
  if (session.phase != Phase::finishing || !settled(session, policy)) return;
  const bool left_no_trace = session.parts.empty() && session.status_marker.empty();
  if (left_no_trace || !is_posted(session, policy)) return finish(step);
  if (session.status_posted) step.effects.emplace_back(FinishStatus{});
}

void seal(Step& step, const PartSealed& e) {
  Part part;
  part.number = static_cast<int>(step.next.parts.size()) + 1;
  part.first_ordinal = e.first_ordinal;
  part.last_ordinal = e.last_ordinal;
  part.first_sequence = e.first_sequence;
  part.last_sequence = e.last_sequence;
  step.next.parts.push_back(part);
  step.effects.emplace_back(MakePart{part.number});
}

void post_done(Step& step, const Posted& e) {
  Post* post = find_post(step.next, e.post);
  if (post == nullptr || post->posted) return;
  post->posted = true;
  std::size_t next_id = 0;
  for (Part& part : step.next.parts) {
    if (part.number < post->first_part || part.number > post->last_part || part.state != PartState::ready)
      continue;
    part.state = PartState::posted;
    part.posted_at = e.at;
    if (next_id < e.message_ids.size()) part.message_id = e.message_ids[next_id++];
    step.effects.emplace_back(RemovePart{part.number});
  }
}

Step apply(const Session& before, const Event& event, const Policy& policy, const std::string& fresh_marker) {
  Step step{before, {}};
  Session& session = step.next;
  std::visit(overloaded{
                 [&](const Started&) {
                   if (!policy.publish || !session.status_marker.empty()) return;
                   session.status_marker = fresh_marker;
                   step.effects.emplace_back(PostStatus{});
                 },
                 [&](const PartSealed& e) {
                   if (e.first_ordinal == session.next_ordinal()) seal(step, e);
                 },
                 [&](const PartReady& e) {
                   Part* part = find_part(session, e.number);
                   if (part == nullptr || part->state != PartState::sealed) return;
                   part->state = PartState::ready;
                   part->file = e.file;
                   part->ready_at = e.at;
                   advance(step, policy, e.at, fresh_marker);
                 },
                 [&](const PartFailed& e) {
                   Part* part = find_part(session, e.number);
                   if (part == nullptr || part->state != PartState::sealed) return;
                   part->state = PartState::failed;
                   part->error = e.error;
                   advance(step, policy, e.at, fresh_marker);
                 },
                 [&](const StatusPosted& e) {
                   if (session.status_posted) return;
                   session.status_posted = true;
                   session.status_message = e.message_id;
                   advance(step, policy, e.at, fresh_marker);
                 },
                 [&](const Posted& e) {
                   post_done(step, e);
                   advance(step, policy, e.at, fresh_marker);
                 },
                 [&](const Ended& e) {
                   if (session.phase != Phase::recording) return;
                   session.phase = Phase::finishing;
                   session.ended_at = e.at;
                   advance(step, policy, e.at, fresh_marker);
                 },
                 [&](const StatusFinished&) {
                   if (session.phase == Phase::finishing) finish(step);
                 },
                 [&](const Tick& e) { advance(step, policy, e.at, fresh_marker); },
             },
             event);
  return step;
}

}  // namespace

std::string_view word(PartState state) {
  switch (state) {
    case PartState::sealed:
      return "sealed";
    case PartState::ready:
      return "ready";
    case PartState::posted:
      return "posted";
    case PartState::failed:
      return "failed";
  }
  return "unknown";
}

std::string_view word(Phase phase) {
  switch (phase) {
    case Phase::recording:
      return "recording";
    case Phase::finishing:
      return "finishing";
    case Phase::done:
      return "done";
  }
  return "unknown";
}

Step step(const Session& session, const Event& event, const Policy& policy, const std::string& fresh_marker) {
  if (session.phase == Phase::done) return {session, {}};  // nothing that comes late changes what is over
  return apply(session, event, policy, fresh_marker);
}

}  // namespace rec::session
