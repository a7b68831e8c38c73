// A queue of turns over a token bucket.
#include "publish/upload_pace.hpp"

#include <algorithm>
#include <chrono>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace rec {
namespace {

// What goes at once after a pause, as a part of a second; and what one turn gives at most.
constexpr std::uint64_t kBurstsASecond = 20;
constexpr std::uint64_t kMostInATurn = 64 * 1024;

SteadyTime steady_now() { return std::chrono::steady_clock::now(); }

std::uint64_t burst_of(std::uint64_t cap) { return std::max<std::uint64_t>(1, cap / kBurstsASecond); }

}  // namespace

struct UploadPace::Turn {
  std::list<Waiter>& all;
  std::list<Waiter>::iterator mine;
  Turn(std::list<Waiter>& turns, const asio::any_io_executor& executor)
      : all(turns), mine(turns.emplace(turns.end(), executor)) {
    if (all.size() == 1) mine->wake();
  }
  ~Turn() {
    all.erase(mine);
    if (!all.empty()) all.front().wake();
  }
};

UploadPace::UploadPace(const asio::any_io_executor& executor)
    : bucket_(0, 1, steady_now()), refilled_(executor) {}

void UploadPace::set_cap(std::uint64_t bytes_per_second) {
  cap_ = bytes_per_second;
  bucket_.set_rate(cap_, burst_of(cap_), steady_now());
  refilled_.cancel();
}

asio::awaitable<std::size_t> UploadPace::take(std::size_t wanted) {
  Turn turn(turns_, co_await asio::this_coro::executor);
  co_await turn.mine->wait();
  // Never less than this in one piece, but at the very end: a byte at a time would cost a system call each.
  const std::uint64_t piece = std::min<std::uint64_t>({wanted, kMostInATurn, burst_of(cap_)});
  for (;;) {
    const auto ready = bucket_.ready_at(piece, steady_now());
    if (ready <= steady_now()) co_return bucket_.take(capped() ? piece : wanted, steady_now());
    refilled_.expires_at(ready);
    (void)co_await refilled_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

}  // namespace rec
