// Something has changed, look again: a condition variable for coroutines of the decision thread.
#pragma once
#include <list>
#include <memory>

#include "runtime/clock.hpp"

namespace rec {

class Signal {
 public:
  explicit Signal(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  ~Signal() { notify(); }
  Signal(const Signal&) = delete;
  Signal& operator=(const Signal&) = delete;
  /// Wakes all that wait now.
  void notify();
  /// Until the next notify(); cancellation unwinds it.
  asio::awaitable<void> wait();
  /// Until the next notify(), or `when`.
  asio::awaitable<void> wait_until(Clock& clock, SteadyTime when);

 private:
  class Entry;
  const asio::any_io_executor executor_;
  /// Shared with the frames that wait, which may outlive the signal.
  std::shared_ptr<std::list<Waiter*>> waiting_ = std::make_shared<std::list<Waiter*>>();
};

}  // namespace rec
