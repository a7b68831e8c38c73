// Files that play, made of captured segments.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/session.hpp"
#include "runtime/task.hpp"

namespace rec {

/// A span of bytes in a file.
struct Extent {
  std::string file{};
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
};

/// Spans that, read one after the other, are one continuous piece of media (MPEG-TS, or fMP4 behind its init
/// section). Timestamps may begin anywhere; from one run to the next they may jump.
struct MediaRun {
  std::vector<Extent> extents{};
};

struct MakePartRequest {
  std::vector<MediaRun> runs{};
  std::string output{};  ///< final path; written beside it under a temporary name, synced, then renamed
  std::string title{};   ///< metadata
};

class MediaMaker {
 public:
  virtual ~MediaMaker() = default;
  /// Remuxes the runs, back to back, into one faststart MP4 beginning at time 0, without re-encoding, and
  /// probes it; makes a JPEG thumbnail beside it. Same input, same output: may be repeated. corrupt: nothing
  /// playable in it; no_space: nothing was left behind.
  virtual Task<session::PartFile> make_part(MakePartRequest request) = 0;
};

}  // namespace rec
