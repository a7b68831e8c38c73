// codec_signature of MPEG-TS. Pure; hostile bytes.
#pragma once
#include <cstdint>
#include <span>
#include <string>

namespace rec::media {

/// Of the first picture and the first sound that the first whole program map names. Damaged tables are not
/// believed, and packets behind a lost one not pieced together.
std::string ts_signature(std::span<const std::uint8_t> head);

}  // namespace rec::media
