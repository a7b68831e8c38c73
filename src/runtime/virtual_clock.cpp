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

struct VirtualClock::Sleeper {
  explicit Sleeper(Waiter& of) : waiter(of) {}
  Waiter& waiter;
  bool due = false;  ///< and no longer listed
};

/// Shared with the sleepers' frames, which leave it by themselves and may do so when the clock is gone.
struct VirtualClock::State {
  Instant start;
  SteadyTime now = kVirtualStart;
  bool stopped = false;
  std::multimap<SteadyTime, Sleeper*> sleepers{};  ///< equal keys stand in the order of insertion
};

VirtualClock::VirtualClock(asio::io_context& io, Instant start)
    : io_(io), state_(new State{.start = start}) {}
VirtualClock::~VirtualClock() = default;

Instant VirtualClock::now() const {
  return state_->start + std::chrono::floor<Millis>(state_->now - kVirtualStart);
}
SteadyTime VirtualClock::steady() const { return state_->now; }

asio::awaitable<void> VirtualClock::wait_until(Waiter& waiter, SteadyTime when) {
  struct Entry {
    std::shared_ptr<State> state;
    Sleeper sleeper;
    std::multimap<SteadyTime, Sleeper*>::iterator at;
    Entry(std::shared_ptr<State> shared, Waiter& of, SteadyTime deadline)
        : state(std::move(shared)), sleeper(of), at(state->sleepers.emplace(deadline, &sleeper)) {}
    ~Entry() {
      if (!sleeper.due) state->sleepers.erase(at);
    }
  };
  Entry entry(state_, waiter, when);
  co_await waiter.wait();
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
  next.mapped()->due = true;
  next.mapped()->waiter.wake();
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
