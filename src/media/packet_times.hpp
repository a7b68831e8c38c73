// libav's packets and streams in the terms of Timeline. Inside src/media only.
#pragma once
#include "media/mp4_writer.hpp"
#include "media/timeline.hpp"

namespace rec::media {

/// kNoTime stays what it is.
std::int64_t to_clock(std::int64_t time, AVRational from, TimeBase to);
PacketTimes times_in_clock(const AVPacket& packet, AVRational from, TimeBase to);
/// For the tracks that `writer` has of `streams`.
Timeline make_timeline(const StreamPair& streams, const Mp4Writer& writer);

}  // namespace rec::media
