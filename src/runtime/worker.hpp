// A thread for blocking work (disk, SQLite): the decision thread awaits, it never blocks.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/task.hpp"

namespace rec {

/// Runs jobs one at a time, in the order given.
class Worker {
 public:
  virtual ~Worker() = default;
  /// Thread-safe; never blocks. Jobs must not throw.
  virtual void post(std::function<void()> job) = 0;
  /// A worker for all that belongs together under a key: always the same one for that key, as long as this
  /// one lives. What has another key may run beside it. By default there is only this one.
  virtual Worker& lane(const std::string& key);
};

/// A Worker with a thread of its own. The destructor runs what is queued, then joins.
std::unique_ptr<Worker> make_thread_worker(std::string name);
/// So many threads, each a lane; this one's own jobs run on the first.
std::unique_ptr<Worker> make_thread_worker(std::string name, std::size_t lanes);
/// Runs each job at once in the caller: for simulations, where order must be exact.
std::unique_ptr<Worker> make_inline_worker();

/// Runs `job` on the worker and resumes the caller where it was. Not cancellable: a job given is a job done.
template <class F>
asio::awaitable<std::invoke_result_t<F>> run_on(Worker& worker, F job) {
  using R = std::invoke_result_t<F>;
  static_assert(!std::is_void_v<R>, "return a Result, so that nothing fails in silence");
  auto executor = co_await asio::this_coro::executor;
  auto slot = std::make_shared<std::optional<R>>();
  auto shared_job = std::make_shared<F>(std::move(job));
  auto start = [&worker, executor, slot, shared_job](auto handler) {
    auto held = std::make_shared<decltype(handler)>(std::move(handler));
    auto work = asio::prefer(executor, asio::execution::outstanding_work.tracked);
    worker.post([work, slot, shared_job, held]() mutable {
      slot->emplace((*shared_job)());
      asio::post(work, [held]() mutable { std::move (*held)(); });
    });
  };
  auto token = asio::use_awaitable;
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void()>(std::move(start), token);
  co_return std::move(**slot);
}

}  // namespace rec
