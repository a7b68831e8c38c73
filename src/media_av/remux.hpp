// Runs of captured segments into MP4, packet by packet, nothing encoded anew. Blocking, any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

/// Of one file.
struct RemuxReport {
  std::int64_t video_packets = 0;  ///< written
  std::int64_t audio_packets = 0;
  std::int64_t undecodable = 0;  ///< pictures before the first keyframe of a run, left out
  std::int64_t damaged = 0;      ///< packets too damaged to be written, of either kind, left out
  std::int64_t keyframes = 0;    ///< written
  std::string missing{};  ///< bytes the files lack (PresentRuns), sound that could not be used; "" = none
  bool mixed = false;     ///< its pictures bring parameter sets of several kinds
  std::string because{};  ///< a further file: what differs from the one before
};

/// Writes the runs, one behind the other, to the path that `name` gives for file 0, 1, … (no temporary name,
/// no sync: see DurableFile): one file, and a further one wherever a run's codec, size, sample rate or kind
/// of container differs from those before. Where that would be more than ten files, H.264 of whatever
/// parameters goes on in one, each keyframe with its own (avc3). The sound that lies beside the last run ends
/// as request.next says; output and most_bytes are not looked at. A report a file.
///
/// A file shorter than its extents costs what is missing, as long as a keyframe (or sound, where that is all)
/// is left. corrupt: nothing playable, or more than ten files; no_space, denied, not_found; invalid: no runs.
/// After an error the files may be there, and are useless.
Result<std::vector<RemuxReport>> remux_files(const MakePartRequest& request,
                                             const std::function<std::string(std::size_t)>& name);

/// The same where one file is wanted: conflict where there would be two (the text names the run, numbered
/// from 1).
Result<RemuxReport> remux(const std::vector<MediaRun>& runs, const std::string& output,
                          const std::string& title);

}  // namespace rec::media
