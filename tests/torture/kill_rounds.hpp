// One round of killing: broadcasts are played, and the program is killed again and again until it has posted
// them.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "stage.hpp"

namespace rec::torture {

struct RoundResult {
  RoundPlan plan{};
  int kills = 0;
  std::vector<double>
      back_seconds{};  ///< from each start with a broadcast on air to the next look at its playlist
  std::vector<std::vector<std::string>> phases{};  ///< of each kill: kill_phases.hpp
  std::vector<std::string> faults{};
};

/// What each kill is aimed at follows from the plan's seed; how far the program was by then does not. Once
/// everything is posted there is nothing to be killed any more, so there may be fewer kills. Keeps the folder
/// when something is wrong.
RoundResult kill_round(const std::filesystem::path& folder, const Media& media, RoundPlan plan, int kills);

}  // namespace rec::torture
