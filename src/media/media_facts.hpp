// What the media worker tells of a finished file, and how it takes over one that another program encoded.
#pragma once
#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace rec::media {

struct DescribeRequest {
  std::string file{};
};

struct MediaFacts {
  Millis duration{0};
  std::uint64_t bytes = 0;
  int width = 0;  ///< as shown: after rotation and pixel aspect; 0 = no picture
  int height = 0;
  int rate_num = 0;  ///< pictures a second, as a fraction; 0 = not known
  int rate_den = 1;
  bool sound = false;
  std::string
      hdr{};  ///< the transfer curve of an HDR picture, as ffmpeg names it ("smpte2084"); "" = it is none
  bool operator==(const MediaFacts&) const = default;
};

/// `file` is checked, described, and becomes `output` with a thumbnail beside it (they may be the same).
struct AdoptRequest {
  std::string file{};
  std::string output{};
  std::uint64_t most_bytes = 0;  ///< 0 = any
  Millis duration{0};            ///< that it is to have, within a second
};

}  // namespace rec::media
