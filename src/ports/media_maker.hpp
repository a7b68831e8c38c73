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
  /// Where the sound lies by itself (an audio rendition on the same clock): pieces of it in order, each
  /// continuous, behind its init section where it has one; more than the pictures need at both ends. The
  /// sound of `extents` is then not used.
  std::vector<std::vector<Extent>> sound{};
  /// So many bytes at the end of `extents` are what the recording goes on with: of them only the pictures up
  /// to the first keyframe belong to this run, because whoever begins there cannot decode them.
  std::uint64_t tail_bytes = 0;
};

struct MakePartRequest {
  std::vector<MediaRun> runs{};
  std::string output{};  ///< final path; written beside it under a temporary name, synced, then renamed
  std::string title{};   ///< metadata
  /// Where sound lies by itself: the beginning of what follows the last run. With its first picture this
  /// part's sound ends and that of the next begins, so that each packet is in one of them. Empty: nothing.
  MediaRun next{};
  std::uint64_t most_bytes = 0;  ///< of a finished file; 0 = any
  bool sound_alone = false;      ///< the pictures are left out, where there is sound
  bool encode =
      false;  ///< what no file can hold may be encoded anew (of the adapter's own: make_part decides)
};

class MediaMaker {
 public:
  virtual ~MediaMaker() = default;
  /// Remuxes the runs, back to back, into one faststart MP4 beginning at time 0, without re-encoding, and
  /// probes it; makes a JPEG thumbnail beside it. Same input, same output: may be repeated. corrupt: nothing
  /// playable in it; no_space: nothing was left behind.
  ///
  /// Where the codec parameters change on the way, or one file would be larger than most_bytes or its index
  /// than 7 MiB, there are further files behind the first (PartFile::further), each beginning with a keyframe
  /// at time 0. A group of pictures that alone is larger than most_bytes is encoded anew, and its files say
  /// so (PartFile::encoded); that may take as long as it plays. invalid: that cannot be done.
  virtual Task<session::PartFile> make_part(MakePartRequest request) = 0;
};

}  // namespace rec
