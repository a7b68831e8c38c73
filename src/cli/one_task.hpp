// For commands that do one thing and end: a loop that runs until one task has ended.
#pragma once
#include <csignal>
#include <optional>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "runtime/task.hpp"

namespace rec::cli {

/// Runs the loop until the task has ended. What the task throws comes out here.
template <class T>
Result<T> run_one_task(asio::io_context& io, Task<T> task) {
  std::optional<Result<T>> outcome;
  std::exception_ptr broken;
  asio::co_spawn(io, std::move(task), [&](std::exception_ptr thrown, Result<T> result) {
    broken = std::move(thrown);
    outcome.emplace(std::move(result));
    io.stop();
  });
  io.restart();
  io.run();
  if (broken) std::rethrow_exception(broken);
  return std::move(*outcome);
}

/// The same, but SIGINT and SIGTERM cancel the task: then it has unwound, `signalled` is the number, and the
/// outcome is cancelled.
template <class T>
Result<T> run_one_task(asio::io_context& io, Task<T> task, int& signalled) {
  asio::signal_set signals(io, SIGINT, SIGTERM);
  asio::cancellation_signal cancel;
  signals.async_wait([&](const boost::system::error_code& error, int number) {
    if (error) return;
    signalled = number;
    cancel.emit(asio::cancellation_type::terminal);
  });
  std::optional<Result<T>> outcome;
  std::exception_ptr broken;
  const auto ended = [&](std::exception_ptr thrown, Result<T> result) {
    broken = std::move(thrown);
    outcome.emplace(std::move(result));
    io.stop();
  };
  asio::co_spawn(io, std::move(task), asio::bind_cancellation_slot(cancel.slot(), ended));
  io.restart();
  io.run();
  if (signalled != 0) return fail(Errc::cancelled, "ended by a signal");
  if (broken) std::rethrow_exception(broken);
  return std::move(*outcome);
}

}  // namespace rec::cli
