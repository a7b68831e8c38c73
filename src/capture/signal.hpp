// Wakes every coroutine that waits for "something changed"; each looks for itself whether that was meant for
// it.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/task.hpp"

namespace rec::capture {

/// Decision thread only. Wait in a loop around the condition: `while (!ready()) co_await signal.wait();`
class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor)
      : timer_(executor, asio::steady_timer::time_point::max()) {}

  void notify() { timer_.cancel(); }
  /// Cancellation unwinds at the next co_await.
  asio::awaitable<void> wait() {
    const auto token = asio::as_tuple(asio::use_awaitable);
    co_await timer_.async_wait(token);
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace rec::capture
