#include "core/status.hpp"

#include <algorithm>

namespace rec {

std::string_view word(StatusWord status) {
  switch (status) {
    case StatusWord::offline:
      return "offline";
    case StatusWord::waiting:
      return "waiting";
    case StatusWord::recording:
      return "recording";
    case StatusWord::processing:
      return "processing";
    case StatusWord::uploading:
      return "uploading";
    case StatusWord::compressing:
      return "compressing";
    case StatusWord::sending_compressed:
      return "sending_compressed";
    case StatusWord::forwarding:
      return "forwarding";
    case StatusWord::done:
      return "done";
    case StatusWord::error:
      return "error";
  }
  return "unknown";
}

namespace {

bool copy_failed(const session::Session& session) {
  return session.compressed.copy == session::Stage::failed ||
         std::ranges::any_of(session.posts,
                             [](const session::Post& post) { return post.copy == session::Stage::failed; });
}

/// What goes on once all is posted.
StatusWord end_of(const session::Session& session) {
  using session::Stage;
  const session::Compressed& compressed = session.compressed;
  const bool copying =
      compressed.copy == Stage::wanted || std::ranges::any_of(session.posts, [](const session::Post& post) {
        return post.copy == Stage::wanted;
      });
  if (copying) return StatusWord::forwarding;
  if (compressed.made == Stage::wanted) return StatusWord::compressing;
  return compressed.made == Stage::done ? StatusWord::sending_compressed : StatusWord::uploading;
}

}  // namespace

StatusWord status_of(const session::Session& session, const session::Policy& policy) {
  using session::PartState;
  const auto any = [&](PartState state) {
    return std::ranges::any_of(session.parts,
                               [state](const session::Part& part) { return part.state == state; });
  };
  if (session.announcement)
    return session.phase == session::Phase::recording ? StatusWord::waiting : StatusWord::done;
  switch (session.phase) {
    case session::Phase::recording:
      return StatusWord::recording;
    case session::Phase::done:
      return session.flags.cancelled || any(PartState::failed) || copy_failed(session) ? StatusWord::error
                                                                                       : StatusWord::done;
    case session::Phase::finishing:
      break;
  }
  const bool cutting = std::ranges::any_of(session.files, [](const session::FileTake& file) {
    return file.state == session::FileState::recorded || file.state == session::FileState::recording;
  });
  if (cutting || any(PartState::sealed)) return StatusWord::processing;
  if (!policy.publish) return StatusWord::processing;
  if (any(PartState::ready) && !session.flags.skip_upload) return StatusWord::uploading;
  return end_of(session);
}

StatusWord status_of(const channel::State& state, const session::Session* open,
                     const session::Policy& policy) {
  if (std::holds_alternative<channel::Waiting>(state)) return StatusWord::waiting;
  if (std::holds_alternative<channel::Offline>(state) || open == nullptr) return StatusWord::offline;
  return status_of(*open, policy);
}

}  // namespace rec
