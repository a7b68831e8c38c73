// A queue of packets over a token bucket. Whose turn it is is decided when there is something to give.
#include "publish/upload_pace.hpp"

#include <algorithm>
#include <chrono>

#include <boost/asio/this_coro.hpp>

namespace rec {
namespace {

// What goes at once after a pause, as a part of a second; and what one turn gives at most.
constexpr std::uint64_t kBurstsASecond = 20;
constexpr std::uint64_t kMostInATurn = 64 * 1024;
/// The smallest part of a file that TDLib sends has 32 KiB, but for the last.
constexpr std::size_t kSmallPacket = 16 * 1024;
constexpr std::uint64_t kBeforeAll = 0;

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

std::uint64_t burst_of(std::uint64_t cap) { return std::max<std::uint64_t>(1, cap / kBurstsASecond); }

}  // namespace

UploadPace::UploadPace(const asio::any_io_executor& executor)
    : bucket_(0, 1, steady_now()), refilled_(executor) {}

void UploadPace::set_cap(std::uint64_t bytes_per_second) {
  cap_ = bytes_per_second;
  bucket_.set_rate(cap_, burst_of(cap_), steady_now());
  deal();
}

std::uint64_t UploadPace::place_of(std::size_t packet_bytes) {
  return packet_bytes <= kSmallPacket ? kBeforeAll : ++places_;
}

/// Gives until there is nothing left to give, and comes back when there is.
void UploadPace::deal() {
  for (;;) {
    Turn* next = nullptr;
    for (Turn& turn : turns_)
      if (turn.given == 0 && (next == nullptr || turn.place < next->place)) next = &turn;
    if (next == nullptr) return;
    // Never less than this in one piece, but at the very end: a byte at a time would cost a system call each.
    const std::uint64_t piece =
        capped() ? std::min<std::uint64_t>({next->wanted, kMostInATurn, burst_of(cap_)}) : next->wanted;
    const auto ready = bucket_.ready_at(piece, steady_now());
    if (ready > steady_now()) {
      refilled_.expires_at(ready);
      refilled_.async_wait([this](const boost::system::error_code& error) {
        if (!error) deal();
      });
      return;
    }
    next->given = std::max<std::uint64_t>(1, bucket_.take(piece, steady_now()));
    next->waiter.wake();
  }
}

asio::awaitable<std::size_t> UploadPace::take(std::size_t wanted, std::uint64_t place) {
  const auto executor = co_await asio::this_coro::executor;
  const auto mine = turns_.emplace(turns_.end(), executor, place, wanted);
  struct Leave {
    std::list<Turn>& all;
    std::list<Turn>::iterator mine;
    Leave(std::list<Turn>& turns, std::list<Turn>::iterator at) : all(turns), mine(at) {}
    ~Leave() { all.erase(mine); }
  } leave(turns_, mine);
  deal();
  co_await mine->waiter.wait();
  co_return mine->given;
}

}  // namespace rec
