// Runs of captured segments into one MP4, packet by packet, nothing encoded anew. Blocking, any thread.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

struct RemuxReport {
  std::int64_t video_packets = 0;  ///< written
  std::int64_t audio_packets = 0;
  std::int64_t undecodable = 0;  ///< pictures before the first keyframe of a run, left out
  std::int64_t damaged = 0;      ///< packets too damaged to be written, of either kind, left out
  std::int64_t keyframes = 0;    ///< written
  std::string missing{};         ///< bytes the files lack (PresentRuns), left out; "" = none
};

/// Writes the runs, one behind the other, to `output` (no temporary name, no sync: see DurableFile).
/// A file shorter than its extents costs what is missing, as long as a keyframe (or sound, where that is all)
/// is left. corrupt: nothing playable; conflict: a run's codec, size, sample rate or kind of container
/// differs from the first's (the text names the run, numbered from 1); no_space, denied, not_found; invalid:
/// no runs. After an error `output` may be there, and is useless.
Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title);

}  // namespace rec::media
