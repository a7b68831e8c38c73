// Something has changed, look again: a condition variable for coroutines of the decision thread.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "runtime/clock.hpp"

namespace rec {

class Signal {
 public:
  explicit Signal(const asio::any_io_executor& executor)
      : timer_(executor, asio::steady_timer::time_point::max()) {}
  /// Wakes all that wait now.
  void notify() { timer_.cancel(); }
  /// Until the next notify(); cancellation unwinds it.
  asio::awaitable<void> wait() {
    const auto token = asio::as_tuple(asio::use_awaitable);
    (void)co_await timer_.async_wait(token);
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) {
      throw boost::system::system_error(asio::error::operation_aborted);
    }
  }
  /// Until the next notify(), or `when`.
  asio::awaitable<void> wait_until(Clock& clock, SteadyTime when) {
    using asio::experimental::awaitable_operators::operator||;
    try {
      (void)co_await (wait() || clock.sleep_until(when));
    } catch (const asio::multiple_exceptions& both) {  // a cancellation unwinds the two of them
      std::rethrow_exception(both.first_exception());
    }
  }

 private:
  asio::steady_timer timer_;
};

}  // namespace rec
