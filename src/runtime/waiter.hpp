// A coroutine's way to sleep until code on its own thread wakes it. Lives in the frame that waits, so that
// whatever destroys the frame ends the wait, and nobody else ever holds the coroutine.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/task.hpp"

namespace rec {

class Waiter {
 public:
  explicit Waiter(const asio::any_io_executor& executor) : timer_(executor) {}
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// For good: a wait that begins later returns at once. The waiting coroutine resumes by way of the
  /// executor.
  void wake() {
    woken_ = true;
    timer_.cancel();
  }
  [[nodiscard]] bool woken() const { return woken_; }
  /// Cancellation unwinds, unless it was woken first.
  asio::awaitable<void> wait() { return wait_until(asio::steady_timer::time_point::max()); }
  /// At the latest until then, in real time. One at a time.
  asio::awaitable<void> wait_until(asio::steady_timer::time_point when);

 private:
  asio::steady_timer timer_;
  bool woken_ = false;
};

}  // namespace rec
