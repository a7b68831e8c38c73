// Read by the server's thread, set by a test's.
#include "sim/telegram/sim_clock.hpp"

#include <atomic>

namespace rec::sim {
namespace {

std::atomic<std::chrono::seconds> skew_of_all{};

}  // namespace

std::chrono::system_clock::time_point server_now() {
  return std::chrono::system_clock::now() + skew_of_all.load();
}
void set_clock_skew(std::chrono::seconds skew) { skew_of_all = skew; }

}  // namespace rec::sim
