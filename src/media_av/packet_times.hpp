// libav's packets and streams in the terms of Timeline. Inside src/media only.
#pragma once
#include "media_av/run_source.hpp"
#include "media_av/timeline.hpp"

namespace rec::media {

/// kNoTime stays what it is.
std::int64_t to_clock(std::int64_t time, AVRational from, TimeBase to);
PacketTimes times_in_clock(const AVPacket& packet, AVRational from, TimeBase to);
/// The clock that a stream's track gets in an MP4.
TimeBase mp4_clock(TrackKind kind, const AVStream& stream);

using TrackClocks = std::array<TimeBase, kTrackKinds>;
/// For the tracks that are there.
Timeline make_timeline(const StreamPair& streams, const TrackClocks& clocks);
/// What Timeline::begin_run wants to know of a run.
std::vector<RunStart> starts_in_clocks(const RunSource& run, const TrackClocks& clocks);

}  // namespace rec::media
