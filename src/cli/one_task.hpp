// For commands that do one thing and end: a loop that runs until one task has ended.
#pragma once
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

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

}  // namespace rec::cli
