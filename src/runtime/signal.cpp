#include "runtime/signal.hpp"

namespace rec {

/// In the frame of one that waits.
class Signal::Entry {
 public:
  explicit Entry(const Signal& signal)
      : waiter(signal.executor_), list_(signal.waiting_), at_(list_->insert(list_->end(), &waiter)) {}
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  ~Entry() { list_->erase(at_); }

  Waiter waiter;

 private:
  std::shared_ptr<std::list<Waiter*>> list_;
  std::list<Waiter*>::iterator at_;
};

void Signal::notify() {
  for (Waiter* const one : *waiting_) one->wake();
}

asio::awaitable<void> Signal::wait() {
  Entry entry(*this);
  co_await entry.waiter.wait();
}

asio::awaitable<void> Signal::wait_until(Clock& clock, SteadyTime when) {
  Entry entry(*this);
  co_await clock.wait_until(entry.waiter, when);
}

}  // namespace rec
