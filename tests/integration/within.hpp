// Waiting for what another process does.
#pragma once
#include <chrono>
#include <functional>
#include <thread>

namespace rec::testing_support {

/// Is it so before the time is over? Looks again and again.
inline bool within(std::chrono::seconds limit, const std::function<bool()>& true_now) {
  const auto until = std::chrono::steady_clock::now() + limit;
  while (!true_now()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return true;
}

}  // namespace rec::testing_support
