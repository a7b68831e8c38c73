// Several coroutines that run side by side until they are cancelled, as one.
#pragma once
#include <functional>

#include <boost/asio/awaitable.hpp>

namespace rec {

/// Runs `count` of them (1 to 8); `make` is called for each, and outlives the call. Ends when one of them
/// throws, by cancelling the others, and throws what that one threw.
boost::asio::awaitable<void> run_lanes(std::size_t count,
                                       const std::function<boost::asio::awaitable<void>()>& make);

}  // namespace rec
