// The ffmpeg program for tests that need media no simulator makes.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "runtime/subprocess.hpp"

namespace rec::media::testing {

/// Runs a task to its end.
template <class T>
Result<T> outcome_of(Task<T> task) {
  asio::io_context io;
  std::optional<Result<T>> out;
  asio::co_spawn(io, std::move(task), [&out](std::exception_ptr problem, Result<T> result) {
    if (problem) std::rethrow_exception(problem);
    out = std::move(result);
  });
  io.run();
  return *std::move(out);
}

/// Throws what it complained of when it fails.
inline void ffmpeg(std::vector<std::string> arguments) {
  ChildRequest request;
  request.argv = {"ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-y"};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  const auto ended = outcome_of(run_child(std::move(request)));
  if (!ended) throw std::runtime_error(ended.error().text);
  if (ended->exit_code != 0) throw std::runtime_error("ffmpeg: " + ended->err);
}

}  // namespace rec::media::testing
