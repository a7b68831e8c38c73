#include "play_rounds.hpp"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace rec::torture {

void play_rounds(int at_once, const std::function<bool(unsigned)>& play) {
  std::atomic<unsigned> next{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < std::max(at_once, 1); ++i)
    threads.emplace_back([&] {
      while (play(next++)) {
      }
    });
  for (std::thread& thread : threads) thread.join();
}

int Quota::take() {
  const std::scoped_lock lock(mutex_);
  const int taken = std::clamp(due_, 0, a_round_);
  due_ -= taken;
  return taken;
}

void Quota::give_back(int count) {
  const std::scoped_lock lock(mutex_);
  due_ += count;
}

}  // namespace rec::torture
