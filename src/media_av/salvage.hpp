// What of a recording's runs is really on the disk: a file may be shorter than its index says after the
// machine lost its power. Blocking.
#pragma once
#include <string>
#include <vector>

#include "base/result.hpp"
#include "ports/media_maker.hpp"

namespace rec::media {

struct PresentRuns {
  std::vector<MediaRun> runs{};  ///< as many as there were
  std::vector<bool> clipped{};   ///< by run: something of it is missing
  std::string missing{};         ///< one line that names the files and the bytes they lack; "" = all is there
};

/// The runs without the bytes that their files do not have. In anything but MPEG-TS what follows a hole
/// cannot be read, and is left out, too. not_found, denied: a file cannot be looked at.
Result<PresentRuns> present_runs(const std::vector<MediaRun>& runs);

}  // namespace rec::media
