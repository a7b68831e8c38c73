#include "runtime/waiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace rec {

asio::awaitable<void> Waiter::wait_until(asio::steady_timer::time_point when) {
  if (woken_) co_return;
  timer_.expires_at(when);
  const auto [cancelled] = co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (cancelled && !woken_) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace rec
