#include "runtime/supervisor.hpp"

#include <list>
#include <map>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "runtime/waiter.hpp"

namespace rec {
namespace {

struct Running {
  asio::cancellation_signal signal{};
  bool begun = false;
  bool asked_to_end = false;
};

/// The post keeps the task from running inside start(), and makes up for Asio 1.26: an operation_aborted from
/// a coroutine that was never suspended gets past co_spawn and out of io_context::run().
Task<> begin_later(std::shared_ptr<Running> running, Task<> task) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  if (running->asked_to_end) co_return fail(Errc::cancelled, "cancelled before it began");
  running->begun = true;
  co_return co_await std::move(task);
}

/// What the exception that ended a task means.
Error from_exception(const std::exception_ptr& thrown, bool asked_to_end) {
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& error) {
    if (error.code() != asio::error::operation_aborted) return {Errc::unavailable, error.what(), {}};
    if (asked_to_end) return {Errc::cancelled, "cancelled", {}};
    return {Errc::unavailable, "aborted, though nobody cancelled it", {}};
  } catch (const std::exception& error) {
    return {Errc::invalid, std::string("ended by an exception: ") + error.what(), {}};
  } catch (...) {
    return {Errc::invalid, "ended by an exception of unknown type", {}};
  }
}

}  // namespace

/// Outlives the supervisor while a task or a joiner still refers to it.
struct Supervisor::Impl {
  asio::any_io_executor executor;
  OnFailure on_failure;
  std::map<std::string, std::shared_ptr<Running>> tasks{};
  std::list<Waiter*> joiners{};  ///< woken, all of them, whenever a task has ended

  void ended(const std::string& name, const std::exception_ptr& thrown, Result<void> result) {
    const auto node = tasks.extract(name);  // first, so that on_failure may start it anew
    if (thrown) result = fail(from_exception(thrown, node.mapped()->asked_to_end));
    for (Waiter* joiner : joiners) joiner->wake();
    if (!result && result.error().code != Errc::cancelled && on_failure) on_failure(name, result.error());
  }
  static void cancel(const std::shared_ptr<Running>& task) {
    task->asked_to_end = true;
    if (task->begun) task->signal.emit(asio::cancellation_type::terminal);
  }
  /// Until a task has ended: any task.
  static asio::awaitable<void> next_end(std::shared_ptr<Impl> self) {
    struct Entry {
      std::shared_ptr<Impl> impl;
      Waiter waiter;
      std::list<Waiter*>::iterator at;
      explicit Entry(std::shared_ptr<Impl> of, const asio::any_io_executor& executor)
          : impl(std::move(of)), waiter(executor), at(impl->joiners.insert(impl->joiners.end(), &waiter)) {}
      ~Entry() { impl->joiners.erase(at); }
    };
    Entry entry(std::move(self), co_await asio::this_coro::executor);
    co_await entry.waiter.wait();
  }
};

Supervisor::Supervisor(asio::any_io_executor executor, OnFailure on_failure)
    : impl_(new Impl{.executor = std::move(executor), .on_failure = std::move(on_failure)}) {}

Supervisor::~Supervisor() { impl_->on_failure = nullptr; }

bool Supervisor::start(const std::string& name, Task<> task) {
  auto running = std::make_shared<Running>();
  if (!impl_->tasks.emplace(name, running).second) return false;
  auto on_end = [impl = impl_, name](const std::exception_ptr& thrown, Result<void> result) {
    impl->ended(name, thrown, std::move(result));
  };
  auto body = begin_later(running, std::move(task));
  asio::co_spawn(impl_->executor, std::move(body),
                 asio::bind_cancellation_slot(running->signal.slot(), std::move(on_end)));
  return true;
}

bool Supervisor::running(const std::string& name) const { return impl_->tasks.contains(name); }

void Supervisor::cancel(const std::string& name) {
  const auto found = impl_->tasks.find(name);
  if (found == impl_->tasks.end()) return;
  const auto task = found->second;  // a handler of the signal may change the map
  Impl::cancel(task);
}

void Supervisor::cancel_all() {
  std::vector<std::shared_ptr<Running>> all;
  for (const auto& [name, task] : impl_->tasks) all.push_back(task);
  for (const auto& task : all) Impl::cancel(task);
}

asio::awaitable<void> Supervisor::join() {
  const auto impl = impl_;
  while (!impl->tasks.empty()) co_await Impl::next_end(impl);
}

asio::awaitable<void> Supervisor::join(std::string name) {
  const auto impl = impl_;
  while (impl->tasks.contains(name)) co_await Impl::next_end(impl);
}

}  // namespace rec
