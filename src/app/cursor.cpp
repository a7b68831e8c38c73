#include "app/cursor.hpp"

#include <algorithm>
#include <filesystem>

#include "app/names.hpp"
#include "base/log.hpp"

namespace rec {
namespace {

std::vector<SegmentRecord> media_of(const std::vector<SegmentRecord>& log, std::uint8_t track,
                                    std::size_t most) {
  std::vector<SegmentRecord> newest;
  for (auto record = log.rbegin(); record != log.rend() && newest.size() < most; ++record) {
    if (!record->info.init && record->info.track == track) newest.push_back(*record);
  }
  std::ranges::reverse(newest);
  return newest;
}

}  // namespace

bool ends_in_files(const Model& model, const SessionId& session) {
  const auto known = model.sessions.find(session);
  return known != model.sessions.end() &&
         std::ranges::any_of(known->second.files, [](const auto& file) { return !file.beginning; });
}

bool cursor_needed(const Model& model, const SessionId& session,
                   const std::function<std::uint64_t(const SessionId&)>& own) {
  if (ends_in_files(model, session)) return false;
  return std::ranges::any_of(model.sessions, [&](const auto& known) {
    return known.second.continues == session && known.second.phase == session::Phase::recording &&
           own(known.first) < kOwnCursor;
  });
}

Task<std::vector<SegmentRecord>> newest_segments(const Model& model, const Settings& settings, Worker& worker,
                                                 const SessionSink& sink, SessionId session,
                                                 std::uint8_t track) {
  std::vector<SegmentRecord> newest = sink.recent(track);
  const auto known = model.sessions.find(session);
  const SessionId before = known == model.sessions.end() ? SessionId() : known->second.continues;
  if (before.empty() || newest.size() >= kOwnCursor) co_return newest;
  const std::size_t most = kOwnCursor - newest.size();
  auto look = [folder = segment_folder(before, settings), track,
               most]() -> Result<std::vector<SegmentRecord>> {
    if (!std::filesystem::exists(folder)) return std::vector<SegmentRecord>();
    REC_TRY(const auto segments, SegmentLog::read_segments(folder));
    return media_of(segments, track, most);
  };
  auto older = co_await run_on(worker, std::move(look));
  if (!older) {
    log::warn("capture.cursor_lost", {{"session", before}, {"error", older.error().text}});
    co_return newest;
  }
  older->insert(older->end(), newest.begin(), newest.end());
  co_return *std::move(older);
}

}  // namespace rec
