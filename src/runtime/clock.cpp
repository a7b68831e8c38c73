#include "runtime/clock.hpp"

#include <boost/asio/this_coro.hpp>

namespace rec {

asio::awaitable<void> Clock::sleep_until(SteadyTime when) {
  Waiter nobody(co_await asio::this_coro::executor);
  co_await wait_until(nobody, when);
}

}  // namespace rec
