// What computes all the time is played side by side in processes: one that dies costs the others nothing, and
// each has a log of its own. Rounds that wait are played by play_rounds.
#pragma once
#include <functional>

namespace rec::torture {

/// `job(k)` for k = 0 … jobs - 1, in forked processes; a single one in this. The caller has no other thread
/// yet. Returns how many of them said that something was wrong, or died.
int side_by_side(int jobs, const std::function<bool(int)>& job);

}  // namespace rec::torture
