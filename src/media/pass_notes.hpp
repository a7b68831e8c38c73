// What a compressor keeps in its work folder, so that a job that was killed goes on where it was. Blocking.
#pragma once
#include <string>

#include "base/result.hpp"

namespace rec::media {

struct PassNotes {
  std::string job{};        ///< all that the first pass goes by; another job's notes are none
  bool first_pass = false;  ///< its statistics are there
  int video_kbps = 0;       ///< of the next try
  bool operator==(const PassNotes&) const = default;
};

/// Nothing readable there: notes of no job.
PassNotes read_notes(const std::string& folder);
/// Durable when it returns. no_space and what else a disk says.
Result<void> write_notes(const std::string& folder, const PassNotes& notes);

}  // namespace rec::media
