// Where a capture goes on: the newest segments of its session, and of the one whose recording it continues.
#pragma once
#include <vector>

#include "app/session_sink.hpp"

namespace rec {

/// A session that continues another needs this many segments of its own before that one's may go.
inline constexpr std::uint64_t kOwnCursor = 200;

/// yt-dlp recorded it to its end, so there is no segment that anybody goes on behind.
bool ends_in_files(const Model& model, const SessionId& session);

/// Must the segments of `session` stay because a recording that goes on elsewhere has not enough of its own?
/// `own` tells how many media segments a session that is being recorded has.
bool cursor_needed(const Model& model, const SessionId& session,
                   const std::function<std::uint64_t(const SessionId&)>& own);

/// At most kOwnCursor media segments of a track, oldest first. Of an older session's log only what is on disk
/// is looked at, on the worker; one that is gone or damaged tells nothing.
Task<std::vector<SegmentRecord>> newest_segments(const Model& model, const Settings& settings, Worker& worker,
                                                 const SessionSink& sink, SessionId session,
                                                 std::uint8_t track = 0);

}  // namespace rec
