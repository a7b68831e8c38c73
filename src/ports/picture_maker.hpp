// Small pictures of what is being recorded, to be looked at.
#pragma once
#include <string>

#include "ports/media_maker.hpp"

namespace rec {

class PictureMaker {
 public:
  virtual ~PictureMaker() = default;
  /// The last keyframe of the run as a JPEG of at most 320 pixels a side. Cheap: one picture is decoded, with
  /// the lowest priority, and for seconds at most. not_found: it is sound alone; corrupt: no picture of it
  /// can be decoded; timed_out. `sound` and `tail_bytes` of the run do not count.
  virtual Task<std::string> picture_of(MediaRun run) = 0;
};

}  // namespace rec
