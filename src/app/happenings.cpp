#include "app/happenings.hpp"

#include <algorithm>

namespace rec {
namespace {

// A gap that grows afterwards stays the same one.
std::string gap_key(const Gap& gap) {
  return "gap/" + std::to_string(gap.before_ordinal) + "/" + std::string(word(gap.cause));
}

}  // namespace

std::vector<Happening> happenings_of(const session::Session& session, const std::vector<Gap>& gaps,
                                     bool recorded, Instant now) {
  std::vector<Happening> all;
  if (session.announcement) return all;
  const bool anything = recorded || !session.parts.empty() || !session.status_marker.empty();
  const bool over = session.phase == session::Phase::done;
  if (!anything) return all;
  all.push_back({"session.started", "session.started", 0, {}, session.started_at});
  for (const session::Part& part : session.parts) {
    const std::string number = std::to_string(part.number);
    const bool made = part.state == session::PartState::ready || part.state == session::PartState::posted;
    if (made)
      all.push_back({"part.ready/" + number, "part.ready", part.number, {}, part.ready_at.value_or(now)});
  }
  for (const session::Post& post : session.posts) {
    if (post.posted)
      all.push_back(
          {"post.published/" + std::to_string(post.number), "post.published", post.number, {}, now});
  }
  for (const Gap& gap : gaps) all.push_back({gap_key(gap), "gap", 0, gap, gap.noticed_at});
  if (over) all.push_back({"session.done", "session.done", 0, {}, now});
  return all;
}

}  // namespace rec
