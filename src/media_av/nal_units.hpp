// H.264 from MPEG-TS the way MP4 wants it: a length before each NAL unit where a start code was. libav's
// muxer does the same at a third of the speed, and this is most of what finalizing a part costs. Inside
// src/media only.
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "media_av/av.hpp"

namespace rec::media {

/// The offset of the first 00 00 01 at or behind `from`; size() if there is none. Pure.
std::size_t find_start_code(std::span<const std::uint8_t> bytes, std::size_t from);

/// The packet with lengths in place of its start codes; times, flags and side data are those of `packet`.
/// Null: there is no NAL unit in it.
AvPacket with_nal_lengths(const AVPacket& packet);

/// The avcC of an H.264 stream whose parameter sets stand behind start codes. Empty: it has lengths already,
/// is no H.264, or libav cannot make one of it.
std::vector<std::uint8_t> avc_configuration(const AVStream& stream);

/// Can each keyframe of such pictures bring its own parameter sets into an MP4? H.264 can: from MPEG-TS it
/// does, and from MP4 what stands in the header may be put before it.
bool may_bring_parameters(const AVCodecParameters& codec);

/// A packet of MP4 with the parameter sets of its header before it. Null: out of memory.
AvPacket with_parameter_sets(const AVPacket& packet, const AVCodecParameters& codec);

}  // namespace rec::media
