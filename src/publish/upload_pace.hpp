// Who may send how much now, when all connections together may send no more than so many bytes a second.
#pragma once
#include <cstdint>
#include <list>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "runtime/token_bucket.hpp"
#include "runtime/waiter.hpp"

namespace rec {

/// One thread. What is sent is packets, in small pieces: of those that wait the one that came first goes on,
/// so that each leaves as a whole, and one whose connection cannot take more holds up nobody.
class UploadPace {
 public:
  explicit UploadPace(const asio::any_io_executor& executor);
  UploadPace(const UploadPace&) = delete;
  UploadPace& operator=(const UploadPace&) = delete;

  /// Bytes a second from now on, 0 = no limit. Nothing is saved up in pauses but 50 ms of it.
  void set_cap(std::uint64_t bytes_per_second);
  [[nodiscard]] bool capped() const { return cap_ != 0; }
  /// The place of a packet in the queue; small ones, pings mostly, go before all that are large.
  std::uint64_t place_of(std::size_t packet_bytes);
  /// Waits until something of the packet at `place` may go: how much that is, from 1 to `wanted`.
  asio::awaitable<std::size_t> take(std::size_t wanted, std::uint64_t place);

 private:
  struct Turn {
    Waiter waiter;
    std::uint64_t place;
    std::size_t wanted;
    std::size_t given = 0;
    Turn(const asio::any_io_executor& executor, std::uint64_t at, std::size_t bytes)
        : waiter(executor), place(at), wanted(bytes) {}
  };
  void deal();

  std::uint64_t cap_ = 0;
  std::uint64_t places_ = 0;
  TokenBucket bucket_;
  std::list<Turn> turns_;
  asio::steady_timer refilled_;
};

}  // namespace rec
