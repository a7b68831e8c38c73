// One round of killing: broadcasts are played, and the program is killed again and again until it has posted
// them.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "stage.hpp"

namespace rec::torture {

struct RoundResult {
  unsigned seed = 0;
  int kills = 0;
  std::vector<double>
      back_seconds{};  ///< from each start with a broadcast on air to the next look at its playlist
  std::vector<std::string> faults{};
};

/// The instants, and whether a kill comes by the clock or at a certain write, follow from the plan's seed;
/// how far the program was by then does not. Keeps the folder when something is wrong.
RoundResult kill_round(const std::filesystem::path& folder, const Media& media, RoundPlan plan, int kills);

}  // namespace rec::torture
