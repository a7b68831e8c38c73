#include "runtime/waiter.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace rec {

asio::awaitable<void> Waiter::wait() {
  if (woken_) co_return;
  co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!woken_) throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace rec
