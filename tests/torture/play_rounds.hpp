// Several rounds at a time: they mostly wait for broadcasts.
#pragma once
#include <functional>
#include <mutex>

namespace rec::torture {

/// Calls `play` with 0, 1, 2 … on so many threads until it says false on each. A round stays on its thread:
/// its program dies with the thread that started it.
void play_rounds(int at_once, const std::function<bool(unsigned)>& play);

/// Kills, losses: so many are due in all, and at most so many a round.
class Quota {
 public:
  Quota(int due, int a_round) : due_(due), a_round_(a_round) {}
  /// For one round; 0: nothing is due any more.
  int take();
  /// What a round did not come to.
  void give_back(int count);

 private:
  std::mutex mutex_{};
  int due_, a_round_;
};

}  // namespace rec::torture
