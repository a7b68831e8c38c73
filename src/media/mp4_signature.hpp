// codec_signature of an MP4 header (an fMP4 init section). Pure; hostile bytes.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace rec::media {

/// Of the first video and the first audio track; "" if the moov box is not there or not whole.
std::string mp4_signature(std::span<const std::uint8_t> head);

}  // namespace rec::media
