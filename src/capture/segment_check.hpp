// Does a body look like the segment it should be? Pure.
#pragma once
#include <cstdint>
#include <string_view>

namespace rec::capture {

enum class BodyLook {
  good,
  suspect,  ///< bytes, but not of a container we know, or a torn transport stream
  useless,  ///< empty, or a text page
};

/// `fragmented`: the segment stands behind an EXT-X-MAP. MPEG-TS is held to its sync bytes and packet size;
/// fMP4, AAC and WebVTT to how they begin.
/// `head`: the first bytes of `size`.
BodyLook look_at_body(std::string_view head, std::uint64_t size, bool fragmented);

}  // namespace rec::capture
