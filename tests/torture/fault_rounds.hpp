// One life of the program in which a call to the disk fails: once, or until the disk is cured.
#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "stage.hpp"
#include "strike.hpp"

namespace rec::torture {

struct FaultResult {
  std::uint64_t struck = 0;  ///< calls that failed; 0: it never came to that
  int ended = 0;             ///< so often the program ended, and said why; it was started again
  double back_seconds = -1;  ///< from the cure to the next segment on the disk; -1: none was to come
  int alerts = 0;            ///< incidents that were told
  std::vector<std::string> faults{};
};

/// Plays the stage to its end. Keeps the folder when something is wrong.
FaultResult fault_round(const std::filesystem::path& folder, const Media& media, RoundPlan plan,
                        const Strike& strike);

/// A life without faults: what it asks of the disk. Empty when it did not come out whole.
Census take_census(const std::filesystem::path& folder, const Media& media);

}  // namespace rec::torture
