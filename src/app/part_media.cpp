#include "app/part_media.hpp"

#include <algorithm>
#include <map>

#include "app/cursor.hpp"
#include "app/parts.hpp"

namespace rec {
namespace {

constexpr std::uint64_t kEnoughToTell = 4;  ///< segments of the next session
constexpr std::size_t kMostFromNext = 64;
constexpr std::uint64_t kElsewhere = 1ULL << 60U;  ///< added to offsets in the next session's file

using TrackPlace = std::pair<std::uint8_t, std::pair<std::uint32_t, std::int64_t>>;

// The beginning of the next log as if it lay in this one. It repeats what this one has: initialization
// sections, and sound that was recorded ahead.
void go_on(std::vector<SegmentRecord>& log, const std::vector<SegmentRecord>& next) {
  if (log.empty()) return;
  std::map<std::uint8_t, std::uint64_t> inits;
  std::map<TrackPlace, bool> known;
  for (const SegmentRecord& record : log) {
    if (record.info.init) inits[record.info.track] = record.checksum;
    if (record.info.track != 0 && !record.info.init)
      known[{record.info.track, {record.info.epoch, record.info.sequence}}] = true;
  }
  const std::uint32_t take = log.back().info.take;
  const std::size_t until = log.size() + kMostFromNext;
  for (SegmentRecord record : next) {
    if (log.size() == until) break;
    const auto init = inits.find(record.info.track);
    if (record.info.init && init != inits.end() && init->second == record.checksum) continue;
    if (known.contains({record.info.track, {record.info.epoch, record.info.sequence}})) continue;
    if (record.info.take == 1) record.info.take = take;
    record.ordinal = log.size();
    for (ByteSpan& span : record.spans) span.offset += kElsewhere;
    log.push_back(std::move(record));
  }
}

void settle(std::vector<Extent>& extents, const std::string& next_path) {
  for (Extent& extent : extents) {
    if (extent.offset < kElsewhere) continue;
    extent.offset -= kElsewhere;
    extent.file = next_path;
  }
}

void settle(MediaRun& run, const std::string& next_path) {
  settle(run.extents, next_path);
  for (auto& piece : run.sound) settle(piece, next_path);
}

}  // namespace

const session::Session* next_of(const Model& model, const SessionId& session) {
  const auto next = std::ranges::find_if(
      model.sessions, [&](const auto& known) { return known.second.continues == session; });
  return next == model.sessions.end() ? nullptr : &next->second;
}

bool waits_for_next(const Model& model, const SessionId& session, int part,
                    const std::function<std::uint64_t(const SessionId&)>& own) {
  const auto known = model.sessions.find(session);
  if (known == model.sessions.end() || static_cast<std::size_t>(part) != known->second.parts.size())
    return false;
  const session::Session* next = ends_in_files(model, session) ? nullptr : next_of(model, session);
  return next != nullptr && next->phase == session::Phase::recording && own(next->id) < kEnoughToTell;
}

Result<bool> is_media_on_disk(const session::Part& part, const std::string& folder) {
  const auto log = SegmentLog::read_segments(folder);
  if (!log && log.error().code == Errc::not_found) return false;
  if (!log) return fail(log.error());
  return lies_in(part, *log);
}

Result<MakePartRequest> media_on_disk(const session::Part& part, const std::string& folder,
                                      const std::string& next_folder) {
  REC_TRY(auto log, SegmentLog::read_segments(folder));
  const std::string path = SegmentLog::media_path(folder);
  const bool last = part.last_ordinal + 1 == log.size();
  if (next_folder.empty() || !last) return media_of(part, log, path);
  // One that is gone by now had its time; then this part ends where its session does.
  if (const auto next = SegmentLog::read_segments(next_folder)) go_on(log, *next);
  REC_TRY(MakePartRequest request, media_of(part, log, path));
  const std::string next_path = SegmentLog::media_path(next_folder);
  for (MediaRun& run : request.runs) settle(run, next_path);
  settle(request.next, next_path);
  return request;
}

}  // namespace rec
