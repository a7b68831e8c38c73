#include "watch/lanes.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/multiple_exceptions.hpp>

namespace rec {
namespace {

namespace asio = boost::asio;
using asio::experimental::awaitable_operators::operator&&;  // NOLINT(misc-unused-using-decls): used below

asio::awaitable<void> nested_lanes(std::size_t count, const std::function<asio::awaitable<void>()>& make) {
  if (count <= 1) {
    co_await make();
    co_return;
  }
  try {
    co_await (make() && nested_lanes(count - 1, make));
  } catch (const asio::multiple_exceptions& all) {  // a cancellation unwinds them all
    std::rethrow_exception(all.first_exception());
  }
}

}  // namespace

asio::awaitable<void> run_lanes(std::size_t count, const std::function<asio::awaitable<void>()>& make) {
  co_await nested_lanes(count, make);
}

}  // namespace rec
