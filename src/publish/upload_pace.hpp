// Who may send how much now, when all connections together may send no more than so many bytes a second.
#pragma once
#include <cstdint>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/token_bucket.hpp"
#include "runtime/waiter.hpp"

namespace rec {

/// One thread. Connections take turns, a small piece each, so that a ping need not wait behind megabytes.
class UploadPace {
 public:
  explicit UploadPace(const asio::any_io_executor& executor);
  UploadPace(const UploadPace&) = delete;
  UploadPace& operator=(const UploadPace&) = delete;

  /// Bytes a second from now on, 0 = no limit. Nothing is saved up in pauses but 50 ms of it.
  void set_cap(std::uint64_t bytes_per_second);
  [[nodiscard]] bool capped() const { return cap_ != 0; }
  /// Waits for its turn, then until something may go: how much that is, from 1 to `wanted`.
  asio::awaitable<std::size_t> take(std::size_t wanted);

 private:
  struct Turn;

  std::uint64_t cap_ = 0;
  TokenBucket bucket_;
  std::list<Waiter> turns_;  ///< the first one's is now
  asio::steady_timer refilled_;
};

}  // namespace rec
