#include "runtime/virtual_clock.hpp"

#include <algorithm>
#include <map>

#include <boost/asio/this_coro.hpp>

#include "runtime/waiter.hpp"

namespace rec {
namespace {

// Not zero, so that a zero-initialized SteadyTime is long ago, as it is on a machine that has been up for a
// while.
constexpr SteadyTime kVirtualStart{std::chrono::hours(1000)};

}  // namespace

/// Shared with the sleepers' frames, which leave it by themselves and may do so when the clock is gone.
struct VirtualClock::State {
  Instant start;
  SteadyTime now = kVirtualStart;
  bool stopped = false;
  std::multimap<SteadyTime, Waiter*> sleepers{};  ///< equal keys stand in the order of insertion
};

VirtualClock::VirtualClock(asio::io_context& io, Instant start)
    : io_(io), state_(new State{.start = start}) {}
VirtualClock::~VirtualClock() = default;

Instant VirtualClock::now() const {
  return state_->start + std::chrono::floor<Millis>(state_->now - kVirtualStart);
}
SteadyTime VirtualClock::steady() const { return state_->now; }

asio::awaitable<void> VirtualClock::sleep_until(SteadyTime when) {
  struct Entry {
    std::shared_ptr<State> state;
    Waiter waiter;
    std::multimap<SteadyTime, Waiter*>::iterator at;
    Entry(std::shared_ptr<State> shared, const asio::any_io_executor& executor, SteadyTime deadline)
        : state(std::move(shared)), waiter(executor), at(state->sleepers.emplace(deadline, &waiter)) {}
    ~Entry() {
      if (!waiter.woken()) state->sleepers.erase(at);
    }
  };
  Entry entry(state_, co_await asio::this_coro::executor, when);
  co_await entry.waiter.wait();
}

/// False when stopped.
bool VirtualClock::drain() {
  while (!state_->stopped) {
    io_.restart();
    if (io_.poll() == 0) return true;
  }
  return false;
}

bool VirtualClock::wake_next(SteadyTime limit) {
  auto& sleepers = state_->sleepers;
  if (sleepers.empty() || sleepers.begin()->first > limit) return false;
  const auto next = sleepers.extract(sleepers.begin());
  state_->now = std::max(state_->now, next.key());
  next.mapped()->wake();
  return true;
}

bool VirtualClock::run_for(std::chrono::nanoseconds duration) { return run_until(steady() + duration); }

bool VirtualClock::run_until(SteadyTime when) {
  while (drain()) {
    if (wake_next(when)) continue;
    state_->now = std::max(state_->now, when);
    return true;
  }
  return false;
}

bool VirtualClock::run_until_idle(std::chrono::nanoseconds limit) {
  const SteadyTime end = steady() + limit;
  while (drain()) {
    if (wake_next(end)) continue;
    if (state_->sleepers.empty()) return true;
    state_->now = end;
    return false;
  }
  return false;
}

void VirtualClock::stop() {
  state_->stopped = true;
  io_.stop();
}
bool VirtualClock::stopped() const { return state_->stopped; }

}  // namespace rec
