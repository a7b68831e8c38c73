#include "app/raw_release.hpp"

#include <unistd.h>

#include <algorithm>

#include "app/names.hpp"
#include "base/log.hpp"
#include "core/release_plan.hpp"

namespace rec {
namespace {

struct Released {
  bool any_log = false;
  std::vector<OrdinalRange> ordinals;
  std::uint64_t bytes = 0;
};

Result<Released> to_release(const std::string& folder, const std::vector<session::Part>& parts, int number) {
  if (::access((folder + "/index.bin").c_str(), F_OK) != 0) return Released{};
  REC_TRY(const auto log, SegmentLog::read_segments(folder));
  Released out{true, segments_to_release(log, parts, number), 0};
  for (const OrdinalRange& range : out.ordinals) {
    for (std::uint64_t i = range.first; i <= range.last; ++i) out.bytes += log[i].bytes;
  }
  return out;
}

const session::Part* first_segment_part(const session::Session& session) {
  const auto first = std::ranges::find(session.parts, 0, &session::Part::file_take);
  return first == session.parts.end() ? nullptr : &*first;
}

// The last part of a recording that goes on in another session takes its end from that one's log.
bool ends_another(const Model& model, const session::Session& session, int part) {
  const auto before = model.sessions.find(session.continues);
  const session::Part* first = first_segment_part(session);
  if (before == model.sessions.end() || first == nullptr || first->number != part) return false;
  return std::ranges::any_of(before->second.parts, [](const session::Part& other) {
    return other.file_take == 0 && other.state == session::PartState::sealed;
  });
}

}  // namespace

bool RawRelease::waits(const SessionId& id, int number) const {
  const Model& model = needs_.ledger.model();
  const auto known = model.sessions.find(id);
  if (known == model.sessions.end()) return true;
  const session::Session& session = known->second;
  if (ends_another(model, session, number)) return true;
  if (session.phase != session::Phase::recording) return needs_.segments_needed && needs_.segments_needed(id);
  const auto part = std::ranges::find(session.parts, number, &session::Part::number);
  const auto sink = needs_.sink_of(id);
  if (part == session.parts.end() || sink == nullptr) return true;
  if (needs_.full && needs_.full()) return false;
  return sink->segments() < part->last_ordinal + 1 + needs_.settings.newest_segments_kept;
}

Task<> RawRelease::release(SessionId id, int number) {
  const session::Session session = needs_.ledger.model().sessions.at(id);
  // A person has taken back since that it is skipped: once it is posted, this is decided again.
  const auto parts = session::releasable_parts(session, needs_.settings.session_policy);
  if (std::ranges::find(parts, number) == parts.end()) co_return Result<void>();
  const std::string folder = segment_folder(id, needs_.settings);
  auto look = [folder, parts = session.parts, number] { return to_release(folder, parts, number); };
  REC_CO_TRY(Released found, co_await run_on(needs_.chores, std::move(look)));
  if (!found.any_log) co_return Result<void>();
  const std::shared_ptr<SessionSink> sink = needs_.sink_of(id);
  auto say = [log = sink ? sink->log() : nullptr, folder, ordinals = found.ordinals]() -> Result<void> {
    if (ordinals.empty()) return {};
    if (log) return log->release(ordinals);
    REC_TRY(const auto opened, SegmentLog::open(folder));
    return opened->release(ordinals);
  };
  Worker& lane = sink ? sink->lane() : SessionSink::lane_of(session.channel, needs_.disk);
  REC_CO_CHECK(co_await run_on(lane, std::move(say)));
  if (sink) sink->note_released(found.bytes);
  auto give_back = [folder] { return SegmentLog::give_back_released(folder); };
  REC_CO_CHECK(co_await run_on(needs_.chores, std::move(give_back)));
  log::info("segments.released", {{"session", id}, {"part", number}, {"bytes", found.bytes}});
  co_return Result<void>();
}

}  // namespace rec
