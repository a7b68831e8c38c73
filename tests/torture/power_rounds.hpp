// One round of power losses: broadcasts are played, and the machine loses its power again and again until the
// program has posted them.
#pragma once
#include <filesystem>

#include "kill_rounds.hpp"
#include "stage.hpp"

namespace rec::torture {

struct PowerPlan {
  RoundPlan round{};
  int losses = 0;
  bool lying_disk = false;  ///< syncs do nothing: must go wrong
};

/// Instants, and what is left of what was not synced, follow from the plan's seed. Keeps the folder when
/// something is wrong.
RoundResult power_round(const std::filesystem::path& folder, const Media& media, const PowerPlan& plan);

}  // namespace rec::torture
