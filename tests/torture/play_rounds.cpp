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

}  // namespace rec::torture
